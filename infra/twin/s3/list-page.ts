// One page of a listing: prefix, delimiter and limit work alike for objects and for versions.
import { invalidArgument } from './errors.ts';

export type ListEntry<Item> = { readonly item: Item } | { readonly commonPrefix: string };

export interface ListSource<Item, Cursor> {
  /** Rows in UTF-8 order of their keys. */
  fetch(cursor: Cursor, limit: number): readonly Item[];
  after(item: Item): Cursor;
  /** Behind every key that starts with this. */
  afterPrefix(commonPrefix: string): Cursor;
}

export interface ListLimits {
  readonly prefix: string;
  readonly delimiter: string;
  /** Items and common prefixes together. */
  readonly maximum: number;
}

const mostKeys = 1000;
/** With a delimiter most rows only show where the next common prefix may start. */
const rowsPerFetchWithDelimiter = 64;
/** Most prefixes hold few keys, and what lies behind them is read for nothing: the first fetch is small, later ones grow. */
const rowsOfFirstFetch = 16;

/** Reads prefix, delimiter and max-keys of a request. */
export function listLimits(query: URLSearchParams): ListLimits {
  const maxKeys = query.get('max-keys') ?? String(mostKeys);
  if (!/^\d{1,10}$/.test(maxKeys)) throw invalidArgument('max-keys', maxKeys, 'a number from 0');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maximum: Math.min(Number(maxKeys), mostKeys),
  };
}

/** Condition keys of a listing; a parameter that was not sent has no key. */
export function listKeys(query: URLSearchParams): Record<string, string> {
  const sent = ['prefix', 'delimiter', 'max-keys'].filter((name) => query.has(name));
  return Object.fromEntries(sent.map((name) => [`s3:${name}`, query.get(name) ?? '']));
}

/** Everything up to and including the first delimiter behind the prefix. */
export function commonPrefixOf(key: string, { prefix, delimiter }: ListLimits): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Collects up to `maximum` entries from `start` on; jumps over what a common prefix hides. */
export function listPage<Item extends { readonly key: string }, Cursor>(
  source: ListSource<Item, Cursor>,
  limits: ListLimits,
  start: Cursor,
): { readonly entries: readonly ListEntry<Item>[]; readonly isTruncated: boolean } {
  const { prefix, delimiter, maximum } = limits;
  const entries: ListEntry<Item>[] = [];
  let cursor = start;
  for (let most = rowsOfFirstFetch; maximum > 0; most *= 8) {
    const left = Math.min(most, maximum - entries.length + 1);
    const rows = source.fetch(cursor, delimiter === '' ? left : rowsPerFetchWithDelimiter);
    if (rows.length === 0) break;
    for (const item of rows) {
      if (!item.key.startsWith(prefix)) return { entries, isTruncated: false };
      cursor = source.after(item);
      const commonPrefix = commonPrefixOf(item.key, limits);
      if (entries.length === maximum) return { entries, isTruncated: true };
      entries.push(commonPrefix === undefined ? { item } : { commonPrefix });
      if (commonPrefix === undefined) continue;
      cursor = source.afterPrefix(commonPrefix);
      break;
    }
  }
  return { entries, isTruncated: false };
}

/** Bytes that sort behind every key with this prefix, since 0xFF never occurs in UTF-8. */
export function behindPrefix(commonPrefix: string): Buffer {
  return Buffer.concat([Buffer.from(commonPrefix), Buffer.of(0xff)]);
}

/** How keys are written: as they are, or url-encoded if the client asked for it. */
export function keyWriter(query: URLSearchParams, encode: (key: string) => string): (key: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding === null) return (key) => key;
  if (encoding !== 'url') throw invalidArgument('encoding-type', encoding, 'url');
  return encode;
}
