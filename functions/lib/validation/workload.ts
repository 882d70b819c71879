import { type Limits, moverDifference, moverRatio } from './correlated-shares.ts';
import { type CannotTell, checkedLevel, type Estimate, isCannotTell } from './estimate.ts';
import { countEvents, type Predictions } from './predictions.ts';
import { correlationOf, type ShareOfRows, shareOfRows } from './share-of-rows.ts';

/** What a threshold means for a ward, per row. */
export interface Workload {
  /** Share of rows at or above the threshold. */
  readonly flagged: Estimate | CannotTell;
  /** Share of rows that have the outcome and lie below it. */
  readonly missed: Estimate | CannotTell;
  /** False positives for each true positive. */
  readonly falseAlarmsPerTrue: Estimate | CannotTell;
}

interface WorkloadOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest rows in a denominator. @default 10 */
  readonly minimumRows?: number;
}

/** The workload as it was among these rows: Wilson intervals; false alarms per true one from the interval of the predictive value. */
export function workload(predictions: Predictions, threshold: number, options: WorkloadOptions = {}): Workload {
  const settings = { minimumRows: 10, ...options, level: checkedLevel(options.level) };
  countEvents(predictions);
  const { scores, labels, clusters } = predictions;
  const share = (member: (row: number) => boolean, success: (row: number) => boolean) =>
    shareOfRows(scores.length, clusters, member, success, settings).share;
  const called = (row: number) => scores[row] >= threshold;
  const any = () => true;
  return {
    flagged: share(any, called),
    missed: share(any, (row) => labels[row] === 1 && !called(row)),
    falseAlarmsPerTrue: alarmsFrom(share(called, (row) => labels[row] === 1)),
  };
}

/** (1 − PPV) / PPV. */
function alarmsFrom(value: Estimate | CannotTell): Estimate | CannotTell {
  if (isCannotTell(value)) return value;
  const { n, events } = value;
  if (value.lower === 0) return { cannotTell: 'no true positive was seen', n, events };
  const alarms = (share: number) => (1 - share) / share;
  const [estimate, lower, upper] = [value.estimate, value.upper, value.lower].map(alarms);
  const method = value.method.replace('proportion', 'false alarms per true alarm, from the positive predictive value');
  return { ...value, estimate, lower, upper, method };
}

/**
 * The workload where another share of people has the outcome, `prevalence` taken as known: sensitivity and specificity stay, the people
 * are re-weighted. MOVER intervals from the Wilson limits of sensitivity and false-positive rate; their correlation, which people with
 * rows of both kinds bring, is allowed for.
 */
export function workloadAtPrevalence(
  predictions: Predictions,
  threshold: number,
  prevalence: number,
  options: WorkloadOptions = {},
): Workload {
  if (!(prevalence > 0 && prevalence < 1)) {
    throw new RangeError(`prevalence: found ${prevalence}, allowed: between 0 and 1`);
  }
  const settings = { minimumRows: 10, ...options, level: checkedLevel(options.level) };
  const events = countEvents(predictions);
  const { scores, labels, clusters } = predictions;
  const n = scores.length;
  const called = (row: number) => scores[row] >= threshold;
  const rate = (label: number): ShareOfRows =>
    shareOfRows(n, clusters, (row) => labels[row] === label, called, settings);
  const [sensitivity, falsePositives] = [rate(1), rate(0)];
  const [found, alarmed] = [sensitivity.share, falsePositives.share];
  if (isCannotTell(found)) return { flagged: found, missed: found, falseAlarmsPerTrue: found };
  const missed = missedOf(found, prevalence);
  if (isCannotTell(alarmed)) return { flagged: alarmed, missed, falseAlarmsPerTrue: alarmed };
  const correlation = correlationOf(sensitivity.influence, falsePositives.influence, clusters);
  // Flagged is prevalence · Se + (1 − prevalence) · FPR, a difference with a negative weight: the limits of −FPR are those of FPR, turned.
  const turned: Limits = { estimate: -alarmed.estimate, lower: -alarmed.upper, upper: -alarmed.lower };
  const scaled = scale(found, prevalence);
  const flagged = moverDifference(scaled, turned, 1 - prevalence, -correlation);
  const ratio = scale(moverRatio(alarmed, found, correlation), (1 - prevalence) / prevalence);
  const people = found.clusters === undefined ? {} : { clusters: found.clusters };
  const { level } = settings;
  const words = (name: string) => `${name} at a stated prevalence, MOVER interval from Wilson limits`;
  return {
    flagged: { ...flagged, level, method: words('flagged'), n, events, ...people },
    missed,
    falseAlarmsPerTrue: Number.isFinite(ratio.upper)
      ? { ...ratio, level, method: words('false alarms per true alarm'), n, events, ...people }
      : { cannotTell: 'no true positive was seen', n, events },
  };
}

const scale = ({ estimate, lower, upper }: Limits, by: number): Limits => ({
  estimate: by * estimate,
  lower: by * lower,
  upper: by * upper,
});

function missedOf(found: Estimate, prevalence: number): Estimate {
  return {
    ...found,
    estimate: prevalence * (1 - found.estimate),
    lower: prevalence * (1 - found.upper),
    upper: prevalence * (1 - found.lower),
    method: found.method.replace('proportion', 'missed at a stated prevalence'),
  };
}
