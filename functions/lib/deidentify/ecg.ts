import type { EcgDescription, Finding, Measurements } from '#functions/study.ts';
import type { EcgRecord } from '#lib/signal/ecg.ts';
import { deidentifyMeasurements } from './measurements.ts';

export interface DescribedEcg {
  readonly description: EcgDescription;
  readonly findings: readonly Finding[];
}

/**
 * What may be known of an ECG outside the intake boundary: completed years up to 90, sex, the recorder as the site's codes name it,
 * leads of the vocabulary, rate and length. No date, no comment, no given name. What the site's table tells goes before the file.
 */
export function describeEcg(record: EcgRecord, told: Measurements, signal: string): DescribedEcg {
  const { ageYears, sex } = record.subject;
  const inFile = deidentifyMeasurements({
    ...(ageYears !== undefined && { age: ageYears }),
    ...(sex !== undefined && { sex }),
  });
  const inTable = deidentifyMeasurements(told);
  const findings = Object.keys(inTable).filter((name) => name in inFile && inFile[name] !== inTable[name]);
  return {
    description: {
      ...inFile,
      ...inTable,
      leads: record.leads.map(({ name }) => name).join(','),
      samplingRateHz: record.samplingRateHz,
      durationSeconds: record.samples / record.samplingRateHz,
      signal,
    },
    findings: findings.map((name) => ({
      severity: 'warning',
      code: `${name}-differs`,
      message: `found another ${name} in the site's table than in the header, taken from the table`,
    })),
  };
}
