import { auroc } from '#lib/validation/auroc.ts';
import { averagePrecision } from '#lib/validation/average-precision.ts';
import { brier } from '#lib/validation/brier.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import { decisionsAt } from '#lib/validation/confusion.ts';
import { decisionCurve } from '#lib/validation/decision-curve.ts';
import { decisionMetrics } from '#lib/validation/decision-metrics.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { type Design, drawRows, type Population, type Truths, truthsOf } from './population.ts';
import { type Interval, type Scenario, shifted, told } from './scenario.ts';

/** Every figure of one cohort that is in a report, as it is reported. */
export function cohortScenario(population: Population, design: Design): Scenario {
  const truths = truthsOf(population);
  const words = Object.entries({ ...population, ...design }).map(([name, value]) => `${name} ${value}`);
  return {
    name: words.join(', '),
    truth: 0,
    draw: (source) => figures(drawRows(source, population, design), population.threshold, truths),
  };
}

function figures(
  rows: ReturnType<typeof drawRows>,
  threshold: number,
  truths: Truths,
): Record<string, Interval | undefined> {
  const { intercept, slope } = recalibration(rows);
  const metrics = decisionMetrics(decisionsAt(rows, threshold));
  const [benefit] = decisionCurve(rows, [threshold]);
  const { sensitivity, specificity, positivePredictiveValue, prevalence } = truths;
  const ofRates = ratesOfRates(truths);
  const odds = threshold / (1 - threshold);
  const treatAll = prevalence - (1 - prevalence) * odds;
  const netBenefit = sensitivity * prevalence - (1 - specificity) * (1 - prevalence) * odds;
  const off = (answer: Interval | { readonly cannotTell: string }, truth: number) => shifted(told(answer), truth);
  return {
    AUROC: off(auroc(rows), truths.auroc),
    'difference of two AUROC': off(compareAuroc(rows, rows.others), truths.aurocDifference),
    'average precision': off(averagePrecision(rows), truths.averagePrecision),
    sensitivity: off(metrics.sensitivity, sensitivity),
    specificity: off(metrics.specificity, specificity),
    PPV: off(metrics.positivePredictiveValue, positivePredictiveValue),
    NPV: off(metrics.negativePredictiveValue, truths.negativePredictiveValue),
    'balanced accuracy': off(metrics.balancedAccuracy, (sensitivity + specificity) / 2),
    F1: off(metrics.f1, ofRates.f1),
    MCC: off(metrics.matthewsCorrelation, ofRates.matthews),
    'O:E': off(observedExpected(rows), truths.observedExpected),
    'calibration intercept': off(intercept, truths.intercept),
    'calibration slope': off(slope, truths.slope),
    Brier: off(brier(rows), truths.brier),
    'net benefit': off(benefit.netBenefit, netBenefit),
    'net benefit over treating all': off(benefit.overTreatAll, netBenefit - treatAll),
  };
}

/** F1 and Matthews's correlation of the population, from its four shares. */
function ratesOfRates({ sensitivity, specificity, prevalence }: Truths): { f1: number; matthews: number } {
  const [tp, tn] = [sensitivity * prevalence, specificity * (1 - prevalence)];
  const [fn, fp] = [prevalence - tp, 1 - prevalence - tn];
  const margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
  return { f1: (2 * tp) / (2 * tp + fp + fn), matthews: (tp * tn - fp * fn) / Math.sqrt(margins) };
}
