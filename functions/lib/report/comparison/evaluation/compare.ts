import { RefusedInput } from '#functions/errors.ts';
import { MOST_KEPT_STUDIES } from '#lib/cohort/evaluation/probability-study-keys.ts';
import { list } from '../../answer.ts';
import { groupWords } from '../../evaluation/groups.ts';
import { sameGroup } from '../../evaluation/kind.ts';
import type { Results } from '../../evaluation/kinds.ts';
import type { ProbabilityStudies } from '../../evaluation/probability/studies.ts';
import type { EvaluationReport } from '../../evaluation/record.ts';
import { isAll } from '../../evaluation/record.ts';
import { isKeptByRow, type StudyLine } from '../../evaluation/studies-table.ts';
import { differenceStyle, formatCount, formatFigure } from '../../format.ts';
import { isEstimate } from '../../record.ts';
import type { ComparedSite, Comparison, Side, StudiesMet } from '../record.ts';
import { againstWords, asDifferent, changeWords, comparedFigure, methodsOf, SHAREABLE, UNCORRECTED } from '../words.ts';
import { comparedFigures, type EvaluationFigure, sameReference } from './figures.ts';
import { type Pairing, pairedStudies } from './pairs.ts';
import { ofProbabilities, sharedThresholds } from './probability-figures.ts';
import { pairedProbabilities } from './probability-pairs.ts';

/** An evaluation as it lies in a folder. */
export interface ComparedEvaluation {
  readonly report: EvaluationReport;
  /** Of `internal/studies.parquet`, of probabilities by column; undefined for a shareable edition, which has none. */
  readonly studies: readonly StudyLine[] | ProbabilityStudies | undefined;
}

/** Sets a second evaluation against a first of the same kind: study by study where both have theirs, else figure against figure. */
export function compareEvaluations(first: ComparedEvaluation, second: ComparedEvaluation): Comparison {
  const [one, two] = [first.report.results, second.report.results];
  for (const [what, ofFirst, ofSecond] of [
    ['kinds', one.kind, two.kind],
    ['quantities', aboutOf(one), aboutOf(two)],
  ] as const)
    if (ofFirst !== ofSecond)
      throw new RefusedInput(`compare: found the ${what} ${ofFirst} and ${ofSecond}, allowed: one and the same`);
  const { sites, met } = comparedKinds(first, second);
  const named = (results: Results) => results.groups.filter((group) => !isAll(group)).map(groupWords);
  return {
    schema: 'tricuspid/comparison/1',
    first: sideOf(first.report, one),
    second: sideOf(second.report, two),
    headline: headline(first.report, second.report, sites),
    cautions: cautions(first.report, second.report, met, sites),
    studies: met ?? null,
    sites,
    onlyFirst: named(one).filter((group) => !named(two).includes(group)),
    onlySecond: named(two).filter((group) => !named(one).includes(group)),
    methods: methodsOf(sites),
  };
}

/** What must be the same in both, in words. */
function aboutOf(results: Results): string {
  switch (results.kind) {
    case 'continuous':
      return `${results.quantity} in ${results.unit}`;
    case 'time-to-event':
      return `${results.event} in ${results.timeUnit}`;
    case 'ordinal':
      return `${results.quantity}: ${results.grades.join(', ')}`;
    case 'segmentation':
      return `${results.groups[0].structures.map(({ structure }) => structure).join(', ')} within ${results.toleranceMm} mm`;
    case 'probability':
      return results.event;
    case 'classes':
      return results.classes.join(', ');
    case 'labels':
      return results.labels.map(({ name }) => name).join(', ');
  }
}

const sideOf = ({ title, model, provenance, audience }: EvaluationReport, results: Results): Side => ({
  ...{ cohort: title, model: model ?? 'a model that is not named', version: null, label: aboutOf(results), audience },
  ...{ software: provenance.software, inputs: provenance.inputs },
});

interface ComparedKinds {
  readonly sites: readonly ComparedSite[];
  /** Undefined where a report is without its studies. */
  readonly met: StudiesMet | undefined;
}

/** Probabilities by column, other kinds by lines. */
function comparedKinds(first: ComparedEvaluation, second: ComparedEvaluation): ComparedKinds {
  const reports = [first.report, second.report] as const;
  const [one, two] = [first.report.results, second.report.results];
  const [ofFirst, ofSecond] = [first.studies, second.studies];
  if (one.kind === 'probability' && two.kind === 'probability') {
    const isKept = ofFirst !== undefined && 'scores' in ofFirst && ofSecond !== undefined && 'scores' in ofSecond;
    const pairing = isKept ? pairedProbabilities(ofFirst, ofSecond) : undefined;
    const sites = comparedGroups(reports, pairing, (i, j) => ofProbabilities(one, two, i, j));
    return { sites, met: pairing?.met };
  }
  if (!isKeptByRow(one) || !isKeptByRow(two)) throw new Error('compare: found two kinds, allowed one and the same');
  const isKept = ofFirst !== undefined && !('scores' in ofFirst) && ofSecond !== undefined && !('scores' in ofSecond);
  const pairing = isKept ? pairedStudies(ofFirst, ofSecond, sameReference(one)) : undefined;
  const sites = comparedGroups(reports, pairing, (i, j) => comparedFigures(one, two, i, j));
  return { sites, met: pairing?.met };
}

/** Groups that both reports have, all studies first. */
function comparedGroups<Pairs>(
  reports: readonly [EvaluationReport, EvaluationReport],
  pairing: Pairing<Pairs> | undefined,
  figuresOf: (i: number, j: number) => readonly EvaluationFigure<Pairs>[],
): ComparedSite[] {
  const [one, two] = reports.map(({ results }) => results);
  return one.groups.flatMap((group, i): ComparedSite[] => {
    const j = two.groups.findIndex((other) => sameGroup(group, other));
    if (j < 0) return [];
    const { count = 0, pairs } = pairing?.inGroup(group) ?? {};
    const countIn = ({ groups, results }: EvaluationReport) => ({
      n: groups.find((other) => sameGroup(group, other))?.n ?? 0,
      events:
        results.kind === 'probability'
          ? (results.groups.find((other) => sameGroup(group, other))?.events ?? null)
          : null,
    });
    return [
      {
        site: isAll(group) ? null : groupWords(group),
        ...{ first: countIn(reports[0]), second: countIn(reports[1]), pairs: count > 0 ? count : null },
        figures: figuresOf(i, j).map(({ paired, ...figure }) =>
          comparedFigure(
            figure,
            paired === undefined || pairs === undefined || count === 0 ? undefined : () => paired(pairs),
          ),
        ),
      },
    ];
  });
}

/** The first figure that is compared study by study, the first of all where none is. */
function headline(one: EvaluationReport, two: EvaluationReport, [whole]: readonly ComparedSite[]): string {
  const main = whole.figures.find(({ basis }) => basis === 'paired') ?? whole.figures.at(0);
  const what = againstWords(nameOf(one), nameOf(two));
  if (main === undefined) return `${what}: the reports have no figure in common.`;
  const isWhole = main.basis === 'unpaired' || [whole.first, whole.second].every(({ n }) => n === whole.pairs);
  const change = `change of ${main.name}, ${main.isRatio ? 'second by first' : 'second minus first'}: ${changeWords(main.change, main.isRatio ? 'ratio' : differenceStyle(main.style))}`;
  const figures = [main.first, main.second].map((figure) => formatFigure(figure, main.style));
  const sides = isWhole
    ? `, from ${figures.join(' to ')}`
    : `, of the studies in both; of all studies of each, ${figures.join(' and ')}`;
  return `${what}: ${change}${sides}.`;
}

const NOT_KEPT = `${SHAREABLE}, or one of more than ${formatCount(MOST_KEPT_STUDIES)} studies`;

const nameOf = ({ model, title }: EvaluationReport): string => (model === null ? title : `${model} on ${title}`);

function cautions(
  one: EvaluationReport,
  two: EvaluationReport,
  met: StudiesMet | undefined,
  [whole]: readonly ComparedSite[],
): string[] {
  return [
    ...(met === undefined ? [asDifferent(isKeptByRow(one.results) ? SHAREABLE : NOT_KEPT)] : metWords(met)),
    ...unpairedWords(whole),
    ...thresholdWords(one.results, two.results),
    ...(one.results.kind === 'segmentation'
      ? ['Whether both reports hold a study against the same mask is known only by the structures that it has.']
      : []),
    ...(one.model === null || two.model === null
      ? ['A report does not name its model: whether the models differ is not known here.']
      : []),
    UNCORRECTED,
  ];
}

function metWords({ both, contradicting, onlyFirst, onlySecond }: StudiesMet): string[] {
  const alone =
    onlyFirst + onlySecond === 0
      ? ''
      : `; ${formatCount(onlyFirst)} are only in the first report, ${formatCount(onlySecond)} only in the second`;
  return [
    both === 0
      ? 'No study is in both reports with the same reference: figures are set against each other as those of different people. Studies are known again by site, subject and study as their tables name them.'
      : `${formatCount(both)} studies are in both reports with the same reference and are compared one by one${alone}.`,
    ...(contradicting > 0
      ? [`${formatCount(contradicting)} studies have another reference in the other report and are not paired.`]
      : []),
  ];
}

/** Figures of the same studies for which there is no paired change. */
function unpairedWords({ pairs, figures }: ComparedSite): string[] {
  const names = figures.flatMap(({ basis, name, change }) =>
    basis === 'unpaired' && isEstimate(change) ? [name] : [],
  );
  if (pairs === null || names.length === 0) return [];
  const named =
    names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), `${names.length - MOST_NAMED} more`] : names;
  return [
    `Not compared study by study: ${list(named)}. Their changes take the studies of both reports for different ones, and where they are the same, the intervals are too wide: one that holds no change is no sign that nothing changed.`,
  ];
}

const MOST_NAMED = 4;

/** Thresholds that only share their names. */
function thresholdWords(one: Results, two: Results): string[] {
  if (one.kind !== 'probability' || two.kind !== 'probability') return [];
  const unequal = sharedThresholds(one, two).filter(({ first, second }) => first !== second);
  if (unequal.length === 0) return [];
  const values = unequal.map(({ name, first, second }) => `“${name}” ${first} and ${second}`);
  return [`Thresholds of the same name differ: ${values.join(', ')}. Each report’s scores are held against its own.`];
}
