// Byte ranges of GetObject and HeadObject (RFC 9110 section 14).
import { notImplemented, S3Error } from './errors.ts';

export interface ByteRange {
  readonly start: number;
  /** Last byte, inclusive. */
  readonly end: number;
}

/** The range that a `Range` header selects of `size` bytes; undefined for the whole object, as for a malformed header (RFC 9110: ignore). */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  if (/^bytes=.*,/.test(header)) throw notImplemented('Range with several ranges');
  const found = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (found === null || (found[1] === '' && found[2] === '')) return undefined;
  const [, first, last] = found;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      headers: { 'content-range': `bytes */${size}` },
      fields: { RangeRequested: header, ActualObjectSize: size },
    });
  }
  return { start, end };
}
