// The leads of tests/fixtures/reference/inference/invented.py.
import type { StoredLead } from '#lib/formats/ecg-object.ts';

const NAMES = ['I', 'II', 'V5'];

/** Leads I, II and V5 in mV, rounded to microvolts. */
export function inventedLeads(samplingRateHz: number, seconds: number): StoredLead[] {
  return NAMES.map((name, number) => ({
    name,
    samplingRateHz,
    samplesMv: Float32Array.from({ length: Math.round(seconds * samplingRateHz) }, (_, n) => {
      const t = n / samplingRateHz;
      const beat = Math.exp(-0.5 * ((((t + 0.1 * number) % 0.8) - 0.4) / 0.012) ** 2);
      const slow = 0.3 * Math.sin(2 * Math.PI * 0.3 * t + number) + 0.02 * number;
      const mains = 0.05 * Math.sin(2 * Math.PI * 50 * t);
      return Math.floor(1000 * ((1 + 0.2 * number) * beat + slow + mains) + 0.5) / 1000;
    }),
  }));
}
