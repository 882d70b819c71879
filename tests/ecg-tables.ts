// Simulated tables of a cohort of ECGs: people with several recordings, recorders, leads, and silence of the model.
import { type ReportInput, type WrittenReport, writeReport } from '#functions/audit/report.ts';
import type { CohortTables, LabelTableRow, PredictionTableRow, StudyTableRow } from '#lib/cohort/rows.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { ledgerRow } from './cohort-tables.ts';
import { detail, ECG_AF } from './ecg-unit.ts';

export interface EcgHospital {
  readonly site: string;
  readonly people: number;
  readonly peopleWithFibrillation: number;
  readonly recordingsEach: number;
  readonly devices?: readonly string[];
  readonly knowsPeople?: boolean;
  readonly relation?: 'external' | 'left-out-fold';
  /** Chance that the model finds a recording too noisy, with fibrillation and without. */
  readonly silence?: readonly [number, number];
}

export const TWO_HOSPITALS: readonly EcgHospital[] = [
  {
    site: 'oak',
    people: 150,
    peopleWithFibrillation: 40,
    recordingsEach: 3,
    devices: ['cs-12-e', 'at-6'],
    knowsPeople: true,
    silence: [0.15, 0.05],
  },
  { site: 'pine', people: 60, peopleWithFibrillation: 5, recordingsEach: 12, devices: ['at-6'], knowsPeople: true },
];

const ECG_LABEL = 'atrial-fibrillation';

/** Tables of these hospitals. */
export function ecgTables(hospitals: readonly EcgHospital[]): CohortTables {
  const parts = hospitals.map((hospital) => hospitalTables(random('ecg').fork(hospital.site), hospital));
  return {
    studies: parts.flatMap((part) => part.studies),
    predictions: parts.flatMap((part) => part.predictions),
    labels: parts.flatMap((part) => part.labels),
    ledger: parts.flatMap((part) => part.ledger),
  };
}

function hospitalTables(draw: Random, hospital: EcgHospital): CohortTables {
  const { site, people, peopleWithFibrillation, recordingsEach } = hospital;
  const studies: StudyTableRow[] = [];
  const predictions: PredictionTableRow[] = [];
  const labels: LabelTableRow[] = [];
  for (let person = 0; person < people; person++) {
    const label = person < peopleWithFibrillation ? 1 : 0;
    const own = draw.normal();
    const facts = factsOf(draw, hospital);
    for (let n = 0; n < recordingsEach; n++) {
      const place = { site, unit: `${site}-${person}-${n}`, row: 1, studyKey: `${site}-study-${person}-${n}` };
      const payload = JSON.stringify({ ...facts, durationSeconds: 10 + n, leads: 'I,II', samplingRateHz: 500 });
      studies.push({ ...place, subjectKey: `${site}-${person}`, revision: 'r', payload });
      const logit = -3 + 4 * label + own + draw.normal();
      const isSilent = draw.bernoulli((hospital.silence ?? [0, 0])[1 - label]);
      predictions.push({ ...place, ...MODEL, ...answerRow(hospital, 1 / (1 + Math.exp(-logit)), isSilent) });
      labels.push(labelOf(place, labels.length + 1, label));
    }
  }
  return { studies, predictions, labels, ledger: ledgerOf(site, studies, predictions) };
}

const MODEL = { attempt: 1, model: ECG_AF.name, version: ECG_AF.version };

function factsOf(draw: Random, { devices, knowsPeople }: EcgHospital) {
  const device = devices === undefined ? {} : { device: devices[draw.integer(0, devices.length - 1)] };
  return knowsPeople ? { ...device, age: draw.integer(30, 89), sex: draw.bernoulli(0.5) ? 'F' : 'M' } : device;
}

function answerRow({ relation = 'external' }: EcgHospital, score: number, isSilent: boolean) {
  const file = relation === 'external' ? 'all.onnx' : 'fold-1.onnx';
  const said = JSON.stringify(detail({ probabilities: [1 - score, score, 0, 0], lead: 'I' }));
  if (isSilent)
    return { status: 'abstained', reason: 'noise-probable', score: null, file, relation: null, detail: said } as const;
  return { status: 'scored', reason: null, score, file, relation, detail: said } as const;
}

function labelOf({ site, studyKey }: { site: string; studyKey: string }, row: number, value: number): LabelTableRow {
  const given = { source: 'cardiologist', method: 'read by two cardiologists', date: null, readers: 2, blinded: null };
  const moment = { dropKey: `${site}-drop`, receivedAt: '2026-01-01T00:00:00Z', versionId: 'v1' };
  return { site, row, studyKey, label: ECG_LABEL, value, ...given, ...moment };
}

function ledgerOf(site: string, studies: readonly StudyTableRow[], predictions: readonly PredictionTableRow[]) {
  const drop = { site, dropKey: `${site}-drop` };
  const items = studies.length;
  return [
    ledgerRow({ ...drop, kind: 'drop', state: 'planned', items: 2 * items, filed: items }),
    ...studies.flatMap(({ unit }, n) => {
      const scored = Number(predictions[n].status === 'scored');
      return [
        ledgerRow({ ...drop, kind: 'sighting', unit }),
        ledgerRow({ ...drop, kind: 'unit', unit, items: 1, published: scored, abstained: 1 - scored }),
      ];
    }),
  ];
}

/** What writeReport takes, for these hospitals. */
export function ecgReportInput(hospitals: readonly EcgHospital[] = TWO_HOSPITALS, publicData = true): ReportInput {
  return {
    tables: ecgTables(hospitals),
    cohort: {
      name: 'simulated-ecg',
      title: 'Simulated ECGs',
      model: { name: ECG_AF.name, version: ECG_AF.version },
      label: ECG_LABEL,
      cautions: ['Fibrillation is enriched: predictive values are those of this choice.'],
    },
    model: ECG_AF,
    publicData,
    provenance: {
      missing: 0,
      command: 'tricuspid run --dataset simulated-ecg',
      software: 'tricuspid 0.1.0',
      inputs: [],
    },
  };
}

/** The report of these hospitals. */
export function ecgReport(hospitals?: readonly EcgHospital[], publicData?: boolean): WrittenReport {
  return writeReport(ecgReportInput(hospitals, publicData));
}
