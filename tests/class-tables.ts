// Simulated tables of ECGs of four classes: a label says the rhythm in one word, the model gives a probability for each class.
import type { ClassLabel, CohortTables, LabelTableRow, PredictionTableRow, StudyTableRow } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { ledgerRow } from './cohort-tables.ts';
import { detail, ECG_AF } from './ecg-unit.ts';

export interface ClassHospital {
  readonly site: string;
  /** Studies of each value of the label, in the order of `RHYTHM_VALUES`. */
  readonly studies: readonly number[];
  /** How often one person has the next study, too. */
  readonly repeats?: number;
}

/** What the label says, and the class that it stands for. */
export const RHYTHM_VALUES = [
  { class: 'normal', label: 'rhythm', value: 1, meaning: 'sinus rhythm' },
  { class: 'atrial-fibrillation', label: 'rhythm', value: 2, meaning: 'fibrillation' },
  { class: 'other-rhythm', label: 'rhythm', value: 3, meaning: 'sinus tachycardia' },
  { class: 'noise', label: 'rhythm', value: 4, meaning: 'too noisy' },
  { class: null, label: 'rhythm', value: 5, meaning: 'flutter' },
] as const;

const MODEL = { name: ECG_AF.name, version: ECG_AF.version };
const LABEL = 'atrial-fibrillation';

/** Tables of these hospitals; the model keeps silent where noise is probable. */
export function classTables(hospitals: readonly ClassHospital[], seed = 'classes'): CohortTables {
  const parts = hospitals.map((hospital) => hospitalTables(random(seed).fork(hospital.site), hospital));
  return {
    studies: parts.flatMap(({ studies }) => studies),
    predictions: parts.flatMap(({ predictions }) => predictions),
    labels: parts.flatMap(({ labels }) => labels),
    ledger: parts.flatMap(({ ledger }) => ledger),
  };
}

function hospitalTables(draw: Random, { site, studies: counts, repeats = 0 }: ClassHospital): CohortTables {
  const studies: StudyTableRow[] = [];
  const predictions: PredictionTableRow[] = [];
  const labels: LabelTableRow[] = [];
  let person = 0;
  for (const [place, count] of counts.entries()) {
    for (let n = 0; n < count; n++) {
      if (!draw.bernoulli(repeats)) person++;
      const row = studies.length + 1;
      const key = { site, unit: `${site}-unit`, row, studyKey: `${site}-study-${String(row).padStart(4, '0')}` };
      const payload = JSON.stringify({ sex: draw.bernoulli(0.5) ? 'F' : 'M', age: draw.integer(40, 89) });
      studies.push({ ...key, subjectKey: `${site}-${person}`, revision: 'r', payload });
      predictions.push({ ...key, attempt: 1, model: MODEL.name, version: MODEL.version, ...answerOf(draw, place) });
      labels.push(labelOf(site, key.studyKey, labels.length + 1, 'rhythm', RHYTHM_VALUES[place].value));
      if (place < 3) labels.push(labelOf(site, key.studyKey, labels.length + 1, LABEL, Number(place === 1)));
    }
  }
  const drop = { site, dropKey: `${site}-drop` };
  const scored = predictions.filter(({ status }) => status === 'scored').length;
  const items = studies.length;
  const ledger = [
    ledgerRow({ ...drop, kind: 'drop', state: 'planned', items: items + labels.length, filed: labels.length }),
    ledgerRow({ ...drop, kind: 'sighting', unit: `${site}-unit` }),
    ledgerRow({ ...drop, kind: 'unit', unit: `${site}-unit`, items, published: scored, abstained: items - scored }),
  ];
  return { studies, predictions, labels, ledger };
}

/** Probabilities that favour the class of the study; flutter looks like fibrillation or another rhythm. */
function answerOf(draw: Random, place: number) {
  const logits = ECG_AF.classes.map((_, k) => draw.normal() + (k === place ? 2 : 0) - (k === 3 ? 2.5 : 0));
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const [normal, fibrillation, other, noise] = logits.map((logit) => Math.exp(logit) / total);
  const said = JSON.stringify(detail({ probabilities: [normal, fibrillation, other, noise] }));
  const base = { file: 'all.onnx', detail: said };
  if (noise >= 0.3)
    return { ...base, status: 'abstained', reason: 'noise-probable', score: null, relation: null } as const;
  return { ...base, status: 'scored', reason: null, score: fibrillation, relation: 'external' } as const;
}

function labelOf(site: string, studyKey: string, row: number, label: string, value: number): LabelTableRow {
  const given = { source: 'cardiologist', method: 'read', date: null, readers: 2, blinded: true };
  return {
    site,
    row,
    studyKey,
    label,
    value,
    ...given,
    dropKey: `${site}-labels`,
    receivedAt: '2026-01-02T00:00:00Z',
    versionId: 'v1',
  };
}

/** Rows for one chapter. */
export function classInput(
  hospitals: readonly ClassHospital[],
  tables = classTables(hospitals),
  classes: readonly ClassLabel[] = RHYTHM_VALUES,
): ChapterInput {
  const sites = hospitals.map(({ site }) => site);
  const cohort = { name: 'classes', title: 'Simulated', model: MODEL, label: LABEL, sites, classes };
  const selection = selectCohort(tables, cohort);
  const { rows, silent, unlabelled } = selection;
  return { rows, silent, unlabelled, selection, sites, model: ECG_AF, cohort, seed: 'classes' };
}
