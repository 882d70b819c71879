// Figures of each class and of all of them, by hospital.
import { RefusedInput } from '#functions/errors.ts';
import type { ClassedRow } from '#lib/cohort/class-facts.ts';
import { isEcgContract } from '#lib/inference/contract.ts';
import { answeredClasses, confusionMatrix } from '#lib/validation/multiclass.ts';
import type { ChapterInput } from '../../chapter.ts';
import { answerSummary, probabilitySummary } from '../../classes/all-classes.ts';
import { answerFigures, type ClassColumns, probabilityFigures, whyNotJudged } from '../../classes/each-class.ts';
import { clustersOf, peopleOf } from '../../measure.ts';
import type { Classes, ClassResult, SiteClasses } from './value.ts';
import { classWords } from './words.ts';

/** Null for a model with one answer: yes or no. */
export function classesOf(input: ChapterInput): Classes | null {
  const { model, cohort, selection } = input;
  if (!isEcgContract(model) || model.classes.length < 3) return null;
  const { classes } = model;
  const refused = model.abstain.flatMap((rule) => (rule.rule === 'probability-at-least' ? [rule.class] : []));
  const nothing = { classes, refused, mapping: [], left: [], sites: [] };
  const mapping = cohort.classes ?? [];
  const stray = mapping.find((entry) => entry.class !== null && !classes.includes(entry.class));
  if (stray !== undefined)
    throw new RefusedInput(`classes of the cohort: found ${stray.class}, allowed: ${classes.join(', ')} or null`);
  if (selection.classed === undefined)
    return { ...nothing, absent: 'the cohort does not say which labels are which of these classes' };
  const { rows, values, left } = selection.classed;
  const complete = rows.filter((row) => isComplete(row, classes));
  const lacking = rows.filter((row) => !isComplete(row, classes));
  const studiesOf = (place: number) =>
    values.reduce((total, { value, studies }) => total + (value === place ? studies : 0), 0);
  const counted = {
    mapping: mapping.map((entry, place) => ({ ...entry, studies: studiesOf(place) })),
    left: [
      ...left.map(({ site, why, studies }) => ({ site, why, studies })),
      ...[...Map.groupBy(lacking, ({ site }) => site)].map(([site, { length }]) => ({
        ...{ site, why: 'no-class-scores', studies: length },
      })),
    ],
  };
  const answered = complete.filter(({ probabilities }) => probabilities !== undefined);
  if (answered.length === 0) {
    const absent = counted.left.some(({ why }) => why === 'no-class-scores')
      ? 'the tables hold one score for each study and no probabilities of classes: they were written before these were kept'
      : 'no study with a class of its own has an answer';
    return { ...nothing, ...counted, absent };
  }
  return { classes, refused, absent: null, ...counted, sites: sitesOf(complete, input, { classes, refused }) };
}

const isComplete = ({ probabilities }: ClassedRow, classes: readonly string[]): boolean =>
  probabilities === undefined || classes.every((name) => Number.isFinite(probabilities[name]));

type Names = Pick<Classes, 'classes' | 'refused'>;

function sitesOf(rows: readonly ClassedRow[], input: ChapterInput, names: Names): SiteClasses[] {
  const occupied = input.sites.flatMap((site) => {
    const own = rows.filter((row) => row.site === site);
    return own.length === 0 ? [] : [{ site: site as string | null, own }];
  });
  const groups = occupied.length > 1 ? [...occupied, { site: null, own: rows }] : occupied;
  return groups.map(({ site, own }) => siteClasses(site, own, input, names));
}

function siteClasses(
  site: string | null,
  rows: readonly ClassedRow[],
  input: ChapterInput,
  { classes, refused }: Names,
): SiteClasses {
  const answered = rows.filter(({ probabilities }) => probabilities !== undefined);
  const single = answered.filter(isSingle);
  const columns = columnsOf(answered, classes);
  const results = classes.map((name, k) => classResult(name, k, rows, answered, columns));
  const judged = classes.flatMap((name, k) =>
    refused.includes(name) || whyNotJudged(columns, k) !== undefined ? [] : [k],
  );
  const inPrimary = input.rows.filter((row) => site === null || row.site === site);
  const here = new Set(answered.map(keyOf));
  const there = new Set(inPrimary.map(keyOf));
  const missing = inPrimary.filter((row) => !here.has(keyOf(row)));
  return {
    site,
    n: answered.length,
    subjects: peopleOf(answered),
    several: answered.length - single.length,
    matrix: matrixOf(rows.filter(isSingle), classes),
    classes: results,
    judged: judged.map((k) => classes[k]),
    summary: summaryOf(single, columns, judged, classes),
    onlyHere: answered.filter((row) => !there.has(keyOf(row))).length,
    onlyPrimaryEvents: missing.filter(({ label }) => label === 1).length,
    onlyPrimaryNonEvents: missing.filter(({ label }) => label === 0).length,
  };
}

const keyOf = ({ site, studyKey }: { readonly site: string; readonly studyKey: string }) => `${site}/${studyKey}`;
const isSingle = ({ classes }: ClassedRow): boolean => classes.length === 1;

interface Columns extends ClassColumns {
  /** [class][row] */
  readonly scores: readonly Float64Array[];
}

function columnsOf(rows: readonly ClassedRow[], classes: readonly string[]): Columns {
  const scores = classes.map((name) => Float64Array.from(rows, ({ probabilities }) => probabilities?.[name] ?? 0));
  const answers = answeredClasses({ scores, labels: new Uint8Array(rows.length) });
  const clusters = clustersOf(rows);
  return {
    names: classes.map(classWords),
    scores,
    truth: classes.map((name) => Uint8Array.from(rows, (row) => Number(row.classes.includes(name)))),
    positive: classes.map((_, k) => answers.map((answer) => Number(answer === k))),
    ...(clusters !== undefined && { clusters }),
  };
}

function matrixOf(rows: readonly ClassedRow[], classes: readonly string[]): number[][] {
  const answered = rows.filter(({ probabilities }) => probabilities !== undefined);
  const { labels, answers } = ofSingle(answered, classes);
  const silent = rows.filter(({ probabilities }) => probabilities === undefined);
  return confusionMatrix(labels, answers, classes.length).map((counts, k) => [
    ...counts,
    silent.filter((row) => row.classes[0] === classes[k]).length,
  ]);
}

/** Numbers of the classes of rows that have one each. */
function ofSingle(rows: readonly ClassedRow[], classes: readonly string[]) {
  const scores = classes.map((name) => Float64Array.from(rows, ({ probabilities }) => probabilities?.[name] ?? 0));
  const labels = Uint8Array.from(rows, (row) => classes.indexOf(row.classes[0]));
  const clusters = clustersOf(rows);
  const own = { scores, labels, ...(clusters !== undefined && { clusters }) };
  return { ...own, answers: answeredClasses(own) };
}

function classResult(
  name: string,
  k: number,
  rows: readonly ClassedRow[],
  answered: readonly ClassedRow[],
  columns: Columns,
): ClassResult {
  const own = answered.filter(({ classes }) => classes.includes(name));
  return {
    class: name,
    n: own.length,
    people: peopleOf(own),
    silent: rows.filter(({ classes, probabilities }) => probabilities === undefined && classes.includes(name)).length,
    figures: { ...probabilityFigures(columns, k, columns.scores[k]), ...answerFigures(columns, k) },
  };
}

/** Accuracy, kappa and losses over the studies of one class each; means over the classes with enough people. */
function summaryOf(
  single: readonly ClassedRow[],
  columns: Columns,
  judged: readonly number[],
  classes: readonly string[],
): SiteClasses['summary'] {
  const one = { ...ofSingle(single, classes), classes: classes.length };
  return { ...answerSummary(one, columns, judged), ...probabilitySummary(one, columns, judged) };
}
