import { RefusedInput } from '#functions/errors.ts';
import { list } from '../answer.ts';
import { formatCount } from '../format.ts';
import { crudeGroup, siteGroups } from '../groups.ts';
import type { PredictionsLine } from '../predictions-table.ts';
import type { Figure, GroupResult, Report } from '../record.ts';
import { type Paired, pairStudies, positiveAt, scoredTwice } from './pairs.ts';
import type { ComparedFigure, ComparedSite, Comparison, Side } from './record.ts';
import { aurocChange, brierChange, observedExpectedChange, rightChange } from './scored-twice.ts';
import { againstWords, asDifferent, changeWords, comparedFigure, methodsOf, SHAREABLE, UNCORRECTED } from './words.ts';

/** A report as it lies in a folder. */
export interface ComparedReport {
  readonly report: Report;
  /** Of `internal/predictions.parquet`; undefined for a shareable edition, which has none. */
  readonly predictions: readonly PredictionsLine[] | undefined;
}

/** Sets a second report against a first: study by study where both have theirs, else figure against figure. */
export function compareReports(first: ComparedReport, second: ComparedReport): Comparison {
  const [one, two] = [first.report, second.report];
  if (one.cohort.label !== two.cohort.label)
    throw new RefusedInput(
      `compare: found the labels ${one.cohort.label} and ${two.cohort.label}, allowed: one and the same outcome`,
    );
  const paired =
    first.predictions && second.predictions ? pairStudies(first.predictions, second.predictions) : undefined;
  const sites = comparedSites(one, two, paired);
  const named = (report: Report) => siteGroups(report.primary).map(({ site }) => site as string);
  return {
    schema: 'tricuspid/comparison/1',
    first: sideOf(one),
    second: sideOf(two),
    headline: headline(one, two, sites),
    cautions: cautions(one, two, paired),
    studies: paired?.met ?? null,
    sites,
    onlyFirst: named(one).filter((site) => !named(two).includes(site)),
    onlySecond: named(two).filter((site) => !named(one).includes(site)),
    methods: methodsOf(sites),
  };
}

const sideOf = ({ cohort, model, provenance, audience }: Report): Side => ({
  cohort: cohort.name,
  model: model.name,
  version: model.version,
  label: cohort.label,
  software: provenance.software,
  audience,
  inputs: provenance.inputs,
});

function comparedSites(one: Report, two: Report, paired: Paired | undefined): ComparedSite[] {
  const others = new Map(siteGroups(two.primary).map((group) => [group.site, group]));
  const both = siteGroups(one.primary).flatMap((group) => {
    const other = others.get(group.site);
    return other === undefined ? [] : [[group, other] as const];
  });
  const [crudeOne, crudeTwo] = [crudeGroup(one.primary), crudeGroup(two.primary)];
  const crude = both.length > 1 && crudeOne && crudeTwo ? [[crudeOne, crudeTwo] as const] : [];
  return [...both, ...crude].map(([first, second]) => comparedSite(first, second, one, two, paired));
}

function comparedSite(
  first: GroupResult,
  second: GroupResult,
  one: Report,
  two: Report,
  paired: Paired | undefined,
): ComparedSite {
  const { site } = first;
  const pairs = paired?.pairs.filter((pair) => site === null || pair.site === site) ?? [];
  const isPaired = pairs.length > 0;
  const twice = scoredTwice(pairs);
  const figure = (
    { name, style, isRatio = false }: Pick<ComparedFigure, 'name' | 'style'> & { readonly isRatio?: boolean },
    of: (group: GroupResult) => Figure,
    pairedChange: () => Figure,
  ): ComparedFigure =>
    comparedFigure({ name, style, isRatio, first: of(first), second: of(second) }, isPaired ? pairedChange : undefined);
  return {
    site,
    first: { n: first.n, events: first.events },
    second: { n: second.n, events: second.events },
    pairs: isPaired ? pairs.length : null,
    figures: [
      figure(
        { name: 'AUROC', style: 'fraction' },
        ({ auroc }) => auroc,
        () => aurocChange(twice),
      ),
      figure(
        { name: 'Brier score', style: 'fraction' },
        ({ brier }) => brier,
        () => brierChange(twice),
      ),
      figure(
        { name: 'Observed / expected', style: 'ratio', isRatio: true },
        ({ observedExpected }) => observedExpected,
        () => observedExpectedChange(twice),
      ),
      ...sharedThresholds(one, two).flatMap(({ name, i, j, thresholds }) => {
        const isPositive = positiveAt(pairs, thresholds);
        return [
          figure({ name: `Sensitivity, ${name}`, style: 'percent' }, at(first, i, j, 'sensitivity'), () =>
            rightChange(twice, 1, isPositive),
          ),
          figure({ name: `Specificity, ${name}`, style: 'percent' }, at(first, i, j, 'specificity'), () =>
            rightChange(twice, 0, isPositive),
          ),
        ];
      }),
    ],
  };
}

/** The figure at a threshold, which may stand in another place in each contract. */
const at = (first: GroupResult, i: number, j: number, name: 'sensitivity' | 'specificity') => (group: GroupResult) =>
  group.thresholds[group === first ? i : j][name];

/** Thresholds of the same name in both contracts. */
function sharedThresholds(one: Report, two: Report) {
  return one.model.thresholds.flatMap((first, i) => {
    const j = two.model.thresholds.findIndex(({ name }) => name === first.name);
    return j < 0 ? [] : [{ name: first.name, i, j, thresholds: { first, second: two.model.thresholds[j] } }];
  });
}

function headline(one: Report, two: Report, sites: readonly ComparedSite[]): string {
  const found = sites.flatMap(({ site, figures }) => {
    const auroc = figures.find(({ name }) => name === 'AUROC');
    return site === null || auroc === undefined ? [] : [{ site, words: changeWords(auroc.change, 'fraction') }];
  });
  const changes = [...Map.groupBy(found, ({ words }) => words)].map(
    ([words, of]) => `${list(of.map(({ site }) => site))} ${words}`,
  );
  const what = againstWords(nameOf(one), nameOf(two));
  if (changes.length === 0) return `${what}: the reports have no hospital in common.`;
  return `${what}: change of AUROC, second minus first: ${changes.join('; ')}.`;
}

const nameOf = ({ model, cohort }: Report): string => `${model.name} ${model.version} on ${cohort.name}`;

function cautions(one: Report, two: Report, paired: Paired | undefined): string[] {
  const tables = ({ provenance }: Report) =>
    provenance.inputs
      .filter(({ name }) => name === 'table studies' || name === 'table labels')
      .map(({ sha256 }) => sha256);
  const sameData = tables(one).length > 0 && tables(one).join() === tables(two).join();
  return [
    sameData
      ? 'Both reports were computed from the same studies and labels.'
      : 'The reports were computed from different studies or labels: a change may be one of patients, of labels or of the model.',
    ...(paired === undefined ? [asDifferent(SHAREABLE)] : pairedWords(paired)),
    ...(one.model.name === two.model.name && one.model.version === two.model.version
      ? []
      : ['The models differ: thresholds of the same name may have been chosen in different ways.']),
    UNCORRECTED,
  ];
}

function pairedWords({ pairs, met }: Paired): string[] {
  const isSame = pairs.length > 0 && pairs.every(({ first, second }) => first.score === second.score);
  return [
    ...(isSame ? [`All ${formatCount(pairs.length)} studies in both reports have the same score in both.`] : []),
    ...(met.contradicting > 0
      ? [`${formatCount(met.contradicting)} studies have another label in the other report and are not paired.`]
      : []),
  ];
}
