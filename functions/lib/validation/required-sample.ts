import { normalMultiplier } from './normal.ts';

/** Rows (independent ones) that make an interval as narrow as wanted, and the events expected among them. */
export interface RequiredSample {
  readonly rows: number;
  readonly events: number;
}

interface Wanted {
  /** Share with the outcome where the study is done. */
  readonly prevalence: number;
  /** Width of the 95 % interval, upper less lower limit. */
  readonly width: number;
}

const Z = normalMultiplier(0.95);

/**
 * Sample size for an external validation, after Riley and others (doi 10.1002/sim.9025): enough rows that the interval of the ratio of
 * observed to expected events, here 1, is no wider than `width`. ln(O:E) has the variance (1 − prevalence) / (n · prevalence).
 */
export function sampleForObservedExpected({ prevalence, width }: Wanted): RequiredSample {
  const error = Math.asinh(checkedWidth(width) / 2) / Z;
  return required((1 - checkedShare('prevalence', prevalence)) / (prevalence * error * error), prevalence);
}

/**
 * The same for the calibration slope: its variance is Iα / (n (Iα Iβ − Iαβ²)), the I being means of Fisher's information over the logits
 * of the scores. The model is taken as calibrated, so that each score is the chance of an event.
 */
export function sampleForSlope(logits: Float64Array, { prevalence, width }: Wanted): RequiredSample {
  const error = checkedWidth(width) / (2 * Z);
  return required(slopeVariance(logits) / (error * error), checkedShare('prevalence', prevalence));
}

/** n times the variance of the calibration slope of a calibrated model with these logits; infinite where all are equal. */
function slopeVariance(logits: Float64Array): number {
  let [alpha, both, beta] = [0, 0, 0];
  for (const logit of logits) {
    const away = Math.exp(-Math.abs(logit));
    const weight = away / (1 + away) ** 2 / logits.length;
    alpha += weight;
    both += weight * logit;
    beta += weight * logit * logit;
  }
  const determinant = alpha * beta - both * both;
  return determinant > 1e-14 * alpha * beta ? alpha / determinant : Number.POSITIVE_INFINITY;
}

/** The same for the AUROC, whose standard error is that of Newcombe (doi 10.1002/sim.2324): the fewest rows, by bisection. */
export function sampleForAuroc(auroc: number, { prevalence, width }: Wanted): RequiredSample {
  checkedShare('AUROC', auroc);
  checkedShare('prevalence', prevalence);
  const wanted = checkedWidth(width);
  let low = 1;
  let high = 2;
  while (2 * Z * aurocError(auroc, prevalence, high) > wanted) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (2 * Z * aurocError(auroc, prevalence, middle) > wanted) low = middle;
    else high = middle;
  }
  return required(high, prevalence);
}

function aurocError(c: number, prevalence: number, n: number): number {
  const half = n / 2 - 1;
  const spread = 1 + (half * (1 - c)) / (2 - c) + (half * c) / (1 + c);
  return Math.sqrt((c * (1 - c) * spread) / (n * n * prevalence * (1 - prevalence)));
}

/**
 * The same for the standardised net benefit (net benefit / prevalence) at a threshold probability, from the sensitivity and specificity
 * there.
 */
export function sampleForNetBenefit(
  at: { readonly threshold: number; readonly sensitivity: number; readonly specificity: number },
  { prevalence, width }: Wanted,
): RequiredSample {
  const { threshold, sensitivity, specificity } = at;
  for (const [name, share] of Object.entries(at)) checkedShare(name, share, name !== 'threshold');
  checkedShare('prevalence', prevalence);
  const error = checkedWidth(width) / (2 * Z);
  const weight = ((1 - prevalence) / prevalence) * (threshold / (1 - threshold));
  const variance =
    (sensitivity * (1 - sensitivity)) / prevalence +
    (weight ** 2 * specificity * (1 - specificity)) / (1 - prevalence) +
    (weight ** 2 * (1 - specificity) ** 2) / (prevalence * (1 - prevalence));
  return required(variance / (error * error), prevalence);
}

function required(rows: number, prevalence: number): RequiredSample {
  const whole = Math.ceil(rows - 1e-9);
  return { rows: whole, events: Math.ceil(whole * prevalence - 1e-9) };
}

function checkedShare(name: string, share: number, ends: boolean = false): number {
  if (!(ends ? share >= 0 && share <= 1 : share > 0 && share < 1)) {
    throw new RangeError(`${name}: found ${share}, allowed: ${ends ? 'from 0 to 1' : 'between 0 and 1'}`);
  }
  return share;
}

function checkedWidth(width: number): number {
  if (!(width > 0 && Number.isFinite(width))) throw new RangeError(`interval width: found ${width}, allowed: above 0`);
  return width;
}
