// The evaluation of models/ecg-af by this pipeline: every recording of CinC 2017 through the predict step, out of fold, beside a
// plain rule on the irregularity of the RR intervals. models/ecg-af/recipe/pipeline.py compares the rows with Python's.
// Usage: node bench/ecg-af.ts <folder of .hea and .mat> <labels.csv> <rows.jsonl to write>
import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { installModel } from '#functions/install/install.ts';
import { type PredictPorts, predict } from '#functions/predict/predict.ts';
import type { AnswerDetail, PredictionRow, PredictMessage, StudyRow } from '#functions/study.ts';
import { encodeEcg, type StoredLead } from '#lib/formats/ecg-object.ts';
import { canonicalPayload } from '#lib/formats/payload.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { createLoader } from '#lib/inference/sessions.ts';
import { ecgKey, predictionsKey, studyRowsKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket, MemoryLog, MemoryMetrics, MemoryQueues } from '#lib/local/memory.ts';
import { rPeaks } from '#lib/signal/r-peaks.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet, writeParquet } from '#lib/tables/parquet.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { quantiles } from '#lib/validation/quantiles.ts';

const FIBRILLATION = 'A';
const SITE = 'cinc2017';
const UNIT = 'unit';
const MODEL = new URL('../models/ecg-af/', import.meta.url);

/** Irregularity of the RR intervals, as rules of thumb take it; 0 with fewer than three beats. */
interface Irregularity {
  readonly beats: number;
  /** Standard deviation over mean. */
  readonly variation: number;
  /** Root mean square of successive differences over mean (RMSSD). */
  readonly rmssd: number;
  /** Median of the absolute successive differences over the median: single premature beats do not move it. */
  readonly medianDifference: number;
}

const RULES = ['variation', 'rmssd', 'medianDifference'] as const;

function irregularity({ samplesMv, samplingRateHz }: StoredLead): Irregularity {
  const peaks = rPeaks(samplesMv, samplingRateHz);
  const intervals = Array.from(peaks.subarray(1), (peak, n) => (peak - peaks[n]) / samplingRateHz);
  if (intervals.length < 2) return { beats: peaks.length, variation: 0, rmssd: 0, medianDifference: 0 };
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const differences = intervals.slice(1).map((interval, n) => Math.abs(interval - intervals[n]));
  return {
    beats: peaks.length,
    variation: rootMeanSquare(intervals.map((interval) => interval - mean)) / mean,
    rmssd: rootMeanSquare(differences) / mean,
    medianDifference: median(differences) / median(intervals),
  };
}

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

const median = (values: readonly number[]): number => quantiles(Float64Array.from(values).sort(), [0.5])[0];

/** Writes the study of a record as intake files it. */
function putStudy(leads: readonly StoredLead[]): void {
  const object = encodeEcg(leads);
  const [{ samplingRateHz, samplesMv }] = leads as [StoredLead];
  const payload = canonicalPayload({
    leads: leads.map(({ name }) => name).join(),
    samplingRateHz,
    durationSeconds: samplesMv.length / samplingRateHz,
    signal: createHash('sha256').update(object).digest('hex'),
  });
  const row: StudyRow = { row: 1, studyKey: 'study', subjectKey: 'subject', revision: 'revision', payload };
  archive.drop(studyRowsKey(SITE, UNIT), writeParquet(STUDY_COLUMNS, [row]));
  archive.drop(ecgKey(SITE, UNIT), object);
}

async function predictionOf(leads: readonly StoredLead[]): Promise<PredictionRow> {
  putStudy(leads);
  const key = predictionsKey(message, slot);
  await archive.remove(key);
  await predict(message, 1, ports);
  const stored = await archive.get(key);
  if (stored === undefined) throw new Error(`found nothing at ${key}, expected a prediction`);
  const [row] = await readParquet<PredictionRow>(PREDICTION_COLUMNS, stored.body);
  return row as PredictionRow;
}

const [folder, labelFile, target] = process.argv.slice(2);
if (folder === undefined || labelFile === undefined || target === undefined)
  throw new Error('found too few arguments, expected the folder of CinC 2017, its labels.csv and a file to write');
const archive = new MemoryBucket();
const [model, version] = (await installModel('ecg-af', folderReader(MODEL.pathname), archive)).split('@') as [
  string,
  string,
];
const slot = { model, version, lane: 'standard' } as const;
const message: PredictMessage = { site: SITE, dropKey: 'drop', unit: UNIT, lane: 'standard', items: 1, slots: [slot] };
const ports: PredictPorts = {
  archive,
  queues: new MemoryQueues(),
  clock: Date,
  log: new MemoryLog(),
  metrics: new MemoryMetrics(),
  models: createLoader(archive, 1),
};

const [header = '', ...lines] = readFileSync(labelFile, 'utf8').trim().split(/\r?\n/);
const columns = header.split(',');
const at = (line: string, name: string): string => line.split(',')[columns.indexOf(name)] ?? '';
const out = createWriteStream(target);
const judged: { readonly label: number; readonly score: number; readonly rule: Irregularity }[] = [];
const counts = new Map<string, number>();
for (const line of lines) {
  const name = at(line, 'record');
  const files = new Map([`${name}.hea`, `${name}.mat`].map((file) => [file, readFileSync(join(folder, file))]));
  const { leads } = readWfdb(files, name);
  const { status, reason, score, file, relation, detail } = await predictionOf(leads);
  const answer = JSON.parse(detail ?? 'null') as AnswerDetail | null;
  const rule = irregularity(leads[0]);
  out.write(`${JSON.stringify({ record: name, status, reason, score, file, relation, ...answer, rule })}\n`);
  const outcome = [status, reason, relation].filter((word) => word !== null).join(', ');
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (answer === null) continue;
  const label = at(line, 'label_v3') === FIBRILLATION ? 1 : 0;
  judged.push({ label, score: answer.probabilities['atrial-fibrillation'], rule });
}
out.end();
await finished(out);

for (const [outcome, count] of counts) console.log(`${count} ${outcome}`);
const say = (name: string, found: Estimate | CannotTell): void =>
  console.log(
    isCannotTell(found)
      ? `${name}: cannot tell (${found.cannotTell})`
      : `${name}: ${found.estimate.toFixed(5)} (${found.lower.toFixed(5)} to ${found.upper.toFixed(5)})`,
  );
const labels = Uint8Array.from(judged, ({ label }) => label);
const predictions = { scores: Float64Array.from(judged, ({ score }) => score), labels };
say('AUROC of ecg-af', auroc(predictions));
for (const name of RULES) {
  const scores = Float64Array.from(judged, ({ rule }) => rule[name]);
  say(`AUROC of ${name}`, auroc({ scores, labels }));
  say('  less than that of ecg-af by', compareAuroc(predictions, scores));
}
