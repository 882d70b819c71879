import { list } from '../../answer.ts';
import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { DETAIL_METRICS, type DiscriminationDetail, type SiteDiscrimination } from './value.ts';

export const METRIC_WORDS = {
  sensitivity: 'Sensitivity',
  specificity: 'Specificity',
  positivePredictiveValue: 'Positive predictive value',
  negativePredictiveValue: 'Negative predictive value',
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  f1: 'F1',
  matthewsCorrelation: 'Matthews correlation',
  kappa: 'Kappa with the reference',
  auroc: 'AUROC',
  partialAuroc: 'Partial AUROC',
  averagePrecision: 'Average precision',
} as const;

/** What a positive and a negative answer mean at the first threshold. */
export function leadWords({ sites }: DiscriminationDetail, outcome: string): string {
  const first = sites[0]?.thresholds[0];
  if (first === undefined) return 'The contract names no threshold; the curves stand for all of them.';
  const words = (of: (site: SiteDiscrimination) => Figure | undefined): string[] =>
    sites.flatMap((site) => {
      const figure = of(site);
      return figure !== undefined && isEstimate(figure) ? [`${formatFigure(figure, 'percent')} at ${site.site}`] : [];
    });
  const positive = words(({ thresholds }) => thresholds[0]?.metrics.positivePredictiveValue);
  const negative = words(({ thresholds }) => thresholds[0]?.metrics.negativePredictiveValue);
  const said = [
    ...(positive.length === 0 ? [] : [`of the studies called positive ${list(positive)} have ${outcome}`]),
    ...(negative.length === 0 ? [] : [`of those called negative ${list(negative)} have not`]),
  ];
  if (said.length === 0)
    return `At the threshold “${first.name}” predictive values cannot be told at any hospital, or are hidden.`;
  return `At the threshold “${first.name}”, ${said.join('; ')}.`;
}

/** Where hospitals differ in prevalence, their predictive values differ without any difference of the model. */
export function discriminationCautions({ sites }: DiscriminationDetail): Caution[] {
  const shares = sites.flatMap(({ site, baseline }) => (isSuppressed(baseline) ? [] : [{ site, baseline }]));
  const [lowest, highest] = [
    Math.min(...shares.map(({ baseline }) => baseline)),
    Math.max(...shares.map(({ baseline }) => baseline)),
  ];
  if (shares.length < 2 || highest < 1.5 * lowest) return [];
  const text = `Predictive values, F1, accuracy, Matthews correlation and average precision depend on how common the outcome is, and that runs from ${formatNumber(lowest, 'percent')} to ${formatNumber(highest, 'percent')} % between these hospitals: the same model has other values at each. They are never pooled here, and must not be carried to a hospital with another prevalence.`;
  return [{ code: 'prevalence-in-metrics', text }];
}

/** Sources by a word of the method's own name. */
const SOURCES: readonly (readonly [word: string, source: string])[] = [
  ['average precision', 'doi:10.1007/978-3-642-40994-3_55'],
  ['McClish', 'doi:10.1177/0272989X8900900307'],
  ['MOVER', 'doi:10.1002/sim.3095'],
  ['Matthews', 'doi:10.1016/0005-2795(75)90109-9'],
];

/** The methods of the figures that are told, each once, and how curves and resampling are made. */
export function discriminationMethods({ sites, replicates }: DiscriminationDetail): string[] {
  const figures = sites.flatMap(({ averagePrecision, partialAuroc, thresholds }) => [
    ...[averagePrecision, partialAuroc],
    ...thresholds.flatMap(({ metrics }) => DETAIL_METRICS.map((name) => metrics[name])),
  ]);
  const methods = [...new Set(figures.flatMap((figure) => (isEstimate(figure) ? [figure.method] : [])))].sort();
  const resampled = sites.some(({ thresholds }) =>
    thresholds.some((at) => Object.values(at.resampled).some(isEstimate)),
  );
  const told = methods.map((method) =>
    [method, ...SOURCES.filter(([word]) => method.includes(word)).map(([, source]) => source)].join(', '),
  );
  return [
    ...(told.length === 0
      ? []
      : [
          `Discrimination in detail: ${told.join('; ')}. By hospital only: predictive values, F1 and average precision are not pooled.`,
        ]),
    ...(resampled
      ? [
          `Bootstrap, for comparison: ${formatCount(replicates)} replicates of people, bias-corrected and accelerated intervals (doi:10.1080/01621459.1987.10478410). With few missed events they cover too rarely for balanced accuracy, sensitivity and specificity; the intervals shown first are of other methods for that reason.`,
        ]
      : []),
  ];
}
