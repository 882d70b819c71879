// The report of simulated hospitals, for the tests of words, tables, page and browser.
import { type ReportInput, type WrittenReport, writeReport } from '#functions/audit/report.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { FOUR_HOSPITALS, LABEL, MODEL, type SimulatedHospital, simulatedTables } from './cohort-tables.ts';

const SHA256 = 'a'.repeat(64);

/** A contract as a model folder would hold it, for simulated scores. */
export const CONTRACT: ModelContract = {
  name: MODEL.name,
  version: MODEL.version,
  title: 'Coronary disease from measurements (simulated)',
  task: 'binary',
  accepts: {
    kind: 'measurements',
    fields: [{ name: 'age', unit: 'year' }, { name: 'sex' }, { name: 'cholesterol', unit: 'mg/dL' }],
    age: { minimumYears: 18, maximumYears: 100 },
    sex: ['F', 'M'],
  },
  preprocessing: [{ operation: 'fields-to-tensor', order: ['age', 'sex', 'cholesterol'] }],
  inputs: [],
  outputs: [],
  calibration: { method: 'none', inGraph: true },
  thresholds: [{ name: 'balanced', value: 0.5, chosen: 'largest Youden index in the training hospitals' }],
  abstain: [],
  lane: 'standard',
  memoryMb: 512,
  files: [
    { file: 'final.onnx', sha256: SHA256, role: 'final' },
    ...FOUR_HOSPITALS.map(({ site }) => ({
      file: `without-${site}.onnx`,
      sha256: SHA256,
      role: 'fold' as const,
      leftOut: site,
    })),
  ],
  golden: { file: 'golden.json', sha256: SHA256, tolerance: 1e-5 },
  training: {
    sites: FOUR_HOSPITALS.map(({ site, studies, prevalence, women = 0.35 }) => ({
      site,
      n: studies,
      women: Math.round(studies * women),
      ageMinimum: 24,
      ageMedian: 56,
      ageMaximum: 89,
      prevalence,
      dates: '2020 to 2022',
    })),
    groups: {},
    label: LABEL,
  },
  intendedUse: 'To test reports on simulated hospitals',
  notFor: ['patients', 'screening'],
  regulatoryStatus: 'Research use only',
  licence: { weights: 'Apache-2.0', data: 'simulated' },
  citation: [],
};

/** What writeReport takes, for these hospitals. */
export function simulatedInput(
  hospitals: readonly SimulatedHospital[] = FOUR_HOSPITALS,
  publicData = false,
): ReportInput {
  return {
    tables: simulatedTables('report', hospitals),
    cohort: { name: 'simulated', title: 'Four simulated hospitals', model: MODEL, label: LABEL },
    model: CONTRACT,
    publicData,
    provenance: {
      missing: 0,
      command: 'tricuspid run --dataset simulated',
      software: 'tricuspid 0.1.0',
      inputs: [{ name: 'Tables of the cohort', sha256: 'b'.repeat(64) }],
    },
  };
}

const written = new Map<string, WrittenReport>();

/** The report of these hospitals; written once for all test files of a process, since it takes seconds. */
export function simulatedReport(hospitals?: readonly SimulatedHospital[], publicData?: boolean): WrittenReport {
  const key = JSON.stringify([hospitals ?? FOUR_HOSPITALS, publicData ?? false]);
  const report = written.get(key) ?? writeReport(simulatedInput(hospitals, publicData));
  written.set(key, report);
  return report;
}
