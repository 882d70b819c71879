import type { TableReading } from '#lib/formats/table.ts';

/** What intake would make of a table, for programs. */
export function tableSummary(reading: TableReading): object {
  const { table, format, encoding, delimiter, items, rows, filed, labels, repeatedRows, rejected, findings } = reading;
  return {
    table,
    format,
    encoding,
    delimiter,
    items,
    studies: rows.length,
    filed,
    labels: labels.length,
    repeatedRows,
    rejected,
    findings,
  };
}

/** The same for people. */
export function tableLines(reading: TableReading): string[] {
  const delimiter = reading.delimiter === '\t' ? 'tab' : reading.delimiter;
  return [
    `${reading.format}, ${reading.encoding}, delimiter ${delimiter}: read as table "${reading.table}"`,
    `${reading.items} items: ${reading.rows.length} studies, ${reading.filed} labels alone, ${reading.repeatedRows.length} repeated, ${reading.rejected.length} rejected; ${reading.labels.length} labels in all`,
    ...reading.rejected.map(({ row, reason }) => `row ${row} rejected (${reason.code}): ${reason.message}`),
    ...reading.findings.map(
      ({ row, code, message }) => `finding${row === undefined ? '' : ` in row ${row}`} (${code}): ${message}`,
    ),
  ];
}
