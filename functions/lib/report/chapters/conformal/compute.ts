// Prediction sets calibrated on one part of the people and judged on the other.
import { isGroupColumn, rowsOfGroups } from '#lib/fairness/columns.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { countClusters } from '#lib/validation/cluster-totals.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import {
  adaptive,
  calibrated,
  calibratedByClass,
  coverageRange,
  fewestCalibrations,
  leastAmbiguous,
  type Nonconformity,
  predictionSets,
  type SetThresholds,
} from '#lib/validation/conformal.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import type { ChapterInput } from '../../chapter.ts';
import { formatPeople } from '../../format.ts';
import { MINIMUM_ROWS, seenShare } from '../../measure.ts';
import { groupColumnsOf } from '../fairness/group-columns.ts';
import { questionsOf, type SetRows } from './rows.ts';
import {
  type Calibrated,
  type Conformal,
  type CoverageVerdict,
  type GroupCoverage,
  LEVELS,
  type NotCalibrated,
  type Question,
  type SetMethod,
} from './value.ts';

/** Chance of at least one wrong claim among all groups of a calibration. */
const ALPHA = 0.05;

const FEWEST: Readonly<Record<number, number>> = Object.fromEntries(
  LEVELS.map((level) => [level, fewestCalibrations(level)]),
);

/** Null where nothing was scored and labelled. */
export function conformalOf(input: ChapterInput): Conformal | null {
  const questions = questionsOf(input).filter(({ rows }) => rows.length > 0);
  return questions.length === 0 ? null : { questions: questions.map((of) => questionOf(of, input)) };
}

/** A draw of who calibrates: places of rows, one study of each person (of each class: one of each person with it). */
interface Draw {
  readonly leftOut: string | null;
  readonly once: readonly number[];
  readonly onceByClass: readonly (readonly number[])[];
  readonly judged: Uint32Array;
}

function questionOf(of: SetRows, input: ChapterInput): Question {
  const draw = random(input.seed).fork('conformal');
  const uniforms = uniformsOf(of.rows.length, draw.fork('adaptive'));
  const draws = [halves(of, input.sites, draw), ...leaveOneOut(of, input.sites, draw)];
  const methods: readonly SetMethod[] = of.about === 'classes' ? ['lac', 'by-class', 'aps'] : ['lac', 'by-class'];
  const judgedAlone = (draws.length - 1) * (1 + of.answers.length);
  const context: Context = { of, uniforms, columns: groupingsOf(of, input.sites), judgedAlone };
  return {
    about: of.about,
    answers: of.answers,
    calibrations: LEVELS.flatMap((level) =>
      methods.flatMap((method) => draws.map((one) => calibration(context, one, method, level))),
    ),
  };
}

const uniformsOf = (n: number, draw: Random): Float64Array => Float64Array.from({ length: n }, () => draw.uniform());

/** Half of the people of each hospital calibrate (one less where they are odd), drawn by the seed. */
function halves(of: SetRows, sites: readonly string[], draw: Random): Draw {
  const siteOf = new Map<number, string>();
  for (const [row, { site }] of of.rows.entries()) siteOf.set(of.people[row], site);
  const atSite = Map.groupBy(siteOf.keys(), (person) => siteOf.get(person) ?? '');
  const calibrating = new Uint8Array(siteOf.size);
  for (const site of sites) {
    const own = draw.fork(`half of ${site}`).shuffle([...(atSite.get(site) ?? [])]);
    for (const person of own.slice(0, Math.floor(own.length / 2))) calibrating[person] = 1;
  }
  return drawOf(of, null, (row) => calibrating[of.people[row]] === 1, draw);
}

/** Each hospital judged by the people of the others. */
function leaveOneOut(of: SetRows, sites: readonly string[], draw: Random): Draw[] {
  const occupied = sites.filter((site) => of.rows.some((row) => row.site === site));
  return occupied.length < 2 ? [] : occupied.map((site) => drawOf(of, site, (row) => of.rows[row].site !== site, draw));
}

function drawOf(of: SetRows, leftOut: string | null, calibrates: (row: number) => boolean, draw: Random): Draw {
  const all = Uint32Array.from(of.rows.keys());
  const rows = all.filter(calibrates);
  const pick = draw.fork(`study of each person, ${leftOut ?? 'halves'}`);
  return {
    leftOut,
    once: onePerPerson(of, rows, pick),
    onceByClass: of.answers.map((_, k) =>
      onePerPerson(
        of,
        rows.filter((row) => of.labels[row] === k),
        pick,
      ),
    ),
    judged: all.filter((row) => !calibrates(row)),
  };
}

/** One study of each person, each equally likely: so that the calibration scores are those of people who are exchangeable (Dunn 2023). */
function onePerPerson(of: SetRows, rows: Uint32Array, draw: Random): number[] {
  return [...Map.groupBy(rows, (row) => of.people[row]).values()].map((own) =>
    own.length === 1 ? own[0] : draw.pick(own),
  );
}

interface Context {
  readonly of: SetRows;
  readonly uniforms: Float64Array;
  readonly columns: readonly Grouping[];
  /** Hospitals that are left out, and the classes of each: as many claims may be wrong. */
  readonly judgedAlone: number;
}

/** A group of the report with its rows. */
interface Grouping {
  readonly column: string;
  readonly group: string;
  readonly rows: Uint32Array;
}

function groupingsOf({ rows, labels, answers }: SetRows, sites: readonly string[]): Grouping[] {
  const all = Uint32Array.from(rows.keys());
  const columns = groupColumnsOf(rows, sites).filter(isGroupColumn);
  return [
    { column: 'all', group: 'all', rows: all },
    ...answers.map((group, k) => ({ column: 'class', group, rows: all.filter((row) => labels[row] === k) })),
    ...columns.flatMap((column) =>
      column.values.length < 2
        ? []
        : rowsOfGroups(column).map((own, n) => ({ column: column.name, group: column.values[n], rows: own })),
    ),
  ].filter((grouping) => grouping.rows.length > 0);
}

function calibration(context: Context, draw: Draw, method: SetMethod, level: number): Calibrated | NotCalibrated {
  const { of, uniforms } = context;
  const fewest = FEWEST[level];
  const base = { leftOut: draw.leftOut, method, level };
  const lacking = whyNot(of, draw, method, fewest);
  if (lacking !== undefined) return { ...base, cannotTell: lacking };
  const nonconformity: Nonconformity = method === 'aps' ? adaptive(uniforms) : leastAmbiguous;
  const thresholds: SetThresholds =
    method === 'by-class'
      ? calibratedByClass(of.probabilities, of.labels, draw.onceByClass, level, nonconformity)
      : calibrated(of.probabilities, of.labels, draw.once, level, nonconformity);
  const sets = predictionSets(of.probabilities, thresholds, nonconformity);
  const isJudged = new Uint8Array(of.rows.length);
  for (const row of draw.judged) isJudged[row] = 1;
  const columns = draw.leftOut === null ? context.columns : context.columns.filter(({ column }) => ofOneSite(column));
  const groups = columns.flatMap((grouping) => {
    const rows = grouping.rows.filter((row) => isJudged[row] === 1);
    const total = draw.leftOut === null ? grouping.rows.length : rows.length;
    return rows.length === 0 ? [] : [{ ...grouping, rows, notJudged: total - rows.length }];
  });
  const family = draw.leftOut === null ? groups.length : context.judgedAlone;
  return {
    ...base,
    calibrated: method === 'by-class' ? draw.onceByClass.map(({ length }) => length) : [draw.once.length],
    chance: method === 'by-class' ? null : coverageRange(draw.once.length, level),
    thresholds: method === 'by-class' ? [...thresholds] : [thresholds[0]],
    groups: groups.map((grouping) => groupCoverage(of, sets, grouping, level, family)),
  };
}

/** Of a hospital that was left out: all of it, and its classes. */
const ofOneSite = (column: string): boolean => column === 'all' || column === 'class';

function whyNot(
  { answers }: SetRows,
  { once, onceByClass }: Draw,
  method: SetMethod,
  fewest: number,
): string | undefined {
  if (method !== 'by-class')
    return once.length >= fewest ? undefined : `${formatPeople(once.length)} to calibrate on, ${fewest} are needed`;
  const few = onceByClass.flatMap(({ length }, k) =>
    length >= fewest ? [] : [`${formatPeople(length)} with ${answers[k]}`],
  );
  return few.length === 0 ? undefined : `to calibrate on there are ${few.join(', ')}; ${fewest} of each are needed`;
}

function groupCoverage(
  of: SetRows,
  sets: readonly Uint8Array[],
  { column, group, rows, notJudged }: Grouping & { readonly notJudged: number },
  level: number,
  family: number,
): GroupCoverage {
  const person = rows.map((row) => of.people[row]);
  const people = countClusters(Int32Array.from(person));
  const clusters = people < rows.length ? Int32Array.from(person) : undefined;
  const [sizes, covered] = [new Uint8Array(rows.length), new Uint8Array(rows.length)];
  for (let place = 0; place < rows.length; place++) {
    for (const set of sets) sizes[place] += set[rows[place]];
    covered[place] = sets[of.labels[rows[place]]][rows[place]];
  }
  const share = (outcomes: Uint8Array, at = 0.95): Estimate | CannotTell => {
    const seen = outcomes.reduce((total, outcome) => total + outcome, 0);
    const figure = clusteredProportion(outcomes, clusters, { level: at, minimumRows: MINIMUM_ROWS });
    const told = people < MINIMUM_ROWS ? fewPeople(people, outcomes.length, seen) : figure;
    return seenShare(told, seen, outcomes.length);
  };
  const ofSize = (is: (size: number) => boolean) => share(sizes.map((size) => Number(is(size))));
  const singles = [...rows.keys()].filter((place) => sizes[place] === 1);
  const right = singles.reduce((total, place) => total + covered[place], 0);
  return {
    ...{ column, group, n: rows.length, people, notJudged },
    coverage: share(covered),
    verdict: verdictOf(share(covered, 1 - ALPHA / family), level),
    single: ofSize((size) => size === 1),
    several: ofSize((size) => size > 1),
    none: ofSize((size) => size === 0),
    singleRight: seenShare(
      clusteredProportion(
        Uint8Array.from(singles, (place) => covered[place]),
        clusters && Int32Array.from(singles, (place) => clusters[place]),
        { minimumRows: MINIMUM_ROWS },
      ),
      right,
      singles.length,
    ),
    meanSize: sizes.reduce((total, size) => total + size, 0) / sizes.length,
  };
}

const fewPeople = (people: number, n: number, events: number): CannotTell => ({
  cannotTell: `${formatPeople(people)} ${people === 1 ? 'is' : 'are'} fewer than ${MINIMUM_ROWS}`,
  n,
  events,
});

/** By the interval at the corrected level. */
function verdictOf(figure: Estimate | CannotTell, level: number): CoverageVerdict {
  if (isCannotTell(figure)) return 'cannot tell';
  if (figure.upper < level) return 'below';
  return figure.lower >= level ? 'reached' : 'cannot tell';
}
