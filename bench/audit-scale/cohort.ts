// The cohort of this benchmark: six hospitals, six columns of groups (hospital, sex, age, device, ethnicity, insurance), a third of the
// people with two studies, 2 % abstentions, 1 % without a label.
import type {
  Cohort,
  CohortTables,
  LabelTableRow,
  LedgerTableRow,
  PredictionTableRow,
  StudyTableRow,
} from '#lib/cohort/rows.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { CONTRACT } from '../../tests/simulated-report.ts';

/** Share of all studies, prevalence, shift of every score in logits. */
const HOSPITALS: readonly (readonly [site: string, share: number, prevalence: number, shift: number])[] = [
  ['alder', 0.3, 0.2, 0],
  ['birch', 0.25, 0.12, 0.4],
  ['cedar', 0.2, 0.3, -0.3],
  ['durmast', 0.15, 0.08, 0],
  ['elm', 0.07, 0.4, 0.2],
  ['fir', 0.03, 0.15, 0],
];
export const SITES = HOSPITALS.map(([site]) => site);
const DEVICES = ['A100', 'A200', 'B1', 'C-mobile', 'D4'];
const GROUPS = {
  ethnicity: ['asian', 'black', 'mixed', 'other', 'white'],
  insurance: ['none', 'private', 'public'],
} as const;

export const MODEL = CONTRACT;
export const COHORT: Cohort = {
  name: 'scale',
  title: 'Six simulated hospitals',
  model: { name: CONTRACT.name, version: CONTRACT.version },
  label: CONTRACT.training.label,
};

/** A key as long as those of the archive. */
const keyOf = (draw: Random): string =>
  Array.from({ length: 4 }, () => draw.uint32().toString(16).padStart(8, '0')).join('');

const ROWS_PER_UNIT = 1000;
const NO_COUNTS = { items: 0, published: 0, abstained: 0, filed: 0, repeated: 0, rejected: 0, quarantined: 0 } as const;

/** The tables of one hospital of a cohort with so many studies. */
export function tablesOf(site: string, cohortRows: number): CohortTables {
  const hospital = HOSPITALS.find(([name]) => name === site);
  if (hospital === undefined) throw new Error(`bench: found no hospital ${site}`);
  const [, share, prevalence, shift] = hospital;
  const draw = random(`bench/audit-scale/${cohortRows}/${site}`);
  const studies: StudyTableRow[] = [];
  const predictions: PredictionTableRow[] = [];
  const labels: LabelTableRow[] = [];
  let subjectKey = '';
  for (let row = 1; row <= Math.round(share * cohortRows); row++) {
    if (row % 4 !== 0) subjectKey = keyOf(draw);
    const unit = `${site}-${String(Math.ceil(row / ROWS_PER_UNIT)).padStart(8, '0')}`;
    const place = { site, unit, row: ((row - 1) % ROWS_PER_UNIT) + 1, studyKey: keyOf(draw) };
    const diseased = Number(draw.bernoulli(prevalence));
    const logit = Math.log(prevalence / (1 - prevalence)) + 1.8 * (diseased - prevalence) + shift + 1.3 * draw.normal();
    studies.push({ ...place, subjectKey, revision: keyOf(draw), payload: payloadOf(draw) });
    predictions.push(predictionOf(place, draw.bernoulli(0.02) ? null : 1 / (1 + Math.exp(-logit))));
    if (draw.bernoulli(0.99)) labels.push(labelOf(site, place.studyKey, labels.length + 1, diseased));
  }
  return { studies, predictions, labels, ledger: ledgerOf(site, predictions, labels.length) };
}

function payloadOf(draw: Random): string {
  return JSON.stringify({
    ...(draw.bernoulli(0.98) && { age: Math.round(Math.min(95, Math.max(18, 58 + 16 * draw.normal()))) }),
    ...(draw.bernoulli(0.9) && { cholesterol: draw.integer(120, 340) }),
    ...(draw.bernoulli(0.99) && { sex: draw.bernoulli(0.45) ? 'F' : 'M' }),
    device: draw.pick(DEVICES),
    ...Object.fromEntries(Object.entries(GROUPS).map(([name, values]) => [`group:${name}`, draw.pick<string>(values)])),
  });
}

type Place = Pick<PredictionTableRow, 'site' | 'unit' | 'row' | 'studyKey'>;

function predictionOf(place: Place, score: number | null): PredictionTableRow {
  const own = { ...place, attempt: 1, model: CONTRACT.name, version: CONTRACT.version, detail: null };
  return score === null
    ? { ...own, status: 'abstained', reason: 'too-few-measurements', score, file: null, relation: null }
    : { ...own, status: 'scored', reason: null, score, file: 'final.onnx', relation: 'external' };
}

const ofLabels = (site: string) => ({
  dropKey: `${site}-labels`,
  receivedAt: '2026-01-02T00:00:00Z',
  versionId: 'v2',
});

function labelOf(site: string, studyKey: string, row: number, value: number): LabelTableRow {
  const given = { source: 'angiography', method: 'coronary angiography', date: null, readers: 2, blinded: true };
  return { site, row, studyKey, label: COHORT.label, value, ...given, ...ofLabels(site) };
}

function ledgerOf(site: string, predictions: readonly PredictionTableRow[], filed: number): LedgerTableRow[] {
  const moment = { receivedAt: '2026-01-01T00:00:00Z', versionId: 'v1' };
  const drop = { site, dropKey: `${site}-table`, ...moment, attempt: 1, unit: null, state: null, reason: null };
  const units = [...Map.groupBy(predictions, ({ unit }) => unit)].flatMap(([unit, rows]): LedgerTableRow[] => {
    const published = rows.filter(({ status }) => status === 'scored').length;
    const counts = { ...NO_COUNTS, items: rows.length, published, abstained: rows.length - published };
    return [
      { ...drop, ...NO_COUNTS, kind: 'sighting', unit },
      { ...drop, ...counts, kind: 'unit', unit },
    ];
  });
  return [
    { ...drop, ...NO_COUNTS, kind: 'drop', state: 'planned', items: predictions.length },
    ...units,
    { ...drop, ...NO_COUNTS, ...ofLabels(site), kind: 'drop', state: 'planned', items: filed, filed },
  ];
}
