import { type LogisticRegression, logisticRegression } from '../logistic-regression.ts';
import type { Rows } from './arrange.ts';
import { type BinnedRows, binnedRecalibration } from './binned-recalibration.ts';
import type { GroupCounts } from './counts.ts';
import { binMoments, type LogitBins } from './logit-bins.ts';

type Fit = Pick<LogisticRegression, 'coefficients' | 'covariance'>;

/** The two fits of one group, as `recalibration` makes them; coefficients are intercept and, of the second, slope. */
export interface GroupFits {
  readonly offset: Fit | undefined;
  readonly slope: Fit | undefined;
}

/** Fewest rows of each class that get a fit: what `recalibration` asks for. */
const FEWEST_PER_CLASS = 20;
/** From this many rows on the moments are cheaper than the rows. */
const ROWS_FOR_BINS = 4096;

/** Fits of every group with enough rows of each class: large groups from moments, small ones from their rows. */
export function recalibrateGroups(
  rows: Rows,
  groups: Uint16Array,
  { n, events, eventLogits }: GroupCounts,
  bins: LogitBins,
): (GroupFits | undefined)[] {
  const large: number[] = [];
  const small: number[] = [];
  n.forEach((count, group) => {
    if (events[group] < FEWEST_PER_CLASS || count - events[group] < FEWEST_PER_CLASS) return;
    (count < ROWS_FOR_BINS ? small : large).push(group);
  });
  const fits = new Array<GroupFits | undefined>(n.length).fill(undefined);
  const moments = binMoments(rows.logits, groups, bins, placesOf(large, n.length), large.length);
  const unanswered = large.filter((group, place) => {
    const own = { bins, moments, places: large.length, place, events: events[group], eventLogits: eventLogits[group] };
    const fit = fitBins(own);
    if (fit === undefined) return true;
    fits[group] = fit;
    return false;
  });
  for (const [group, own] of rowsOf([...small, ...unanswered], rows, groups, n)) fits[group] = fitRows(own);
  return fits;
}

const placesOf = (chosen: readonly number[], size: number): Int32Array => {
  const places = new Int32Array(size).fill(-1);
  chosen.forEach((group, place) => {
    places[group] = place;
  });
  return places;
};

function fitBins(rows: BinnedRows): GroupFits | undefined {
  const offset = binnedRecalibration(rows, false);
  const slope = offset && binnedRecalibration(rows, true);
  return offset && slope && { offset, slope };
}

interface LabelledLogits {
  readonly labels: Uint8Array;
  readonly logits: Float64Array;
}

function fitRows({ labels, logits }: LabelledLogits): GroupFits {
  const ones = new Float64Array(labels.length).fill(1);
  return {
    offset: logisticRegression({ labels, columns: [ones], offset: logits }),
    slope: logisticRegression({ labels, columns: [ones, logits] }),
  };
}

/** Labels and logits of the rows of each chosen group. */
function rowsOf(
  chosen: readonly number[],
  { labels, logits }: Rows,
  groups: Uint16Array,
  n: Uint32Array,
): Map<number, LabelledLogits> {
  const own = chosen.map((group) => ({ labels: new Uint8Array(n[group]), logits: new Float64Array(n[group]) }));
  const places = placesOf(chosen, n.length);
  const filled = new Uint32Array(chosen.length);
  for (let row = 0; chosen.length > 0 && row < labels.length; row++) {
    const place = places[groups[row]];
    if (place < 0) continue;
    const at = filled[place]++;
    own[place].labels[at] = labels[row];
    own[place].logits[at] = logits[row];
  }
  return new Map(chosen.map((group, place) => [group, own[place]]));
}
