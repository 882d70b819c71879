// The figures of kinds that have many, by their names.
import { CLASS_FIGURES, FIGURE_WORDS, SUMMARY_FIGURES, SUMMARY_WORDS, styleOf } from '../../classes/figure-words.ts';
import type { ClassesGroup } from '../../evaluation/classes/record.ts';
import type { Results } from '../../evaluation/kinds.ts';
import { type LabelsGroup, OVER_LABELS } from '../../evaluation/labels/record.ts';
import { OVER_WORDS, overStyle } from '../../evaluation/labels/words.ts';
import type { ProbabilityGroup } from '../../evaluation/probability/record.ts';
import type { FigureStyle } from '../../format.ts';
import type { Figure } from '../../record.ts';
import type { EvaluationFigure } from './figures.ts';

type ToldResults = Extract<Results, { readonly kind: 'probability' | 'classes' | 'labels' }>;

interface ToldFigure {
  readonly name: string;
  readonly style: FigureStyle;
  readonly figure: Figure | null;
}

/** The figures that a group has in both reports, by their names. */
export function toldFigures(
  one: ToldResults,
  two: ToldResults,
  i: number,
  j: number,
): Omit<EvaluationFigure, 'paired'>[] {
  const others = new Map(figuresOf(two, j).map(({ name, figure }) => [name, figure]));
  return figuresOf(one, i).flatMap(({ name, style, figure: first }) => {
    const second = others.get(name) ?? null;
    return first === null || second === null
      ? []
      : [{ name, style, isRatio: name.startsWith(OBSERVED_EXPECTED), first, second }];
  });
}

export const OBSERVED_EXPECTED = 'Observed / expected';

function figuresOf(results: ToldResults, i: number): ToldFigure[] {
  switch (results.kind) {
    case 'probability':
      return ofProbabilities(results.groups[i]);
    case 'classes':
      return ofClasses(results.groups[i]);
    case 'labels':
      return ofLabels(results.groups[i]);
  }
}

const ofProbabilities = (group: ProbabilityGroup): ToldFigure[] => [
  { name: 'AUROC', style: 'fraction', figure: group.auroc },
  { name: 'Brier score', style: 'fraction', figure: group.brier },
  { name: OBSERVED_EXPECTED, style: 'ratio', figure: group.observedExpected },
  { name: 'Calibration slope', style: 'ratio', figure: group.slope },
  ...group.thresholds.flatMap(({ name, sensitivity, specificity }): ToldFigure[] => [
    { name: `Sensitivity, ${name}`, style: 'percent', figure: sensitivity },
    { name: `Specificity, ${name}`, style: 'percent', figure: specificity },
  ]),
];

const ofClasses = ({ summary, answeredShare, classes }: ClassesGroup): ToldFigure[] => [
  ...SUMMARY_FIGURES.map((name) => ({ name: SUMMARY_WORDS[name], style: styleOf(name), figure: summary[name] })),
  { name: 'Answered', style: 'percent', figure: answeredShare },
  ...classes.flatMap(({ class: of, figures }) =>
    CLASS_FIGURES.map((name) => ({
      name: `${FIGURE_WORDS[name]}, ${of}`,
      style: styleOf(name),
      figure: figures[name],
    })),
  ),
];

const ofLabels = ({ over, labels }: LabelsGroup): ToldFigure[] => [
  ...OVER_LABELS.map((name) => ({ name: OVER_WORDS[name], style: overStyle(name), figure: over[name] })),
  ...labels.flatMap(({ label, ranking, decisions, calibration }): ToldFigure[] => [
    { name: `AUROC, ${label}`, style: 'fraction', figure: ranking?.auroc ?? null },
    { name: `Average precision, ${label}`, style: 'fraction', figure: ranking?.averagePrecision ?? null },
    { name: `Sensitivity, ${label}`, style: 'percent', figure: decisions?.sensitivity ?? null },
    { name: `Specificity, ${label}`, style: 'percent', figure: decisions?.specificity ?? null },
    { name: `${OBSERVED_EXPECTED}, ${label}`, style: 'ratio', figure: calibration?.observedExpected ?? null },
  ]),
];
