import type { FigureStyle } from '../format.ts';
import type { DecisionFigure, ScoreFigure } from './one-against-rest.ts';

/** Figures of one class against all others. */
export const CLASS_FIGURES = [
  'auroc',
  'sensitivity',
  'specificity',
  'positivePredictiveValue',
  'f1',
  'observedExpected',
  'slope',
] as const;
export type ClassFigure = (typeof CLASS_FIGURES)[number];

/** Figures of all classes at once. */
export const SUMMARY_FIGURES = ['accuracy', 'kappa', 'macroAuroc', 'handTill', 'macroF1', 'brier', 'logLoss'] as const;
export type SummaryFigure = (typeof SUMMARY_FIGURES)[number];

export const FIGURE_WORDS: Readonly<Record<ScoreFigure | DecisionFigure, string>> = {
  auroc: 'AUROC against the rest',
  averagePrecision: 'Average precision',
  sensitivity: 'Sensitivity',
  specificity: 'Specificity',
  positivePredictiveValue: 'Positive predictive value',
  negativePredictiveValue: 'Negative predictive value',
  f1: 'F1',
  matthewsCorrelation: 'Matthews correlation',
  observedExpected: 'Observed / expected',
  intercept: 'Calibration intercept',
  slope: 'Calibration slope',
};

export const SUMMARY_WORDS: Readonly<Record<SummaryFigure, string>> = {
  accuracy: 'Right class',
  kappa: 'Kappa',
  macroAuroc: 'Mean AUROC',
  handTill: 'M of Hand and Till',
  macroF1: 'Mean F1',
  brier: 'Brier score (0 to 2)',
  logLoss: 'Logarithmic loss',
};

const STYLES: Readonly<Record<string, FigureStyle>> = {
  accuracy: 'percent',
  sensitivity: 'percent',
  specificity: 'percent',
  positivePredictiveValue: 'percent',
  negativePredictiveValue: 'percent',
  observedExpected: 'ratio',
  intercept: 'ratio',
  slope: 'ratio',
};

/** As elsewhere in the report: shares in per cent, ratios with two decimals. */
export const styleOf = (name: string): FigureStyle => STYLES[name] ?? 'fraction';
