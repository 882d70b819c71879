import type { Relation } from '#functions/study.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { ageBand, ageBands, type SexGroup, sexGroup } from '#lib/fairness/groups.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import { brier } from '#lib/validation/brier.ts';
import { numberClusters } from '#lib/validation/cluster-totals.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { placements } from '#lib/validation/placements.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { calibrationIntercept } from '#lib/validation/recalibration.ts';
import { threshold } from '#lib/validation/threshold.ts';
import { calibrationPlot, LOGIT_LIMIT } from './calibration-plot.ts';
import { formatPeople } from './format.ts';
import {
  type Group,
  type GroupResult,
  type Performance,
  type ThresholdResult,
  type Untold,
  wholeOf,
} from './record.ts';

type Thresholds = ModelContract['thresholds'];

/** Fewest rows for a figure whose own definition sets no minimum. */
export const MINIMUM_ROWS = 10;

const EVIDENCE: readonly Relation[] = ['external', 'left-out-site', 'left-out-fold', 'apparent'];
/** Studies of a recorder without a name. */
const UNKNOWN = 'unknown';
const SEXES: readonly SexGroup[] = ['female', 'male', 'unknown'];

/** Fewer people with the outcome are described: counts and what was seen, without an interval or a claim. */
const FEWEST_PEOPLE_WITH_OUTCOME = 10;

/** The rows as columns, so that a group is a list of places in them. */
interface Columns {
  readonly rows: readonly AnalysedRow[];
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  /** Number of the person of each row. */
  readonly people: Int32Array;
}

type Places = readonly number[];

/** Results by site, by sex, age band and device, and of all sites in one heap (crude). */
export function performanceOf(
  rows: readonly AnalysedRow[],
  sites: readonly string[],
  thresholds: Thresholds,
): Performance {
  const columns = columnsOf(rows);
  const all = [...rows.keys()];
  const used = new Set(rows.map((row) => row.relation));
  const bySite = Map.groupBy(all, (place) => rows[place].site);
  const occupied = sites.flatMap((site) => {
    const here = bySite.get(site);
    return here === undefined ? [] : [{ site, here }];
  });
  return {
    relations: EVIDENCE.filter((relation) => used.has(relation)),
    groups: [
      ...occupied.flatMap(({ site, here }) => groupResults(site, columns, here, thresholds)),
      ...groupResults(null, columns, all, thresholds),
    ],
    calibration: occupied.map(({ site, here }) => {
      const { subjects, eventSubjects } = subjectsAt(columns, here);
      return calibrationPlot(site, predictionsAt(columns, here), whyDescribed(subjects, eventSubjects));
    }),
  };
}

function columnsOf(rows: readonly AnalysedRow[]): Columns {
  return {
    rows,
    scores: scoresOf(rows),
    labels: labelsOf(rows),
    people: numberPeople(rows).people,
  };
}

function groupResults(site: string | null, columns: Columns, places: Places, thresholds: Thresholds): GroupResult[] {
  const { rows } = columns;
  const whole = wholeOf(site);
  const part = (part: Partial<Group>, of: Places | undefined) =>
    of === undefined ? [] : [groupResult({ ...whole, ...part }, columns, of, thresholds)];
  const bySex = Map.groupBy(places, (place) => sexOf(rows[place]));
  const byAge = Map.groupBy(places, (place) => ageBand(rows[place].ageYears ?? null));
  const byDevice = devicesOf(rows, places);
  return [
    groupResult(whole, columns, places, thresholds),
    ...SEXES.flatMap((sex) => part({ sex }, bySex.get(sex))),
    ...ageBands().flatMap((band) => part({ ageBand: band }, byAge.get(band))),
    ...[...byDevice].flatMap(([device, of]) => part({ device }, of)),
  ];
}

/** Rows by recorder, those without a name last; none where no recorder is named. */
function devicesOf(rows: readonly AnalysedRow[], places: Places): [string, number[]][] {
  if (places.every((place) => rows[place].device === undefined)) return [];
  const byDevice = Map.groupBy(places, (place) => rows[place].device ?? UNKNOWN);
  return [...byDevice].sort(([a], [b]) => Number(a === UNKNOWN) - Number(b === UNKNOWN) || (a < b ? -1 : 1));
}

/** The sex as recorded; anything but F and M is its own group, `unknown`. */
export function sexOf({ sex }: Pick<AnalysedRow, 'sex'>): SexGroup {
  return sexGroup(sex === 'F' || sex === 'M' ? sex : null);
}

function groupResult(group: Group, columns: Columns, places: Places, thresholds: Thresholds): GroupResult {
  const predictions = predictionsAt(columns, places);
  const n = places.length;
  const counts = subjectsAt(columns, places);
  const { events, subjects, eventSubjects } = counts;
  const why = whyDescribed(subjects, eventSubjects);
  const described = (figure: () => Estimate | CannotTell): Estimate | Untold =>
    why === undefined ? figure() : untold(why, { n, events }, n === 0 ? undefined : pointOf(figure()));
  return {
    ...group,
    n,
    ...counts,
    auroc: rankingOf(predictions, why),
    brier: described(() => brier(predictions)),
    // Of a ratio without events a 0 would look like a verdict; it only says that none came.
    observedExpected:
      why !== undefined && events === 0
        ? untold(why, { n, events }, undefined)
        : described(() => observedExpected(predictions)),
    calibrationIntercept: calibrationIntercept(predictions, { clipTo: LOGIT_LIMIT }),
    thresholds: thresholds.map((at) => thresholdResult(at, columns.rows, places, predictions)),
  };
}

/** Rows and people of each class; one person may be in both. */
function subjectsAt({ labels, people }: Columns, places: Places) {
  const seen = new Uint8Array(people.length);
  const rows = [0, 0];
  const among = [0, 0];
  let subjects = 0;
  for (const place of places) {
    const label = labels[place];
    const person = people[place];
    rows[label]++;
    if (seen[person] === 0) subjects++;
    if ((seen[person] & (1 << label)) === 0) among[label]++;
    seen[person] |= 1 << label;
  }
  const [nonEvents, events] = rows;
  const [nonEventSubjects, eventSubjects] = among;
  return { subjects, events, nonEvents, eventSubjects, nonEventSubjects };
}

function predictionsAt({ scores, labels, people }: Columns, places: Places): Predictions {
  const [ownScores, ownLabels] = [new Float64Array(places.length), new Uint8Array(places.length)];
  const whose = new Int32Array(places.length);
  for (let row = 0; row < places.length; row++) {
    ownScores[row] = scores[places[row]];
    ownLabels[row] = labels[places[row]];
    whose[row] = people[places[row]];
  }
  // Numbered anew within the group: what counts by person then needs room for the group's own, not for everybody.
  const { places: clusters, count } = numberClusters(whose);
  return { scores: ownScores, labels: ownLabels, ...(count < places.length && { clusters }) };
}

/** Why a group is described and not judged; undefined where enough people stand behind it. */
function whyDescribed(subjects: number, eventSubjects: number): string | undefined {
  if (subjects < MINIMUM_ROWS) return `${formatPeople(subjects)} ${fewer(subjects)} ${MINIMUM_ROWS}`;
  if (eventSubjects >= FEWEST_PEOPLE_WITH_OUTCOME) return undefined;
  return `${formatPeople(eventSubjects)} with the outcome ${fewer(eventSubjects)} ${FEWEST_PEOPLE_WITH_OUTCOME}`;
}

const fewer = (people: number): string => `${people === 1 ? 'is' : 'are'} fewer than`;

/** The AUROC with its interval; the bare number where `why` says that it can only be described, or where either class is too few. */
function rankingOf(predictions: Predictions, why: string | undefined): AurocEstimate | Untold {
  const figure = auroc(predictions);
  const { n, events } = figure;
  const seen = () => (events === 0 || events === n ? undefined : placements(predictions).auroc);
  if (isCannotTell(figure)) return untold(figure.cannotTell, figure, seen());
  return why === undefined ? figure : untold(why, figure, seen());
}

const pointOf = (figure: Estimate | CannotTell): number | undefined =>
  isCannotTell(figure) ? undefined : figure.estimate;

const untold = (
  cannotTell: string,
  { n, events }: { readonly n: number; readonly events: number },
  point: number | undefined,
): Untold => ({ cannotTell, n, events, ...(point !== undefined && { point }) });

/** People behind the rows. */
export const peopleOf = (rows: readonly Pick<AnalysedRow, 'site' | 'subjectKey'>[]): number => numberPeople(rows).count;

/** Each row at the threshold of the weights that scored it: a fold's was chosen without the site that it judges. */
function thresholdResult(
  at: Thresholds[number],
  rows: readonly AnalysedRow[],
  places: Places,
  predictions: Predictions,
): ThresholdResult {
  const values = places.map((place) => thresholdOf(at, rows[place].file));
  const margins = predictions.scores.map((score, n) => score - (values[n] as number));
  const result = threshold({ ...predictions, scores: margins }, 0);
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = result;
  const [only = at.value, ...others] = new Set(values);
  return {
    ...{ truePositives, falseNegatives, trueNegatives, falsePositives },
    sensitivity: seenShare(result.sensitivity, truePositives, truePositives + falseNegatives),
    specificity: seenShare(result.specificity, trueNegatives, trueNegatives + falsePositives),
    name: at.name,
    threshold: others.length === 0 ? only : null,
  };
}

/** A share without an interval still is what was seen. */
export const seenShare = (figure: Estimate | CannotTell, part: number, of: number): Estimate | Untold =>
  isCannotTell(figure) && of > 0 ? { ...figure, point: part / of } : figure;

/** People numbered in the order in which they first appear: the same key at another hospital is another person. */
function numberPeople(rows: readonly Pick<AnalysedRow, 'site' | 'subjectKey'>[]): {
  people: Int32Array;
  count: number;
} {
  // A map for each hospital: keys joined with its name would be new strings, hashed anew, for every row.
  const numbers = new Map<string, Map<string, number>>();
  const people = new Int32Array(rows.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    const { site, subjectKey } = rows[row];
    let ofSite = numbers.get(site);
    if (ofSite === undefined) {
      ofSite = new Map();
      numbers.set(site, ofSite);
    }
    let number = ofSite.get(subjectKey);
    if (number === undefined) {
      number = count++;
      ofSite.set(subjectKey, number);
    }
    people[row] = number;
  }
  return { people, count };
}

/** Whose row each is, as numbers; undefined where nobody has more than one. */
export function clustersOf(rows: readonly Pick<AnalysedRow, 'site' | 'subjectKey'>[]): Int32Array | undefined {
  const { people, count } = numberPeople(rows);
  return count < rows.length ? people : undefined;
}

/** By the rows: chapters ask for the same groups, and whose row each is costs most. */
const known = new WeakMap<readonly AnalysedRow[], Predictions>();

/** Columns for the statistics; people are clusters only where someone has more than one row. The same rows give the same arrays. */
export function predictionsOf(rows: readonly AnalysedRow[]): Predictions {
  const predictions = known.get(rows) ?? columnsWithClusters(rows);
  known.set(rows, predictions);
  return predictions;
}

function columnsWithClusters(rows: readonly AnalysedRow[]): Predictions {
  const clusters = clustersOf(rows);
  return { scores: scoresOf(rows), labels: labelsOf(rows), ...(clusters !== undefined && { clusters }) };
}

function scoresOf(rows: readonly AnalysedRow[]): Float64Array {
  const scores = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) scores[row] = rows[row].score;
  return scores;
}

function labelsOf(rows: readonly AnalysedRow[]): Uint8Array {
  const labels = new Uint8Array(rows.length);
  for (let row = 0; row < rows.length; row++) labels[row] = rows[row].label;
  return labels;
}
