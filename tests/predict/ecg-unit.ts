// Units that hold one ECG, as intake writes them, and what predict says about them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { predict } from '#functions/predict/predict.ts';
import type { AnswerDetail, Measurements, PredictionRow, PredictMessage, StudyRow } from '#functions/study.ts';
import { encodeEcg, type StoredLead } from '#lib/formats/ecg-object.ts';
import { canonicalPayload } from '#lib/formats/payload.ts';
import { ecgKey, predictionsKey, studyRowsKey } from '#lib/ledger/keys.ts';
import type { MemoryBucket } from '#lib/local/memory.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet, writeParquet } from '#lib/tables/parquet.ts';
import { ECG_AF } from '../lib/inference/models.ts';
import type { MemoryCloud } from '../steps/memory-cloud.ts';

interface GoldenEcg {
  readonly name: string;
  readonly samplingRateHz: number;
  readonly leads: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

/** The invented recordings of ecg-af, and what Python said about them. */
export const GOLDEN: readonly GoldenEcg[] = JSON.parse(readFileSync(join(ECG_AF, 'golden.json'), 'utf8')).cases;

export const goldenLead = ({ samplingRateHz, leads }: GoldenEcg, name = 'ECG'): StoredLead => {
  const bytes = Buffer.from(leads.ECG, 'base64');
  const samplesMv = Float32Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readInt16LE(2 * n) / 1000);
  return { name, samplingRateHz, samplesMv };
};

export const MESSAGE: PredictMessage = {
  site: 'north',
  dropKey: 'd'.repeat(32),
  unit: 'u'.repeat(32),
  lane: 'standard',
  items: 1,
  slots: [{ model: 'ecg-af', version: '1.0.0', lane: 'standard' }],
};

/** Writes the unit's study: the ECG and its one row. */
export function putEcg(archive: MemoryBucket, leads: readonly StoredLead[], about: Measurements = {}): void {
  const object = encodeEcg(leads);
  const [first] = leads;
  const payload = canonicalPayload({
    ...about,
    leads: leads.map(({ name }) => name).join(),
    samplingRateHz: first?.samplingRateHz ?? 0,
    durationSeconds: first === undefined ? 0 : first.samplesMv.length / first.samplingRateHz,
    signal: createHash('sha256').update(object).digest('hex'),
  });
  const row: StudyRow = { row: 1, studyKey: 's', subjectKey: 'p', revision: 'r', payload };
  archive.drop(studyRowsKey(MESSAGE.site, MESSAGE.unit), writeParquet(STUDY_COLUMNS, [row]));
  archive.drop(ecgKey(MESSAGE.site, MESSAGE.unit), object);
}

/** The prediction that lies in the archive after a delivery of the message. */
export async function predictionOf(cloud: MemoryCloud, message = MESSAGE, receives = 1): Promise<PredictionRow> {
  await predict(message, receives, cloud.ports);
  const stored = await cloud.archive.get(predictionsKey(message, message.slots[0], message.range));
  const rows = await readParquet<PredictionRow>(PREDICTION_COLUMNS, stored?.body ?? new Uint8Array());
  if (rows.length !== 1) throw new Error(`found ${rows.length} predictions, expected 1`);
  return rows[0];
}

export const detailOf = ({ detail }: PredictionRow): AnswerDetail => JSON.parse(detail ?? 'null');
