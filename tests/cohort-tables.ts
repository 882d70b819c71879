// Simulated tables of a cohort: what tabulate would write for hospitals of known prevalence, accuracy and faults.
import type {
  CohortTables,
  LabelTableRow,
  LedgerTableRow,
  PredictionTableRow,
  StudyTableRow,
} from '#lib/cohort/rows.ts';
import { type Random, random } from '#lib/simulate/random.ts';

export interface SimulatedHospital {
  readonly site: string;
  readonly studies: number;
  readonly prevalence: number;
  /** Distance between the mean scores of the two classes, in logits. */
  readonly separation: number;
  /** Added to every score, in logits: miscalibration in the large. */
  readonly shift?: number;
  readonly women?: number;
  readonly relation?: PredictionTableRow['relation'];
  readonly studiesPerSubject?: number;
}

export const MODEL = { name: 'cad-test', version: '1.0.0' } as const;
export const LABEL = 'coronary-disease';

const NO_COUNTS = { items: 0, published: 0, abstained: 0, filed: 0, repeated: 0, rejected: 0, quarantined: 0 } as const;

/** A ledger row with zero counts where none are given. */
export function ledgerRow(
  row: Partial<LedgerTableRow> & Pick<LedgerTableRow, 'kind' | 'site' | 'dropKey'>,
): LedgerTableRow {
  const moment = { receivedAt: '2026-01-01T00:00:00Z', versionId: 'v1' };
  return { ...moment, attempt: 1, unit: null, state: null, reason: null, ...NO_COUNTS, ...row };
}

/** Tables of these hospitals: one drop with a table of studies and one with labels each; ~2 % abstained, 3 % without label, some rows rejected. */
export function simulatedTables(seed: string, hospitals: readonly SimulatedHospital[]): CohortTables {
  const parts = hospitals.map((hospital) => hospitalTables(random(seed).fork(hospital.site), hospital));
  return {
    studies: parts.flatMap((part) => part.studies),
    predictions: parts.flatMap((part) => part.predictions),
    labels: parts.flatMap((part) => part.labels),
    ledger: parts.flatMap((part) => part.ledger),
  };
}

function hospitalTables(draw: Random, hospital: SimulatedHospital): CohortTables {
  const { site, studies: count } = hospital;
  const studies: StudyTableRow[] = [];
  const predictions: PredictionTableRow[] = [];
  const labels: LabelTableRow[] = [];
  for (let row = 1; row <= count; row++) {
    const person = simulatedPerson(draw, hospital);
    const studyKey = `${site}-study-${row}`;
    const subjectKey = `${site}-subject-${Math.ceil(row / (hospital.studiesPerSubject ?? 1))}`;
    const payload = JSON.stringify(person.measurements);
    studies.push({ site, unit: `${site}-unit`, row, studyKey, subjectKey, revision: `r${row}`, payload });
    predictions.push(predictionRow(hospital, { row, studyKey, score: draw.bernoulli(0.02) ? null : person.score }));
    if (draw.bernoulli(0.97)) labels.push(labelRow(site, studyKey, labels.length + 1, person.diseased));
  }
  return { studies, predictions, labels, ledger: ledgerOf(site, predictions, labels.length) };
}

function simulatedPerson(draw: Random, hospital: SimulatedHospital) {
  const diseased = draw.bernoulli(hospital.prevalence) ? 1 : 0;
  const base = Math.log(hospital.prevalence / (1 - hospital.prevalence));
  const centre = base + hospital.separation * (diseased - hospital.prevalence) + (hospital.shift ?? 0);
  const logit = centre + draw.normal() * Math.sqrt(hospital.separation);
  const measurements: Record<string, number | string> = {};
  if (draw.bernoulli(0.98)) measurements.age = Math.round(Math.min(89, Math.max(24, 56 + 11 * draw.normal())));
  if (draw.bernoulli(0.9)) measurements.cholesterol = draw.integer(120, 340);
  measurements.sex = draw.bernoulli(hospital.women ?? 0.35) ? 'F' : 'M';
  return { diseased, measurements, score: 1 / (1 + Math.exp(-logit)) };
}

function predictionRow(
  { site, relation = 'left-out-site' }: SimulatedHospital,
  { row, studyKey, score }: { row: number; studyKey: string; score: number | null },
): PredictionTableRow {
  const place = {
    site,
    unit: `${site}-unit`,
    attempt: 1,
    row,
    studyKey,
    model: MODEL.name,
    version: MODEL.version,
    detail: null,
  };
  if (score === null)
    return { ...place, status: 'abstained', reason: 'too-few-measurements', score: null, file: null, relation: null };
  return { ...place, status: 'scored', reason: null, score, file: `without-${site}.onnx`, relation };
}

/** A label as a drop of labels holds it. */
export function labelRow(site: string, studyKey: string, row: number, value: number): LabelTableRow {
  const given = { source: 'angiography', method: 'coronary angiography', date: null, readers: null, blinded: null };
  const moment = { dropKey: `${site}-labels`, receivedAt: '2026-01-02T00:00:00Z', versionId: 'v2' };
  return { site, row, studyKey, label: LABEL, value, ...given, ...moment };
}

function ledgerOf(site: string, predictions: readonly PredictionTableRow[], filed: number): LedgerTableRow[] {
  const unit = `${site}-unit`;
  const drop = `${site}-table`;
  const items = predictions.length;
  const published = predictions.filter((row) => row.status === 'scored').length;
  const labels = { dropKey: `${site}-labels`, receivedAt: '2026-01-02T00:00:00Z', versionId: 'v2' };
  return [
    ledgerRow({ kind: 'drop', site, dropKey: drop, state: 'planned', items: items + 14, rejected: 14 }),
    ledgerRow({ kind: 'rejection', site, dropKey: drop, reason: 'impossible-value', rejected: 12 }),
    ledgerRow({ kind: 'rejection', site, dropKey: drop, reason: 'bad-row', rejected: 2 }),
    ledgerRow({ kind: 'sighting', site, dropKey: drop, unit }),
    ledgerRow({ kind: 'unit', site, dropKey: drop, unit, items, published, abstained: items - published }),
    ledgerRow({ kind: 'drop', site, ...labels, state: 'planned', items: filed, filed }),
  ];
}

/** The same tables as they would be with these studies alone: `keeps` is asked for each study, at `place` of its hospital from 1. */
export function withStudies(tables: CohortTables, keeps: (site: string, place: number) => boolean): CohortTables {
  const studies = tables.studies.filter(({ site, row }) => keeps(site, row));
  const kept = new Set(studies.map(({ site, studyKey }) => `${site}/${studyKey}`));
  const has = ({ site, studyKey }: { readonly site: string; readonly studyKey: string }) =>
    kept.has(`${site}/${studyKey}`);
  const predictions = tables.predictions.filter(has);
  const labels = tables.labels.filter(has);
  const sites = [...new Set(studies.map(({ site }) => site))];
  const at = <Row extends { readonly site: string }>(rows: readonly Row[], site: string) =>
    rows.filter((row) => row.site === site);
  return {
    ...{ studies, predictions, labels },
    ledger: sites.flatMap((site) => ledgerOf(site, at(predictions, site), at(labels, site).length)),
  };
}

/** Four hospitals of different size, prevalence and calibration; the last has few women. */
export const FOUR_HOSPITALS: readonly SimulatedHospital[] = [
  { site: 'alder', studies: 320, prevalence: 0.45, separation: 2.4 },
  { site: 'birch', studies: 300, prevalence: 0.36, separation: 2.8, shift: 0.5 },
  { site: 'cedar', studies: 130, prevalence: 0.93, separation: 1.4, women: 0.08 },
  { site: 'durmast', studies: 210, prevalence: 0.74, separation: 1.2, shift: -0.6, women: 0.03 },
];
