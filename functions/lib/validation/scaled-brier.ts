import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance } from './influence-variance.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { sum } from './sum.ts';

/**
 * Scaled Brier score (index of prediction accuracy, Steyerberg et al., doi 10.1097/EDE.0b013e3181c30fb2): 1 − Brier / (m (1 − m)), m the
 * observed share of events. 1 is perfect, 0 as good as telling everyone m, below 0 worse. Wald interval by the delta method.
 */
export function scaledBrier(
  predictions: Predictions,
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const { scores, labels, clusters } = predictions;
  const n = scores.length;
  if (events === 0 || events === n) return { cannotTell: 'all studies have the same outcome', n, events };
  const share = events / n;
  const spread = share * (1 - share);
  const losses = scores.map((score, row) => (score - labels[row]) ** 2);
  const mean = sum(losses) / n;
  const influence = losses.map(
    (loss, row) => (-(loss - mean) / spread + (mean / spread ** 2) * (1 - 2 * share) * (labels[row] - share)) / n,
  );
  const { variance, multiplier, clusters: subjects } = influenceVariance(influence, clusters, level);
  if (!(variance > 0)) return { cannotTell: 'the scores vary too little for an interval', n, events };
  const half = multiplier * Math.sqrt(variance);
  const estimate = 1 - mean / spread;
  const method = `scaled Brier score, delta-method interval${clusters === undefined ? '' : ', clustered variance'}`;
  return {
    ...{ estimate, lower: estimate - half, upper: Math.min(1, estimate + half), level, method, n, events },
    ...(subjects !== undefined && { clusters: subjects }),
  };
}
