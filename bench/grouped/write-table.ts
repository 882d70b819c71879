// Writes simulated predictions as Parquet: node bench/grouped/write-table.ts <file> <rows>. Two rows per subject on average, at one hospital; a text for each study.
import { ParquetWriter } from 'hyparquet-writer';
import { fileWriter } from 'hyparquet-writer/src/node.js';
import { random } from '#lib/simulate/random.ts';
import { GROUP_COLUMNS, ROWS_PER_GROUP } from './table-shape.ts';

const [file, rowsWanted] = process.argv.slice(2);
if (file === undefined) throw new Error('write-table: found no file, expected <file> <rows>');
const rows = Number(rowsWanted);
/** A hash of a subject's number, spread over 0 to 1. */
const shareOf = (number: number, factor: number): number => (Math.imul(number, factor) >>> 0) / 2 ** 32;

const source = random(`bench/grouped/${rows}`);
const writer = new ParquetWriter({
  writer: fileWriter(file),
  schema: [
    { name: 'root', num_children: 4 + GROUP_COLUMNS.length },
    { name: 'study', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'score', type: 'DOUBLE', repetition_type: 'REQUIRED' },
    { name: 'label', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'subject', type: 'INT32', repetition_type: 'REQUIRED' },
    ...GROUP_COLUMNS.map(
      ({ name }) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' }) as const,
    ),
  ],
  createdBy: 'tricuspid',
});
for (let from = 0; from < rows; from += ROWS_PER_GROUP) {
  const count = Math.min(ROWS_PER_GROUP, rows - from);
  const subject = Int32Array.from({ length: count }, () => Math.floor((source.uniform() * rows) / 2));
  // A subject's own part of the score, the same in every row: a hash of its number, spread over −1 to 1.
  const logits = Float64Array.from(subject, (number) => {
    const own = (2 * shareOf(number, 0x9e3779b1) - 1) * 1.2;
    return -1.5 + own + source.normal();
  });
  const score = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const label = Int32Array.from(logits, (logit) => Number(source.bernoulli(1 / (1 + Math.exp(0.2 - 0.9 * logit)))));
  const groups = GROUP_COLUMNS.map(({ name, values }) => ({
    name,
    data: Array.from(subject, (number) => {
      const place = name === 'site' ? shareOf(number, 0x85ebca6b) : source.uniform();
      return values[Math.floor(place ** 1.5 * values.length)];
    }),
  }));
  writer.write({
    columnData: [
      { name: 'study', data: Array.from(subject, (_, row) => `study-${String(from + row).padStart(10, '0')}`) },
      { name: 'score', data: score },
      { name: 'label', data: label },
      { name: 'subject', data: subject },
      ...groups,
    ],
    rowGroupSize: ROWS_PER_GROUP,
  });
}
await writer.finish();
