import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import { writeParquet } from '#lib/tables/parquet.ts';
import { readGroupedPredictions } from '#lib/validation/grouped/read-parquet.ts';

const NAMES = { score: 'score', label: 'label', subject: 'subject', groups: ['sex', 'site'] };
const scores = [0.1, 0.4, 0.35, 0.8, 0.5];

const file = (changes: { label?: object; score?: object; subject?: object; sex?: object } = {}): ArrayBuffer =>
  parquetWriteBuffer({
    columnData: [
      { name: 'score', type: 'DOUBLE', data: scores, ...changes.score },
      { name: 'label', type: 'BOOLEAN', data: [false, true, false, true, true], ...changes.label },
      { name: 'subject', type: 'INT32', data: [4, 4, -1, 9, 9], ...changes.subject },
      { name: 'sex', type: 'STRING', nullable: true, data: ['M', null, 'F', 'M', 'unknown'], ...changes.sex },
      { name: 'site', type: 'STRING', data: ['oak', 'ash', 'oak', 'ash', 'ash'] },
    ],
    rowGroupSize: 2,
  });

describe('readGroupedPredictions', () => {
  it('reads every row group; a missing value is a group of its own, the last', async () => {
    expect(await readGroupedPredictions(file(), NAMES)).toEqual({
      scores: Float64Array.from(scores),
      labels: Uint8Array.of(0, 1, 0, 1, 1),
      clusters: Int32Array.of(4, 4, -1, 9, 9),
      columns: [
        { name: 'sex', values: ['F', 'M', 'unknown'], codes: Uint16Array.of(1, 2, 0, 1, 2) },
        { name: 'site', values: ['ash', 'oak'], codes: Uint16Array.of(1, 0, 1, 0, 0) },
      ],
    });
  });

  it('reads labels written as numbers, also of 64 bits, and needs no subjects', async () => {
    const names = { score: 'score', label: 'label', groups: [] };
    const labels = Uint8Array.of(0, 1, 0, 1, 1);
    for (const label of [
      { type: 'INT32', data: [...labels] },
      { type: 'INT64', data: [0n, 1n, 0n, 1n, 1n] },
    ]) {
      const read = await readGroupedPredictions(file({ label }), names);
      expect(read).toEqual({ scores: Float64Array.from(scores), labels, columns: [] });
    }
  });

  it.each([
    [
      { label: { type: 'DOUBLE', data: [0, 1, 0.5, 1, 1] } },
      'column label at row 2: found 0.5, allowed: 0, 1, false or',
    ],
    [
      { label: { nullable: true, data: [true, null, false, true, true] } },
      'column label at row 1: found null, allowed',
    ],
    [
      { subject: { type: 'STRING', data: ['a', 'b', 'c', 'd', 'e'] } },
      'column subject at row 0: found another string, allowed: whole',
    ],
    [
      { subject: { type: 'INT64', data: [1n, 2n ** 40n, 1n, 1n, 1n] } },
      'column subject at row 1: found another bigint, allowed: whole',
    ],
    [
      { sex: { type: 'INT32', nullable: false, data: [0, 1, 0, 1, 1] } },
      'column sex at row 0: found a number, allowed: text',
    ],
  ])('refuses values of the wrong kind by column and row: %#', async (changes, message) => {
    await expect(readGroupedPredictions(file(changes), NAMES)).rejects.toThrow(message);
  });

  it('reads only the rows of one analysis, from the table that a report leaves: the others may lack score and label', async () => {
    const line = { studyKey: 'study', ageYears: 61, relation: 'external', file: 'model.onnx', device: null };
    const lines: PredictionsLine[] = [
      { ...line, site: 'oak', subject: 1, sex: 'F', label: 1, score: 0.7, analysis: 'primary' },
      { ...line, site: 'oak', subject: 2, sex: 'M', label: null, score: null, analysis: 'silent' },
      { ...line, site: 'ash', subject: 3, sex: null, label: 0, score: 0.2, analysis: 'primary' },
    ];
    const bytes = writeParquet(PREDICTIONS_COLUMNS, lines);
    const only = { column: 'analysis', value: 'primary' };
    expect(await readGroupedPredictions(bytes.slice().buffer, { ...NAMES, only })).toEqual({
      scores: Float64Array.of(0.7, 0.2),
      labels: Uint8Array.of(1, 0),
      clusters: Int32Array.of(1, 3),
      columns: [
        { name: 'sex', values: ['F', 'unknown'], codes: Uint16Array.of(0, 1) },
        { name: 'site', values: ['ash', 'oak'], codes: Uint16Array.of(1, 0) },
      ],
    });
  });

  it('refuses a column that is not there', async () => {
    await expect(readGroupedPredictions(file(), { ...NAMES, score: 'risk' })).rejects.toThrow(
      'column risk: found none, allowed: score, label, subject, sex, site',
    );
  });

  it('refuses a column with more values than a group can have', async () => {
    const columnData = [
      { name: 'score', type: 'DOUBLE' as const, data: new Float64Array(1500).fill(0.5) },
      { name: 'label', type: 'INT32' as const, data: new Int32Array(1500) },
      { name: 'record', type: 'STRING' as const, data: Array.from({ length: 1500 }, (_, row) => `r${row}`) },
    ];
    const names = { score: 'score', label: 'label', groups: ['record'] };
    await expect(readGroupedPredictions(parquetWriteBuffer({ columnData }), names)).rejects.toThrow(
      'column record: found 1001 different values, allowed: at most 1000 groups',
    );
  });
});
