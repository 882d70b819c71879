import type { Finding } from '#functions/study.ts';
import type { EcgLead } from './ecg.ts';
import { type NamedLead, noiseFindings } from './noise-findings.ts';
import { stillStretches } from './still-stretches.ts';

type Lead = Pick<EcgLead, 'name' | 'samplingRateHz' | 'samplesMv'>;

/** Noise is judged in the first minutes of a long recording: filtering a day of it would need more memory than a function has. */
const judgedS = 600;

/** Below it an ECG has no waves to judge: the narrowest of the filters here reaches up to 30 Hz. */
const leastRateHz = 80;

/**
 * What is true about the signal beyond its amplitudes (ecg-quality.ts): noise, wander and exchanged arms where the leads have one
 * rate, and leads that stood still for a second or more. At most one of each kind for a lead.
 */
export function recordingFindings(leads: readonly Lead[]): Finding[] {
  const findings = leads.flatMap(stillFindings);
  for (const [samplingRateHz, group] of Map.groupBy(leads, (lead) => lead.samplingRateHz)) {
    const length = Math.floor(judgedS * samplingRateHz);
    if (samplingRateHz < leastRateHz) findings.push(tooSlow(samplingRateHz));
    else findings.push(...noiseFindings(group.map(startOf(length)), samplingRateHz));
  }
  if (leads.some(({ samplesMv, samplingRateHz }) => samplesMv.length > judgedS * samplingRateHz)) {
    const message = `found a recording of more than ${judgedS} s, noise was looked for in its first ${judgedS} s`;
    findings.push({ severity: 'information', code: 'judged-in-part', message });
  }
  return findings;
}

function tooSlow(samplingRateHz: number): Finding {
  const message = `found ${samplingRateHz} Hz, an ECG has at least ${leastRateHz}; noise was not looked for`;
  return { severity: 'warning', code: 'rate-implausible', message };
}

const startOf =
  (length: number) =>
  ({ name, samplesMv }: Lead): NamedLead => ({
    name,
    samplesMv: samplesMv.length > length ? samplesMv.subarray(0, length) : samplesMv,
  });

/** A lead that is flat throughout is another finding's business. */
function stillFindings({ name, samplesMv, samplingRateHz }: Lead): Finding[] {
  const stretches = stillStretches(samplesMv, { samplingRateHz });
  const still = stretches.filter(
    ({ code, startSample, endSample }) => code === 'flat-line' && endSample - startSample < samplesMv.length,
  );
  if (still.length === 0) return [];
  const seconds = still.reduce((sum, { startSample, endSample }) => sum + (endSample - startSample), 0);
  const from = (still[0].startSample / samplingRateHz).toFixed(1);
  const message = `lead ${name}: found ${(seconds / samplingRateHz).toFixed(1)} s without any change, the first from ${from} s on`;
  return [{ severity: 'warning', code: 'flat-stretch', message }];
}
