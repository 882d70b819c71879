import { RejectedDrop } from '#functions/errors.ts';
import { columnsOf } from '#lib/sites/check-tables.ts';
import type { Site, SiteTable } from '#lib/sites/site.ts';
import { type Delimiter, delimiters, readHeader } from './csv.ts';
import { type DecodedText, decodeText, type TextEncoding } from './text.ts';

/** Where a configured column stands in the file, and the unit that its header cell carries. */
export interface ColumnPlace {
  readonly index: number;
  readonly unit?: string;
}

export interface ChosenTable {
  readonly table: SiteTable;
  readonly text: string;
  readonly encoding: TextEncoding;
  readonly delimiter: Delimiter;
  readonly width: number;
  readonly places: ReadonlyMap<string, ColumnPlace>;
}

interface Candidate extends ChosenTable {
  readonly asked: number;
  readonly missing: readonly string[];
}

/**
 * The description all of whose columns are in the header; of several the one that asks for most.
 * What stands in the file's first line never gets into a message: in a file without header it is a person.
 */
export function chooseTable(bytes: Uint8Array, site: Site): ChosenTable {
  const decoded = new Map<string, DecodedText | RejectedDrop>();
  const candidates = site.tables.flatMap((table) => {
    const text = decoded.get(table.encoding) ?? tryDecode(bytes, table.encoding);
    decoded.set(table.encoding, text);
    return text instanceof RejectedDrop ? [] : candidatesFor(table, text);
  });
  const [failure] = [...decoded.values()].filter((text) => text instanceof RejectedDrop);
  if (candidates.length === 0 && failure !== undefined) throw failure;
  const matching = candidates.filter(({ missing }) => missing.length === 0).sort((a, b) => b.asked - a.asked);
  const [best, next] = matching;
  if (best === undefined) throw noMatch(site, candidates);
  if (next !== undefined && next.asked === best.asked && next.table !== best.table) throw ambiguous(best, next);
  return best;
}

function tryDecode(bytes: Uint8Array, encoding: SiteTable['encoding']): DecodedText | RejectedDrop {
  try {
    return decodeText(bytes, encoding);
  } catch (error) {
    if (error instanceof RejectedDrop) return error;
    throw error;
  }
}

function candidatesFor(table: SiteTable, { text, encoding }: DecodedText): Candidate[] {
  const columns = columnsOf(table);
  return (table.delimiter === undefined ? delimiters : [table.delimiter]).flatMap((delimiter) => {
    const header = readHeader(text, delimiter)?.map((cell) => cell.normalize('NFC').trim());
    if (header === undefined) return [];
    const places = placesOf(columns, header);
    const missing = columns.filter((column) => !places.has(column));
    if (missing.length === 0) refuseDuplicates(header, columns);
    return [{ table, text, encoding, delimiter, width: header.length, places, asked: columns.length, missing }];
  });
}

function placesOf(columns: readonly string[], header: readonly string[]): Map<string, ColumnPlace> {
  const asked = new Set(columns);
  const places = new Map<string, ColumnPlace>();
  for (const [index, cell] of header.entries()) {
    const { column, unit } = asked.has(cell) ? { column: cell } : splitUnit(cell);
    if (!asked.has(column)) continue;
    if (places.has(column)) throw duplicate(`column "${column}"`);
    places.set(column, { index, ...(unit !== undefined && { unit }) });
  }
  return places;
}

/** `chol [mmol/L]` or `chol (mmol/L)`. */
function splitUnit(cell: string): { column: string; unit?: string } {
  const parts = /^(?<column>.*\S)\s*(?:\[(?<square>[^[\]]*)\]|\((?<round>[^()]*)\))$/u.exec(cell)?.groups;
  if (parts === undefined) return { column: cell };
  return { column: parts.column ?? '', unit: (parts.square ?? parts.round ?? '').trim() };
}

function refuseDuplicates(header: readonly string[], columns: readonly string[]): void {
  const seen = new Map<string, number>();
  for (const [index, cell] of header.entries()) {
    const earlier = seen.get(cell);
    if (earlier !== undefined && cell !== '') {
      throw duplicate(columns.includes(cell) ? `column "${cell}"` : `columns ${earlier + 1} and ${index + 1}`);
    }
    seen.set(cell, index);
  }
}

function duplicate(which: string): RejectedDrop {
  return new RejectedDrop('header', `found ${which} with the same name in the header, accepted each name once`);
}

function ambiguous(best: Candidate, next: Candidate): RejectedDrop {
  return new RejectedDrop(
    'header',
    `found the columns of both table ${best.table.name} and table ${next.table.name} in the header, accepted one table`,
  );
}

function noMatch(site: Site, candidates: readonly Candidate[]): RejectedDrop {
  const names = site.tables.map(({ name }) => name).join(', ') || 'none';
  const found = (candidate: Candidate) => candidate.asked - candidate.missing.length;
  const [nearest] = candidates.toSorted((a, b) => found(b) / b.asked - found(a) / a.asked || b.width - a.width);
  if (nearest === undefined) {
    return new RejectedDrop(
      'header',
      `found a first line that is no header, accepted the tables of the site: ${names}`,
    );
  }
  const missing = nearest.missing.map((column) => `"${column}"`).join(', ');
  return new RejectedDrop(
    'header',
    `found ${found(nearest)} of the ${nearest.asked} columns of table ${nearest.table.name} in a header of ${nearest.width}, ` +
      `missing ${missing}; accepted a header with all columns of one of the site's tables: ${names}`,
  );
}
