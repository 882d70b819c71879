import type { ClusteredCounts } from '../clustered-proportion.ts';
import { clusteredVariance } from '../placement-variance.ts';
import { addRates, type ClusteredRates, RATE_SUMS, ratesOf } from './clustered-rates.ts';
import { fold, foldedSums, foldedTotals, rowsPerFold } from './folded-sums.ts';
import type { GroupFits } from './recalibrate-groups.ts';
import { areas, type GroupSpread, type SpreadInput } from './spread.ts';

/** What the intervals of a group rest on where subjects have several rows. */
export interface ClusteredSpread extends GroupSpread {
  readonly clusters: number;
  readonly withEvents: number;
  readonly withNonEvents: number;
  /** Sum over subjects of the squared total of (label − O/E · score). */
  readonly ratioSquares: number;
  /** Sums over subjects of products of the totals of the derivatives by intercept (slope held at 1), and by intercept and slope. */
  readonly offsetSquares: number;
  readonly slopeSquares: readonly [aa: number, ab: number, bb: number];
  /** Counts of the share with the event. */
  readonly prevalence: ClusteredCounts;
  /** Counts of the rates at each threshold. */
  readonly rates: readonly ClusteredRates[];
}

export interface ClusteredInput extends SpreadInput {
  readonly subjects: Int32Array;
  /** p / (1 − p) of each row's score, limited as its logit. */
  readonly odds: Float64Array;
  readonly fits: readonly (GroupFits | undefined)[];
  readonly thresholds: readonly number[];
}

// Places of what one subject has in a group; after them true and false positives at each threshold.
const [EVENTS, NON_EVENTS, PLACED_EVENTS, PLACED_NON_EVENTS, LOSS, RATIO, OFFSET, SLOPE_A, SLOPE_B] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
];
const OWN = 9;

// Places of what is summed over the subjects of a group; after them RATE_SUMS for each threshold.
const [SUBJECTS, WITH_EVENTS, WITH_NON_EVENTS, EVENTS_ONLY, NON_EVENTS_ONLY, BOTH_EVENTS, BOTH_NON_EVENTS, BOTH] = [
  0, 1, 2, 3, 4, 5, 6, 7,
];
const [LOSS_SQUARES, RATIO_SQUARES, OFFSET_SQUARES, SLOPE_AA, SLOPE_AB, SLOPE_BB, EVENT_SQUARES, NON_EVENT_SQUARES] = [
  8, 9, 10, 11, 12, 13, 14, 15,
];
const CLASS_PRODUCTS = 16;
const SUMS = 17;

/** Sums over subjects, in one pass over the rows, those of each subject together. */
export function clusteredSpread(input: ClusteredInput): ClusteredSpread[] {
  const { counts, thresholds } = input;
  const size = counts.n.length;
  const ownWidth = OWN + 2 * thresholds.length;
  const width = SUMS + RATE_SUMS * thresholds.length;
  const own = new Float64Array(ownWidth * size);
  const sums = foldedSums(width * size);
  addSubjects(
    input,
    own,
    ownWidth,
    (group) => close(own, group * ownWidth, sums.values, group * width, thresholds.length),
    {
      every: rowsPerFold(sums),
      fold: () => fold(sums),
    },
  );
  const totals = foldedTotals(sums);
  const auroc = areas(input);
  return Array.from(counts.n, (_, group) =>
    spreadOf(input, group, auroc[group], totals.subarray(group * width, (group + 1) * width)),
  );
}

// Places of what is known of a group before the pass.
const [AREA, PER_NON_EVENT, PER_EVENT, BRIER, EXPECTED_RATIO, OFFSET_ODDS, INTERCEPT, SLOPE] = [0, 1, 2, 3, 4, 5, 6, 7];
const KNOWN = 8;

function addSubjects(
  input: ClusteredInput,
  own: Float64Array,
  width: number,
  closeSubject: (group: number) => void,
  folding: { readonly every: number; readonly fold: () => void },
): void {
  const { groups, counts, ranks, subjects, odds, thresholds } = input;
  const { scores, labels, logits } = input.rows;
  const { halfCounts } = ranks;
  const known = knownOfGroups(input);
  const subjectOf = new Int32Array(counts.n.length).fill(-1);
  for (let from = 0; from < scores.length; from += folding.every) {
    const to = Math.min(from + folding.every, scores.length);
    for (let row = from; row < to; row++) {
      const group = groups[row];
      const at = group * width;
      if (subjectOf[group] !== subjects[row]) {
        if (subjectOf[group] >= 0) closeSubject(group);
        for (let place = at; place < at + width; place++) own[place] = 0;
        subjectOf[group] = subjects[row];
      }
      const of = group * KNOWN;
      const score = scores[row];
      const ratio = known[of + EXPECTED_RATIO];
      // The odds under the first fit are a product, so that only the second needs an exponential.
      const offsetOdds = known[of + OFFSET_ODDS] * odds[row];
      const slopeOdds = Math.exp(known[of + INTERCEPT] + known[of + SLOPE] * logits[row]);
      let loss = score;
      let residual = 1 / (1 + slopeOdds);
      if (labels[row] === 1) {
        loss = score - 1;
        own[at + EVENTS]++;
        own[at + PLACED_EVENTS] += halfCounts[row] * known[of + PER_NON_EVENT] - known[of + AREA];
        own[at + RATIO] += 1 - ratio * score;
        own[at + OFFSET] += 1 / (1 + offsetOdds);
        for (let place = 0; place < thresholds.length; place++) {
          if (score >= thresholds[place]) own[at + OWN + 2 * place]++;
        }
      } else {
        residual = -1 / (1 + 1 / slopeOdds);
        own[at + NON_EVENTS]++;
        own[at + PLACED_NON_EVENTS] += 1 - halfCounts[row] * known[of + PER_EVENT] - known[of + AREA];
        own[at + RATIO] -= ratio * score;
        own[at + OFFSET] -= 1 / (1 + 1 / offsetOdds);
        for (let place = 0; place < thresholds.length; place++) {
          if (score >= thresholds[place]) own[at + OWN + 2 * place + 1]++;
        }
      }
      own[at + LOSS] += loss * loss - known[of + BRIER];
      own[at + SLOPE_A] += residual;
      own[at + SLOPE_B] += residual * logits[row];
    }
    folding.fold();
  }
  for (let group = 0; group < subjectOf.length; group++) if (subjectOf[group] >= 0) closeSubject(group);
}

function knownOfGroups(input: ClusteredInput): Float64Array {
  const { counts, fits } = input;
  const auroc = areas(input);
  const known = new Float64Array(KNOWN * counts.n.length);
  for (let group = 0; group < counts.n.length; group++) {
    const n = counts.n[group];
    const events = counts.events[group];
    const of = group * KNOWN;
    const fit = fits[group];
    known[of + AREA] = auroc[group];
    known[of + PER_NON_EVENT] = 1 / (2 * (n - events));
    known[of + PER_EVENT] = 1 / (2 * events);
    known[of + BRIER] = counts.loss[group] / n;
    known[of + EXPECTED_RATIO] = events / counts.expected[group];
    known[of + OFFSET_ODDS] = Math.exp(fit?.offset?.coefficients[0] ?? 0);
    known[of + INTERCEPT] = fit?.slope?.coefficients[0] ?? 0;
    known[of + SLOPE] = fit?.slope?.coefficients[1] ?? 0;
  }
  return known;
}

/** Adds what one subject has in one group to the sums of the group. */
function close(own: Float64Array, at: number, sums: Float64Array, to: number, thresholds: number): void {
  const events = own[at + EVENTS];
  const nonEvents = own[at + NON_EVENTS];
  const placedEvents = own[at + PLACED_EVENTS];
  const placedNonEvents = own[at + PLACED_NON_EVENTS];
  sums[to + SUBJECTS]++;
  if (events > 0) sums[to + WITH_EVENTS]++;
  if (nonEvents > 0) sums[to + WITH_NON_EVENTS]++;
  if (nonEvents === 0) sums[to + EVENTS_ONLY] += placedEvents * placedEvents;
  else if (events === 0) sums[to + NON_EVENTS_ONLY] += placedNonEvents * placedNonEvents;
  else {
    sums[to + BOTH_EVENTS] += placedEvents * placedEvents;
    sums[to + BOTH_NON_EVENTS] += placedNonEvents * placedNonEvents;
    sums[to + BOTH] += placedEvents * placedNonEvents;
  }
  sums[to + LOSS_SQUARES] += own[at + LOSS] * own[at + LOSS];
  sums[to + RATIO_SQUARES] += own[at + RATIO] * own[at + RATIO];
  sums[to + OFFSET_SQUARES] += own[at + OFFSET] * own[at + OFFSET];
  sums[to + SLOPE_AA] += own[at + SLOPE_A] * own[at + SLOPE_A];
  sums[to + SLOPE_AB] += own[at + SLOPE_A] * own[at + SLOPE_B];
  sums[to + SLOPE_BB] += own[at + SLOPE_B] * own[at + SLOPE_B];
  sums[to + EVENT_SQUARES] += events * events;
  sums[to + NON_EVENT_SQUARES] += nonEvents * nonEvents;
  sums[to + CLASS_PRODUCTS] += events * nonEvents;
  for (let place = 0; place < thresholds; place++) {
    const positives = at + OWN + 2 * place;
    addRates(sums, to + SUMS + RATE_SUMS * place, events, nonEvents, own[positives], own[positives + 1]);
  }
}

function spreadOf(
  { counts, thresholds }: ClusteredInput,
  group: number,
  auroc: number,
  sums: Float64Array,
): ClusteredSpread {
  const events = counts.events[group];
  const nonEvents = counts.n[group] - events;
  const rowSquares = sums[EVENT_SQUARES] + 2 * sums[CLASS_PRODUCTS] + sums[NON_EVENT_SQUARES];
  return {
    auroc,
    clusters: sums[SUBJECTS],
    withEvents: sums[WITH_EVENTS],
    withNonEvents: sums[WITH_NON_EVENTS],
    lossSquares: sums[LOSS_SQUARES],
    ratioSquares: sums[RATIO_SQUARES],
    offsetSquares: sums[OFFSET_SQUARES],
    slopeSquares: [sums[SLOPE_AA], sums[SLOPE_AB], sums[SLOPE_BB]],
    aurocVariance: () =>
      clusteredVariance({
        events,
        nonEvents,
        clusters: sums[SUBJECTS],
        clustersWithEvents: sums[WITH_EVENTS],
        clustersWithNonEvents: sums[WITH_NON_EVENTS],
        eventsOnly: sums[EVENTS_ONLY],
        nonEventsOnly: sums[NON_EVENTS_ONLY],
        bothEvents: sums[BOTH_EVENTS],
        bothNonEvents: sums[BOTH_NON_EVENTS],
        bothProducts: sums[BOTH],
      }),
    prevalence: {
      ...{ events, n: counts.n[group], clusters: sums[SUBJECTS] },
      ...{ ofEvents: sums[EVENT_SQUARES], ofBoth: sums[EVENT_SQUARES] + sums[CLASS_PRODUCTS], ofSizes: rowSquares },
    },
    rates: thresholds.map((_, place) => {
      const slot = group * thresholds.length + place;
      const truePositives = counts.truePositives[slot];
      const falsePositives = counts.falsePositives[slot];
      return ratesOf(sums.subarray(SUMS + RATE_SUMS * place), {
        ...{ events, nonEvents, truePositives, falsePositives },
        ...{ withEvents: sums[WITH_EVENTS], withNonEvents: sums[WITH_NON_EVENTS] },
        ...{ eventSquares: sums[EVENT_SQUARES], nonEventSquares: sums[NON_EVENT_SQUARES] },
        ...{ clusters: sums[SUBJECTS], rowSquares },
      });
    }),
  };
}
