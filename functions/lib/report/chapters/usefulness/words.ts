import { list } from '../../answer.ts';
import { formatNumber, HIDDEN } from '../../format.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import type { BenefitPoint, SiteUsefulness, Usefulness } from './value.ts';

/** Per 1,000: "123 (101 to 150)", with a decimal where all are below 10. */
export function perThousand(figure: Figure): string {
  if (isSuppressed(figure)) return HIDDEN;
  if (!isEstimate(figure)) return 'cannot tell';
  const values = [figure.estimate, figure.lower, figure.upper].map((value) => 1000 * value);
  const decimals = values.every((value) => Math.abs(value) < 10) ? 1 : 0;
  const [estimate, lower, upper] = values.map((value) => signed(value.toFixed(decimals)));
  return `${estimate} (${lower} to ${upper})`;
}

const signed = (text: string): string => (Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−'));

/** Threshold probabilities from one to another at which the model is better than both treating everybody and nobody. */
export interface UsefulRange {
  readonly from: number;
  readonly to: number;
}

/** Fewer neighbours in a row may be chance: the intervals are pointwise. */
const FEWEST_NEIGHBOURS = 3;

/** Ranges of at least three neighbouring points whose intervals lie above 0, against nobody and against everybody. */
export function usefulRanges(curve: readonly BenefitPoint[]): UsefulRange[] {
  const better = curve.map(({ netBenefit, overTreatAll }) =>
    [netBenefit, overTreatAll].every((figure) => isEstimate(figure) && figure.lower > 0),
  );
  const ranges: UsefulRange[] = [];
  for (let from = 0; from < curve.length; from++) {
    if (!better[from]) continue;
    let to = from;
    while (better[to + 1]) to++;
    if (to - from + 1 >= FEWEST_NEIGHBOURS) ranges.push({ from: curve[from].threshold, to: curve[to].threshold });
    from = to;
  }
  return ranges;
}

const percent = (share: number): string => formatNumber(share, 'percent').replace(/\.0$/, '');

const rangeText = ({ from, to }: UsefulRange): string =>
  from === to ? `${percent(from)} %` : `${percent(from)} to ${percent(to)} %`;

const hospitals = ({ sites }: Usefulness): SiteUsefulness[] =>
  sites.length === 1 ? [...sites] : sites.filter(({ site }) => site !== null);

/** Where the model is better than both simple rules, hospital by hospital. */
export function leadWords(value: Usefulness): string {
  const sentences = hospitals(value).map(({ site, curve }) => {
    const name = site ?? 'all sites';
    if (isSuppressed(curve)) return `${name}: hidden.`;
    if ('cannotTell' in curve) return `${name}: cannot tell (${curve.cannotTell}).`;
    const ranges = usefulRanges(curve);
    return ranges.length === 0 ? `${name}: none.` : `${name}: ${list(ranges.map(rangeText))}.`;
  });
  return `Threshold probabilities at which acting on the model is better than treating everybody and than treating nobody (both intervals above 0 at three or more neighbouring thresholds). ${sentences.join(' ')}`;
}

/** "9 false alarms" at 10 %. */
export const exchangeWords = (probability: number): string => {
  const alarms = Math.round(((1 - probability) / probability) * 100) / 100;
  return `${alarms} ${alarms === 1 ? 'false alarm' : 'false alarms'}`;
};

/** Written from what was computed. */
export function usefulnessMethods({ sites }: Usefulness): string[] {
  const drawn = sites.some(({ curve }) => Array.isArray(curve));
  const placed = sites.some(({ sensitivities, highestBenefit }) =>
    [...sensitivities, ...highestBenefit].some(({ threshold }) => isEstimate(threshold)),
  );
  return [
    ...(drawn
      ? [
          'Usefulness: net benefit (Vickers and Elkin, doi:10.1177/0272989X06295361) is the share of true positives less the share of false positives times t / (1 − t), t the threshold probability. Intervals pointwise, by MOVER (doi:10.1016/j.csda.2008.09.033) from the Wilson limits of both shares and their correlation, people as clusters; they are not corrected for the number of thresholds. The probabilities are used as they are: where calibration is off, so is the curve. Workload: shares per study with Wilson intervals; at a stated prevalence sensitivity and specificity are taken as they were and people are re-weighted, intervals by MOVER, for the ratio doi:10.1177/0962280210383082.',
        ]
      : []),
    ...(placed
      ? [
          'Thresholds: for a wanted sensitivity the order statistic of the scores of those with the outcome, with the ranks between which the true quantile lies (doi:10.1080/01621459.1952.10483443 where people have several studies). Of highest net benefit: where the smooth calibration curve crosses the threshold probability, with the scores at which its band contains it; the maximum seen in the sample has no honest interval (doi:10.1111/j.1468-0262.2005.00625.x).',
        ]
      : []),
  ];
}

/** Hospitals where nothing speaks for acting on the model. */
export function usefulnessCautions(value: Usefulness): Caution[] {
  const nowhere = hospitals(value).flatMap(({ site, curve }) =>
    Array.isArray(curve) && curve.length > 0 && usefulRanges(curve).length === 0 ? [site ?? 'all sites'] : [],
  );
  if (nowhere.length === 0) return [];
  return [
    {
      code: 'no-net-benefit',
      text: `At ${list(nowhere)} no threshold probability is found at which acting on the model is surely better than treating everybody or nobody.`,
    },
  ];
}
