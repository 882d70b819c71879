import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { readAnnotations } from '#lib/formats/wfdb/annotations.ts';
import { rhythmEpisodes } from '#lib/formats/wfdb/rhythm.ts';
import { expected, fixture } from './fixtures.ts';

const record = { frameRateHz: 250 };
/** Byte pairs of annot(5): code in the high six bits, interval or value in the low ten. */
const pairs = (...list: [code: number, value: number][]) =>
  Uint8Array.from(list.flatMap(([code, value]) => [value & 0xff, (code << 2) | (value >> 8)]));

test('times, symbols, subtypes, channels, numbers and texts are those of wfdb-python', () => {
  const events = readAnnotations(fixture('beats.atr'), record).map(({ code, ...event }) => event);
  expect(events).toEqual(expected.beats);
});

test('a time resolution of the file is turned into that of the record, and is no event', () => {
  const events = readAnnotations(fixture('resolution.qrs'), { frameRateHz: 500 });
  expect(events.map(({ sample, symbol }) => [sample, symbol])).toEqual([
    [200, 'N'],
    [400, 'N'],
    [700, 'N'],
  ]);
});

test('number and channel hold until they change, a subtype does not, and bytes are signed as in the library', () => {
  const bytes = pairs([1, 10], [60, 0xfd], [61, 0xff], [62, 0xff], [5, 20], [0, 0]);
  expect(readAnnotations(bytes, record)).toEqual([
    { sample: 10, code: 1, symbol: 'N', subtype: -1, channel: 255, number: -3, text: '' },
    { sample: 30, code: 5, symbol: 'V', subtype: 0, channel: 255, number: -3, text: '' },
  ]);
});

test('a long interval may go back in time', () => {
  const bytes = Uint8Array.of(...pairs([1, 1000], [59, 0]), 0xff, 0xff, 0x9c, 0xff, ...pairs([8, 0], [0, 0]));
  expect(readAnnotations(bytes, record).map(({ sample }) => sample)).toEqual([1000, 900]);
});

test('codes that the file defines have the symbols that it gives', () => {
  const note = (text: string) => [
    ...pairs([22, 0], [63, text.length]),
    ...Buffer.from(text.padEnd(text.length + (text.length % 2), '\0')),
  ];
  const bytes = Uint8Array.of(
    ...note('## annotation type definitions'),
    ...note('42 AF_ON start of fibrillation'),
    ...note('## end of definitions'),
    ...note('an ordinary note'),
    ...pairs([42, 7], [43, 1], [0, 0]),
  );
  expect(readAnnotations(bytes, record).map(({ symbol, text }) => [symbol, text])).toEqual([
    ['"', 'an ordinary note'],
    ['AF_ON', ''],
    ['[43]', ''],
  ]);
  const old = Uint8Array.of(...note('42 CAL Calibration'), ...pairs([42, 7], [22, 1], [0, 0]));
  expect(readAnnotations(old, record).map(({ symbol }) => symbol)).toEqual(['CAL', '"']);
});

describe('refusals', () => {
  const cases: [string, Uint8Array, string][] = [
    ['no end mark', pairs([1, 10]), 'found the end of the file at byte 2 without end mark, accepted whole files'],
    ['half a pair', Uint8Array.of(1), 'found the end of the file at byte 1 without end mark, accepted whole files'],
    [
      'a text beyond the end',
      pairs([1, 10], [63, 9], [1, 1]),
      'found the end of the file at byte 6 within a text, accepted whole files',
    ],
    [
      'a field first',
      pairs([60, 1], [0, 0]),
      'found a field before the first annotation, accepted fields after their annotation',
    ],
    ['an unknown code', pairs([50, 1], [0, 0]), 'found annotation code 50 at byte 0, accepted codes up to 49'],
    [
      'a time before the start',
      Uint8Array.of(...pairs([59, 0]), 0xff, 0xff, 0x00, 0xff, ...pairs([1, 0], [0, 0])),
      'found an annotation before the start of the record, accepted times from 0',
    ],
    [
      'AHA format',
      Uint8Array.of(0, 0x4e, 0, 0, 100, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      'found annotations in AHA format, accepted MIT format',
    ],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => readAnnotations(bytes, record)).toThrow(
      new RejectedDrop('wfdb-annotations', `annotations: ${message}`),
    );
  });

  test('a time after the end of the record', () => {
    expect(() => readAnnotations(pairs([1, 500], [0, 0]), { frameRateHz: 250, frames: 499 })).toThrow(
      'annotations: found an annotation after the end of the record, accepted times up to 499 samples',
    );
  });
});

test('episodes run from one change of rhythm to the next, and the last one to the end of the record', () => {
  const events = readAnnotations(fixture('beats.atr'), record);
  expect(rhythmEpisodes(events, 80100)).toEqual([
    { rhythm: 'N', start: 18, end: 1500 },
    { rhythm: 'AFIB', start: 1500, end: 80000 },
    { rhythm: 'N', start: 80000, end: 80100 },
  ]);
});

test('a rhythm that is stated twice is one episode; marks without a rhythm and empty stretches are none', () => {
  const at = (sample: number, text: string, code = 28) => ({
    sample,
    code,
    symbol: '+',
    subtype: 0,
    channel: 0,
    number: 0,
    text,
  });
  const events = [at(0, '(N'), at(100, '(N'), at(150, 'MISSB'), at(200, '(VT'), at(200, '(AFL'), at(250, '(N', 22)];
  expect(rhythmEpisodes(events, 300)).toEqual([
    { rhythm: 'N', start: 0, end: 200 },
    { rhythm: 'AFL', start: 200, end: 300 },
  ]);
});
