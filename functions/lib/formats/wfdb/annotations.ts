import { RejectedDrop } from '#functions/errors.ts';
import type { EcgAnnotation } from '#lib/signal/ecg.ts';
import { parseDecimal } from '../number.ts';
import { annotationCode, annotationSymbol } from './annotation-codes.ts';

/** What the record says about its own time. */
export interface AnnotatedRecord {
  readonly frameRateHz: number;
  /** Length of the record, to which annotations are held; not checked where it is not known. */
  readonly frames?: number;
}

type Draft = { -readonly [Key in keyof EcgAnnotation]: EcgAnnotation[Key] };

/** A reading position in byte pairs, low byte first. */
interface Cursor {
  readonly bytes: Uint8Array;
  offset: number;
}

/**
 * Reads an annotation file in MIT format (annot(5) of the WFDB Applications Guide). Times are frames of the record, also where the
 * file counts in another time resolution. AHA format is refused.
 */
export function readAnnotations(bytes: Uint8Array, record: AnnotatedRecord): EcgAnnotation[] {
  if (isAha(bytes)) throw refused('annotations in AHA format', 'MIT format');
  const { definitions, resolutionHz, events } = definedBy(readAll(bytes));
  const scale = resolutionHz === undefined ? 1 : record.frameRateHz / resolutionHz;
  for (const event of events) {
    if (scale !== 1) event.sample = Math.round(event.sample * scale);
    event.symbol = definitions.get(event.code) ?? annotationSymbol(event.code);
    if (event.sample < 0) throw refused('an annotation before the start of the record', 'times from 0');
    if (record.frames !== undefined && event.sample > record.frames) {
      throw refused('an annotation after the end of the record', `times up to ${record.frames} samples`);
    }
  }
  return events;
}

function readAll(bytes: Uint8Array): Draft[] {
  const cursor: Cursor = { bytes, offset: 0 };
  const events: Draft[] = [];
  let time = 0;
  for (;;) {
    const pair = readPair(cursor);
    const code = pair >> 10;
    const interval = pair & 0x3ff;
    if (pair === 0) return events;
    if (code === annotationCode.skip) time += readSkip(cursor);
    else if (code > annotationCode.skip) modify(events, code, interval, cursor);
    else if (code > annotationCode.last)
      throw refused(`annotation code ${code} at byte ${cursor.offset - 2}`, 'codes up to 49');
    else {
      time += interval;
      events.push(newEvent(time, code, events[events.length - 1]));
    }
  }
}

/** Channel and number hold until they change; subtype and text are of one annotation. */
function newEvent(sample: number, code: number, previous: Draft | undefined): Draft {
  return {
    sample,
    code,
    symbol: '',
    subtype: 0,
    channel: previous?.channel ?? 0,
    number: previous?.number ?? 0,
    text: '',
  };
}

function modify(events: readonly Draft[], code: number, value: number, cursor: Cursor): void {
  const event = events[events.length - 1];
  if (event === undefined) throw refused('a field before the first annotation', 'fields after their annotation');
  if (code === annotationCode.number) event.number = signedByte(value);
  else if (code === annotationCode.subtype) event.subtype = signedByte(value);
  else if (code === annotationCode.channel) event.channel = value & 0xff;
  else event.text = readText(cursor, value);
}

function readPair(cursor: Cursor): number {
  const { bytes, offset } = cursor;
  if (offset + 2 > bytes.length)
    throw refused(`the end of the file at byte ${bytes.length} without end mark`, 'whole files');
  cursor.offset = offset + 2;
  return bytes[offset] | (bytes[offset + 1] << 8);
}

/** Four bytes in the order of the PDP-11: the high half first, each half with its low byte first. */
function readSkip(cursor: Cursor): number {
  const high = readPair(cursor);
  return (high << 16) | readPair(cursor);
}

/** Text in whole pairs, of which the last byte may be filling. Writers end some texts with a zero byte. */
function readText(cursor: Cursor, length: number): string {
  const { bytes, offset } = cursor;
  const end = offset + length + (length % 2);
  if (end > bytes.length) throw refused(`the end of the file at byte ${bytes.length} within a text`, 'whole files');
  cursor.offset = end;
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length)
    .toString('latin1')
    .split('\0', 1)[0];
}

function signedByte(value: number): number {
  return (value << 24) >> 24;
}

interface Defined {
  readonly definitions: ReadonlyMap<number, string>;
  readonly resolutionHz?: number;
  readonly events: Draft[];
}

/**
 * Notes at time 0 before all else can describe the file itself, as the WFDB library writes them: its time resolution, and lines
 * `code symbol description` of its own codes, in newer files between two marks. They are no events, nor is what has code 0.
 */
function definedBy(all: Draft[]): Defined {
  const definitions = new Map<number, string>();
  let resolutionHz: number | undefined;
  let leading = true;
  const events = all.filter(({ sample, code, text }) => {
    if (code === 0) return false;
    leading &&= sample === 0 && code === annotationCode.note;
    if (!leading) return true;
    const resolution = /^## time resolution: (\S+)/.exec(text)?.[1];
    const definition = /^([1-4]?\d) (\S+) \S/.exec(text);
    if (resolution !== undefined) resolutionHz = positive(resolution);
    else if (definition !== null) definitions.set(Number(definition[1]), definition[2]);
    else return !/^## (?:annotation type definitions|end of definitions)/.test(text);
    return false;
  });
  return { definitions, ...(resolutionHz !== undefined && { resolutionHz }), events };
}

function positive(text: string): number {
  const value = parseDecimal(text, '.');
  if (value !== undefined && value > 0) return value;
  throw refused('a time resolution that cannot be used', 'a number above 0');
}

const ahaCodes = new Set([...'NVFEPQOUR[]'].map((code) => code.charCodeAt(0)));

/** Blocks of sixteen bytes, each with an unused byte and an ASCII code: no sequence of MIT annotations looks like that throughout. */
function isAha(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length % 16 !== 0) return false;
  for (let offset = 0; offset < bytes.length; offset += 16) {
    if (bytes[offset] !== 0 || !ahaCodes.has(bytes[offset + 1])) return false;
  }
  return true;
}

function refused(found: string, accepted: string): RejectedDrop {
  return new RejectedDrop('wfdb-annotations', `annotations: found ${found}, accepted ${accepted}`);
}
