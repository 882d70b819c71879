import { clusterTotals, countClusters } from './cluster-totals.ts';
import { counted } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { degreesOfFreedom, influenceVariance, logitInterval } from './influence-variance.ts';
import { placements } from './placements.ts';
import { studentTMultiplier } from './student-t.ts';

/** One AUROC of several: which rows, by which score, which of them count as events. */
export interface AurocPart {
  readonly name: string;
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
}

export interface MeanAurocOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest people with and without the event that each part needs; rows, where nobody has several. @default 5 */
  readonly minimumPerClass?: number;
  readonly clusters?: Int32Array;
}

/**
 * Mean of several AUROCs over rows that they share: one of several classes against the rest, pairs of classes, or several labels. A row
 * adds its placements to every AUROC that it takes part in (DeLong's structural components, doi 10.2307/2531595), so that their
 * correlation is allowed for. Logit interval, Student's t: with few events in each the normal covered 93.6 % (bench/coverage/labels.ts).
 */
export function meanAuroc(
  parts: readonly AurocPart[],
  rowCount: number,
  method: string,
  options: MeanAurocOptions = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const minimum = options.minimumPerClass ?? 5;
  const counts = { n: rowCount, events: parts.reduce((total, { labels }) => total + countOnes(labels), 0) };
  if (parts.length === 0) return { cannotTell: 'there is nothing to take the mean of', ...counts };
  const added = new Float64Array(rowCount);
  let estimate = 0;
  for (const { name, rows, scores, labels } of parts) {
    const [withIt, without] = [1, 0].map((label) => membersOf({ rows, labels }, label, options.clusters));
    if (withIt < minimum || without < minimum) {
      const cannotTell = `${name}: ${counted(withIt, options.clusters)} with and ${without} without: at least ${minimum} of each are needed`;
      return { cannotTell, ...counts };
    }
    const { auroc, ofEvents, ofNonEvents } = placements({ scores, labels });
    estimate += auroc / parts.length;
    const events = ofEvents.length;
    let [event, other] = [0, 0];
    for (let place = 0; place < rows.length; place++) {
      const isEvent = labels[place] === 1;
      const placement = isEvent ? ofEvents[event++] : ofNonEvents[other++];
      added[rows[place]] += corrected(placement - auroc, isEvent ? events : rows.length - events) / parts.length;
    }
  }
  const { variance, multiplier: plain, ...clustered } = influenceVariance(added, options.clusters, level);
  if (!(variance > 0) || estimate >= 1 || estimate <= 0) {
    return { cannotTell: 'the scores vary too little to estimate a variance', ...counts };
  }
  const independent = options.clusters === undefined ? added : clusterTotals(options.clusters, [added])[0];
  const multiplier = Math.max(plain, studentTMultiplier(level, degreesOfFreedom(independent)));
  return {
    estimate,
    ...logitInterval(estimate, variance, multiplier),
    level,
    method: `${method}, variance from the placements of each study, logit interval with Student's t`,
    ...counts,
    ...clustered,
  };
}

/** People, or rows where nobody has several, of a part with this label. */
export function membersOf(
  { rows, labels }: Pick<AurocPart, 'rows' | 'labels'>,
  label: number,
  clusters: Int32Array | undefined,
): number {
  const own = rows.filter((_, place) => labels[place] === label);
  return clusters === undefined ? own.length : countClusters(Int32Array.from(own, (row) => clusters[row]));
}

/** By the size of the class, with the correction k / (k − 1) of a sample variance. */
function corrected(centred: number, size: number): number {
  return centred / Math.sqrt(size * (size - 1));
}

const countOnes = (labels: Uint8Array): number => labels.reduce((total, label) => total + label, 0);
