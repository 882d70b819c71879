import type { Finding } from '#functions/study.ts';
import { armReversal } from './arm-reversal.ts';
import { highpass } from './highpass.ts';
import { powerSpectrum } from './power-spectrum.ts';
import { baselineSteadiness, kurtosis } from './quality-indices.ts';

export interface NamedLead {
  readonly name: string;
  readonly samplesMv: ArrayLike<number>;
}

/** Bound of kSQI for a good ECG (Li, Mark and Clifford 2008, doi 10.1088/0967-3334/29/1/002). */
const leastKurtosis = 5;
/** Ours: below it more than half of the power up to 40 Hz is slower than 1 Hz. */
const leastSteadiness = 0.5;
const shortestS = 4;

/**
 * Noise of each lead, and arm electrodes that seem exchanged. kSQI is taken above 5 Hz, so that a tall T wave counts as no noise and a wandering baseline is called
 * that and nothing else. Leads that have a sample missing, do not vary or last less than 4 s are not judged: other findings
 * name the first two.
 */
export function noiseFindings(leads: readonly NamedLead[], samplingRateHz: number): Finding[] {
  const judged = leads.filter(({ samplesMv }) => isJudged(samplesMv, samplingRateHz));
  return [...judged.flatMap((lead) => ofLead(lead, samplingRateHz)), ...ofArms(judged, samplingRateHz)];
}

function isJudged(samples: ArrayLike<number>, samplingRateHz: number): boolean {
  if (samples.length < shortestS * samplingRateHz) return false;
  let varies = false;
  for (let index = 0; index < samples.length; index++) {
    if (!Number.isFinite(samples[index])) return false;
    varies ||= samples[index] !== samples[0];
  }
  return varies;
}

function ofLead({ name, samplesMv }: NamedLead, samplingRateHz: number): Finding[] {
  const steadiness = baselineSteadiness(powerSpectrum(samplesMv, samplingRateHz));
  const peakedness = kurtosis(highpass(samplesMv, { samplingRateHz, lowHz: 5, order: 2 }));
  const findings: Finding[] = [];
  if (peakedness < leastKurtosis) {
    const message = `lead ${name}: found kurtosis ${peakedness.toFixed(1)}, a clear ECG has at least ${leastKurtosis}`;
    findings.push({ severity: 'warning', code: 'noisy', message });
  }
  if (steadiness < leastSteadiness) {
    const share = Math.round(100 * (1 - steadiness));
    const message = `lead ${name}: found ${share} % of the power below 1 Hz, at most ${100 * (1 - leastSteadiness)} % is usual`;
    findings.push({ severity: 'information', code: 'baseline-wander', message });
  }
  return findings;
}

function ofArms(leads: readonly NamedLead[], samplingRateHz: number): Finding[] {
  const one = leads.find(({ name }) => name === 'I');
  const six = leads.find(({ name }) => name === 'V6');
  if (one === undefined || six === undefined) return [];
  const { suspected, correlation } = armReversal(one.samplesMv, six.samplesMv, samplingRateHz);
  const message = `leads I and V6: found correlation ${correlation.toFixed(2)}, in most people they agree; the arm electrodes may be exchanged`;
  return suspected ? [{ severity: 'warning', code: 'leads-swapped', message }] : [];
}
