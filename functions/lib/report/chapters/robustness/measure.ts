// From what the model said of disturbed studies to figures, each with its interval.
import { holm } from '#lib/fairness/multiplicity.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { isRerun, type Outcome, type RerunStudy, type Reruns } from '#lib/robustness/disturbance.ts';
import { aurocChange } from '#lib/validation/auroc-change.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import { placements } from '#lib/validation/placements.ts';
import type { ChapterInput } from '../../chapter.ts';
import { clustersOf } from '../../measure.ts';
import type { Untold } from '../../record.ts';
import { groupFalls } from './group-falls.ts';
import {
  type DisturbedResult,
  type Fall,
  type Fates,
  type RerunRow,
  type Robustness,
  TABLES_ONLY,
  type ThresholdChange,
} from './value.ts';

/** A score is repeated where it differs by less: processors round differently (docs/architecture.md). */
const SAME_SCORE = 1e-5;

const NOTHING = { draw: null, results: [], tests: 0, falls: [], groups: [] };

/** What the reruns come to. */
export function robustnessOf({ rows, model, reruns }: ChapterInput): Robustness {
  if (reruns === undefined || !isRerun(reruns)) return { ...NOTHING, notRun: reruns?.notRun ?? TABLES_ONLY };
  const { repeated, largestDifference } = repeatedOf(rows, reruns);
  const draw = drawOf(reruns, repeated, largestDifference);
  if (repeated.length === 0) return { ...NOTHING, draw, notRun: 'no study that was drawn could be asked about again' };
  const results = reruns.disturbances.map((disturbance, place): Measured => {
    const studies = repeated.map(({ row, outcomes, base }) => ({ row, base, outcome: outcomes[place] }));
    return { ...measured(studies, model.thresholds), disturbance };
  });
  const { tests, falls } = fallsOf(results);
  return {
    notRun: null,
    draw,
    results: results.map(({ disturbance, result }): DisturbedResult => ({ ...disturbance, ...result })),
    tests,
    falls,
    groups: largestOfEach(falls).flatMap(({ id, name, figure, threshold }) => {
      const pairs = results.find(({ disturbance }) => disturbance.id === id)?.pairs ?? [];
      const at = model.thresholds.find((one) => one.name === threshold);
      const change = (part: readonly Pair[]) =>
        plain(at === undefined ? aurocChangeOf(part) : rightChange(part, figure === 'specificity' ? 0 : 1, at));
      return groupFalls(pairs, change).map((group) => ({ id, name, figure, threshold, ...group }));
    }),
  };
}

/** Of each disturbance the largest fall, of the disturbances those that make most of a difference. */
const largestOfEach = (falls: readonly Fall[]): readonly Fall[] =>
  falls.filter(({ id }, n) => falls.findIndex((fall) => fall.id === id) === n).slice(0, MOST_FALLS);

/** Disturbances whose fall is looked at by group. */
const MOST_FALLS = 3;

/** A study that was asked about again. */
interface Repeated {
  readonly row: RerunRow;
  /** Its score as it is, computed again. */
  readonly base: number;
  readonly outcomes: readonly Outcome[];
}

/** Studies whose score came again; their largest difference from what stands. */
function repeatedOf(rows: readonly RerunRow[], { studies }: Reruns) {
  const rowOf = rowsOf(rows, studies);
  let largestDifference = 0;
  const repeated = studies.flatMap((study): Repeated[] => {
    const { undisturbed, outcomes } = study;
    const row = rowOf.get(study);
    if (row === undefined || undisturbed === null || !('score' in undisturbed)) return [];
    const difference = Math.abs(undisturbed.score - row.score);
    if (!(difference < SAME_SCORE)) return [];
    largestDifference = Math.max(largestDifference, difference);
    return [{ row, base: undisturbed.score, outcomes }];
  });
  return { repeated, largestDifference };
}

/** The row of each study that was drawn, without a key for each of the rows, of which there may be a million. */
function rowsOf(rows: readonly RerunRow[], studies: readonly RerunStudy[]): ReadonlyMap<RerunStudy, RerunRow> {
  const bySite = Map.groupBy(studies, ({ site }) => site);
  const drawn = new Map([...bySite].map(([site, of]) => [site, new Map(of.map((study) => [study.studyKey, study]))]));
  const found = new Map<RerunStudy, RerunRow>();
  for (const row of rows) {
    const study = drawn.get(row.site)?.get(row.studyKey);
    if (study !== undefined) found.set(study, row);
  }
  return found;
}

function drawOf(reruns: Reruns, repeated: readonly Repeated[], largestDifference: number) {
  const { drawn, gone, unreached, studies } = reruns;
  const withOutcome = repeated.filter(({ row }) => row.label === 1).length;
  const counts = { drawn, withOutcome, without: repeated.length - withOutcome, gone, unreached };
  return { ...counts, unrepeated: studies.length - repeated.length, largestDifference };
}

/** A study that was answered before and after. */
export interface Pair {
  readonly row: RerunRow;
  readonly before: number;
  readonly after: number;
}

interface Asked {
  readonly row: RerunRow;
  readonly base: number;
  readonly outcome: Outcome;
}

type Thresholds = ModelContract['thresholds'];

interface Measured {
  readonly disturbance: Reruns['disturbances'][number];
  readonly result: Omit<DisturbedResult, keyof Reruns['disturbances'][number]>;
  readonly pairs: readonly Pair[];
  readonly tested: readonly { figure: Fall['figure']; threshold: string | null; test: Estimate & { pValue: number } }[];
}

function measured(studies: readonly Asked[], thresholds: Thresholds): Omit<Measured, 'disturbance'> {
  const pairs = studies.flatMap(({ row, base, outcome }): Pair[] =>
    outcome !== null && 'score' in outcome ? [{ row, before: base, after: outcome.score }] : [],
  );
  const [without, withOutcome] = [0, 1].map((label) => pairs.filter(({ row }) => row.label === label));
  const auroc = aurocChangeOf(pairs);
  const sensitivities = thresholds.map((at) => rightChange(pairs, 1, at));
  const specificities = thresholds.map((at) => rightChange(pairs, 0, at));
  const tested = [
    { figure: 'AUROC' as const, threshold: null, test: auroc },
    ...sensitivities.map((test, n) => ({ figure: 'sensitivity' as const, threshold: thresholds[n].name, test })),
    ...specificities.map((test, n) => ({ figure: 'specificity' as const, threshold: thresholds[n].name, test })),
  ];
  return {
    pairs,
    tested: tested.flatMap(({ test, ...rest }) => (isCannotTell(test) ? [] : [{ ...rest, test }])),
    result: {
      withOutcome: fatesOf(studies.filter(({ row }) => row.label === 1)),
      without: fatesOf(studies.filter(({ row }) => row.label === 0)),
      auroc: plain(auroc),
      thresholds: thresholds.map(
        (at, n): ThresholdChange => ({
          name: at.name,
          sensitivity: plain(sensitivities[n]),
          specificity: plain(specificities[n]),
          flippedWith: flippedShare(withOutcome, at),
          flippedWithout: flippedShare(without, at),
        }),
      ),
      shiftWith: shiftOf(withOutcome),
      shiftWithout: shiftOf(without),
    },
  };
}

function fatesOf(studies: readonly Asked[]): Fates {
  const done = studies.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  const count = (kind: 'score' | 'silent' | 'rejected' | 'warned') => done.filter((outcome) => kind in outcome).length;
  return {
    applied: done.length,
    answered: count('score'),
    silent: count('silent'),
    refused: count('rejected'),
    warned: count('warned'),
  };
}

const scoresOf = (pairs: readonly Pair[], when: 'before' | 'after'): Float64Array =>
  Float64Array.from(pairs, (pair) => pair[when]);

const clustersOfPairs = (pairs: readonly Pair[]) => clustersOf(pairs.map(({ row }) => row));

type Tested = (Estimate & { readonly pValue: number }) | CannotTell | Untold;

/** Disturbed less undisturbed; where it has no interval, what was seen. */
function aurocChangeOf(pairs: readonly Pair[]): Tested {
  const labels = Uint8Array.from(pairs, ({ row }) => row.label);
  const clusters = clustersOfPairs(pairs);
  const before = { scores: scoresOf(pairs, 'before'), labels, ...(clusters && { clusters }) };
  const after = scoresOf(pairs, 'after');
  const change = aurocChange(before, after);
  if (!isCannotTell(change) || new Set(labels).size < 2) return change;
  return { ...change, point: placements({ ...before, scores: after }).auroc - placements(before).auroc };
}

/** Change of the share that is called right among those with this label. */
function rightChange(pairs: readonly Pair[], label: 0 | 1, at: Thresholds[number]): Tested {
  const among = pairs.filter(({ row }) => row.label === label);
  const right = (when: 'before' | 'after') =>
    Uint8Array.from(among, (pair) => Number(isPositive(pair, when, at) === (label === 1)));
  const clusters = clustersOfPairs(among);
  return pairedDifference({ first: right('after'), second: right('before'), ...(clusters && { clusters }) });
}

const isPositive = (pair: Pair, when: 'before' | 'after', at: Thresholds[number]): boolean =>
  pair[when] >= thresholdOf(at, pair.row.file);

function flippedShare(pairs: readonly Pair[], at: Thresholds[number]): Estimate | CannotTell {
  const flipped = Uint8Array.from(pairs, (pair) =>
    Number(isPositive(pair, 'before', at) !== isPositive(pair, 'after', at)),
  );
  return clusteredProportion(flipped, clustersOfPairs(pairs), { minimumRows: FEWEST_STUDIES });
}

const FEWEST_STUDIES = 10;

function shiftOf(pairs: readonly Pair[]): Estimate | CannotTell {
  const moved = Float64Array.from(pairs, ({ before, after }) => Math.abs(after - before));
  const mean = pairedMeans({ first: new Float64Array(moved.length), second: moved, clusters: clustersOfPairs(pairs) });
  return isCannotTell(mean) ? mean : { ...mean, lower: Math.max(0, mean.lower) };
}

/** The figure without what only the test needs. */
function plain(tested: Tested): Estimate | Untold {
  if (isCannotTell(tested)) return tested;
  const { estimate, lower, upper, level, method, n, events, clusters } = tested;
  return { estimate, lower, upper, level, method, n, events, ...(clusters !== undefined && { clusters }) };
}

const ALPHA = 0.05;

/** Everyday disturbances under which AUROC, sensitivity or specificity fell, corrected together by Holm's procedure; the largest falls first. */
function fallsOf(results: readonly Measured[]): Pick<Robustness, 'tests' | 'falls'> {
  const all = results.flatMap(({ disturbance, tested }) =>
    disturbance.expected ? tested.map((one) => ({ ...one, disturbance })) : [],
  );
  const corrected = holm(all.map(({ test }) => test.pValue));
  const falls = all.flatMap(({ disturbance: { id, name }, figure, threshold, test }, n): Fall[] =>
    corrected[n] < ALPHA && test.estimate < 0
      ? [{ id, name, figure, threshold, change: plain(test) as Estimate, pValue: corrected[n] }]
      : [],
  );
  const size = ({ change }: Fall) => ('estimate' in change ? change.estimate : 0);
  return { tests: all.length, falls: falls.sort((a, b) => size(a) - size(b)) };
}
