// Fill the unit's slots of this lane; whoever fills the last one calls publish.
import { splitEcgs } from '#lib/formats/ecg-object.ts';
import { isDisabled } from '#lib/inference/catalogue.ts';
import { type LoadedModel, type ModelLoader, readsEcg, readsMeasurements } from '#lib/inference/sessions.ts';
import { ecgKey, predictionsKey, type RowRange, slotName, studyRowsKey } from '#lib/ledger/keys.ts';
import { QUEUE_OF_LANE, sendFilled } from '#lib/ledger/send.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet, writeParquet } from '#lib/tables/parquet.ts';
import { InvalidModel } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { PredictionRow, PredictMessage, Slot, StudyRow } from '../study.ts';
import { scoreRows } from './score.ts';
import { scoreEcg } from './score-ecg.ts';
import { withoutScore } from './without-score.ts';

export interface PredictPorts extends Ports {
  readonly models: ModelLoader;
}

/** Receives of the same message after which its rows are divided, so that one bad row ends alone. */
const DIVIDE_AT_RECEIVE = 3;
/** So few rows are sent one by one, and the bad one has not to fail at each halving. */
const FEW_ROWS = 32;

/** Fills the slots of the message's lane. `receives` is how often the queue has delivered this message. */
export async function predict(message: PredictMessage, receives: number, ports: PredictPorts): Promise<void> {
  const range = message.range ?? { from: 0, to: message.items };
  if (receives >= DIVIDE_AT_RECEIVE && range.to - range.from > 1) return divide(message, range, ports);
  for (const slot of message.slots) if (slot.lane === message.lane) await fill(slot, message, ports);
  await sendFilled(message, ports.archive, ports.queues);
}

async function divide(message: PredictMessage, range: RowRange, ports: PredictPorts): Promise<void> {
  const parts = partsOf(range).map((part) => ({ ...message, range: part }));
  ports.log.warn('unit divided after failures', { unit: message.unit, ...range, parts: parts.length });
  await ports.queues.send(QUEUE_OF_LANE[message.lane], message.site, parts);
}

function partsOf({ from, to }: RowRange): readonly RowRange[] {
  if (to - from <= FEW_ROWS) return Array.from({ length: to - from }, (_, n) => ({ from: from + n, to: from + n + 1 }));
  const middle = Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

async function fill(slot: Slot, message: PredictMessage, ports: PredictPorts): Promise<void> {
  const { site, unit, range } = message;
  const key = predictionsKey(message, slot, range);
  if (await ports.archive.has(key)) return;
  const all = await readParquet<StudyRow>(STUDY_COLUMNS, await written(studyRowsKey(site, unit), ports));
  const rows = range ? all.slice(range.from, range.to) : all;
  const filled = await answers(slot, message, rows, ports);
  await ports.archive.create(key, writeParquet(PREDICTION_COLUMNS, filled));
}

async function written(key: string, ports: PredictPorts): Promise<Uint8Array> {
  const stored = await ports.archive.get(key);
  if (stored === undefined)
    throw new Error('predict: found a unit without its study, expected what intake writes before its message');
  return stored.body;
}

/** Scores, or why there are none. A model that is not what its contract says fails by name, and no retry would help. */
async function answers(
  slot: Slot,
  message: PredictMessage,
  rows: readonly StudyRow[],
  ports: PredictPorts,
): Promise<readonly PredictionRow[]> {
  if (await isDisabled(ports.archive, slot)) return rows.map((row) => withoutScore(row, 'withdrawn', 'model-disabled'));
  try {
    return await scored(await ports.models(slot), message, rows, ports);
  } catch (error) {
    if (!(error instanceof InvalidModel)) throw error;
    ports.log.warn('model refused', { model: slotName(slot), reason: error.message });
    ports.metrics.count('Quarantined', rows.length);
    return rows.map((row) => withoutScore(row, 'failed', error.message));
  }
}

/** Rows of a table are scored together, ECGs one after the other. */
async function scored(
  model: LoadedModel,
  { site, unit, items, range }: PredictMessage,
  rows: readonly StudyRow[],
  ports: PredictPorts,
): Promise<readonly PredictionRow[]> {
  if (readsMeasurements(model)) return scoreRows(model, rows);
  if (!readsEcg(model)) throw new Error('predict: found a model that reads neither, expected measurements or ECGs');
  const ecgs = splitEcgs(await written(ecgKey(site, unit), ports), items).slice(range?.from, range?.to);
  const predictions: PredictionRow[] = [];
  for (const [n, row] of rows.entries()) predictions.push(await scoreEcg(model, row, ecgs[n]));
  return predictions;
}
