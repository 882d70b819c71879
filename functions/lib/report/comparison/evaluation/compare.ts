import { RefusedInput } from '#functions/errors.ts';
import { differenceByMover, ratioByMover } from '#lib/validation/independent-figures.ts';
import { groupWords } from '../../evaluation/groups.ts';
import { sameGroup } from '../../evaluation/kind.ts';
import type { Results } from '../../evaluation/kinds.ts';
import type { EvaluationGroup, EvaluationReport } from '../../evaluation/record.ts';
import { isAll } from '../../evaluation/record.ts';
import { groupColumn, isKept, type StudyLine } from '../../evaluation/studies-table.ts';
import { formatCount, formatFigure } from '../../format.ts';
import type { ComparedFigure, ComparedSite, Comparison, Side } from '../record.ts';
import { AS_DIFFERENT, methodsOf, UNCORRECTED, unpaired } from '../words.ts';
import { comparedFigures, type EvaluationFigure, sameReference } from './figures.ts';
import { type PairedStudies, pairedStudies, type StudyPair } from './pairs.ts';
import { toldFigures } from './told-figures.ts';

/** An evaluation as it lies in a folder. */
export interface ComparedEvaluation {
  readonly report: EvaluationReport;
  /** Of `internal/studies.parquet`; undefined for a shareable edition, which has none. */
  readonly studies: readonly StudyLine[] | undefined;
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
  const paired =
    first.studies && second.studies && isKept(one)
      ? pairedStudies(first.studies, second.studies, sameReference(one))
      : undefined;
  const sites = comparedGroups([first.report, second.report], [one, two], paired);
  const named = (results: Results) => results.groups.filter((group) => !isAll(group)).map(groupWords);
  return {
    schema: 'tricuspid/comparison/1',
    first: sideOf(first.report, one),
    second: sideOf(second.report, two),
    headline: headline(first.report, second.report, sites),
    cautions: cautions(first, second, paired),
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

/** Groups that both reports have, all studies first. */
function comparedGroups(
  reports: readonly [EvaluationReport, EvaluationReport],
  [one, two]: readonly [Results, Results],
  paired: PairedStudies | undefined,
): ComparedSite[] {
  return one.groups.flatMap((group, i): ComparedSite[] => {
    const j = two.groups.findIndex((other) => sameGroup(group, other));
    if (j < 0) return [];
    const pairs = paired?.pairs.filter(inGroup(group));
    const isPaired = pairs !== undefined && pairs.length > 0;
    const count = (report: EvaluationReport) => ({
      n: report.groups.find((other) => sameGroup(group, other))?.n ?? 0,
      events: null,
    });
    return [
      {
        site: isAll(group) ? null : groupWords(group),
        ...{ first: count(reports[0]), second: count(reports[1]), pairs: isPaired ? pairs.length : null },
        figures: figuresOf(one, two, i, j).map(({ paired: change, ...figure }): ComparedFigure => {
          const isBoth = isPaired && change !== undefined;
          const alone = () => unpaired(figure.first, figure.second, figure.isRatio ? ratioByMover : differenceByMover);
          return { ...figure, change: isBoth ? change(pairs) : alone(), basis: isBoth ? 'paired' : 'unpaired' };
        }),
      },
    ];
  });
}

function figuresOf(one: Results, two: Results, i: number, j: number): EvaluationFigure[] {
  if (isKept(one) && isKept(two)) return comparedFigures(one, two, i, j);
  return one.kind === 'probability' && two.kind === 'probability' ? toldFigures(one, two, i, j) : [];
}

/** Studies that both reports put into a group. */
function inGroup({ group, value }: EvaluationGroup): (pair: StudyPair) => boolean {
  if (group === null) return () => true;
  const column = group === 'site' ? 'site' : groupColumn(group);
  return ({ first, second }) => first[column] === value && second[column] === value;
}

function headline(one: EvaluationReport, two: EvaluationReport, [whole]: readonly ComparedSite[]): string {
  const [main] = whole.figures;
  return `${nameOf(two)} against ${nameOf(one)}: change of ${main.name}, second minus first: ${formatFigure(main.change, main.style)}.`;
}

const NOT_KEPT =
  'Reports of this kind keep no studies: figures are set against each other as if the people were different ones. Where they are the same, the intervals are too wide.';

const nameOf = ({ model, title }: EvaluationReport): string => (model === null ? title : `${model} on ${title}`);

function cautions(
  { report: one, studies: first }: ComparedEvaluation,
  { report: two, studies: second }: ComparedEvaluation,
  paired: PairedStudies | undefined,
): string[] {
  const met = paired === undefined ? 0 : paired.pairs.length;
  const alone = (lines: readonly StudyLine[] | undefined): number => (lines?.length ?? 0) - met;
  return [
    ...(paired === undefined
      ? [isKept(one.results) ? AS_DIFFERENT : NOT_KEPT]
      : met === 0
        ? [
            'No study is in both reports with the same reference: figures are set against each other as those of different people. Studies are known again by site, subject and study as their tables name them.',
          ]
        : [
            `${formatCount(met)} studies are in both reports with the same reference and are compared one by one${alone(first) + alone(second) === 0 ? '' : `; ${formatCount(alone(first))} only count in the first report, ${formatCount(alone(second))} only in the second`}.`,
          ]),
    ...(paired !== undefined && paired.contradicting > 0
      ? [`${formatCount(paired.contradicting)} studies have another reference in the other report and are not paired.`]
      : []),
    ...(one.results.kind === 'segmentation'
      ? ['Whether both reports hold a study against the same mask is known only by the structures that it has.']
      : []),
    ...(one.model === null || two.model === null
      ? ['A report does not name its model: whether the models differ is not known here.']
      : []),
    UNCORRECTED,
  ];
}
