import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { readZip, zipLimits } from '#lib/formats/archive-zip.ts';
import { readMatlab } from '#lib/formats/matlab.ts';
import { readAnnotations } from '#lib/formats/wfdb/annotations.ts';
import { recordFiles } from '#lib/formats/wfdb/header.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import type { EcgRecord } from '#lib/signal/ecg.ts';
import { fixture, recordOf, smallRecord } from './fixtures.ts';

/** What was read, or the refusal; anything else is a bug and fails the test. */
function outcome<Result>(read: () => Result): Result | RejectedDrop {
  try {
    return read();
  } catch (error) {
    if (error instanceof RejectedDrop) return error;
    throw error;
  }
}

function holdsTogether(record: EcgRecord | RejectedDrop): void {
  if (record instanceof RejectedDrop) return;
  expect(record.leads.length).toBeGreaterThan(0);
  expect(record.samples).toBe(Math.max(...record.leads.map(({ samplesMv }) => samplesMv.length)));
  for (const { samplingRateHz, samplesMv } of record.leads) {
    expect(samplingRateHz).toBeGreaterThan(0);
    expect(samplesMv.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(false);
  }
}

/** Some bytes changed, then the end cut off: damage as of disks and networks. */
function damaged(name: string) {
  const whole = fixture(name);
  const change = fc.tuple(
    fc.nat(whole.length - 1),
    fc.oneof(fc.nat(255), fc.constantFrom(0, 0x20, 0x0a, 0x2f, 0x39, 0xff)),
  );
  return fc
    .tuple(fc.array(change, { maxLength: 6 }), fc.oneof(fc.constant(whole.length), fc.nat(whole.length)))
    .map(([changes, length]) => {
      const bytes = Uint8Array.from(whole);
      for (const [offset, byte] of changes) bytes[offset] = byte;
      return bytes.subarray(0, length);
    });
}

test.each(['format212', 'format310', 'format8', 'several', 'matlab4', 'matlab5z'])(
  '%s: a damaged header is read or refused',
  (name) => {
    const files = recordOf(name);
    fc.assert(
      fc.property(damaged(`${name}.hea`), (header) => {
        holdsTogether(outcome(() => readWfdb(new Map([...files, [`${name}.hea`, header]]), name)));
        outcome(() => recordFiles(Buffer.from(header).toString('latin1')));
      }),
      { seed: 11, numRuns: 400 },
    );
  },
);

const field = fc.oneof(
  fc.constantFrom(
    'small.dat',
    '16',
    '212',
    '311',
    '8',
    '80',
    '16x3',
    '16:2',
    '16+1',
    '16x2:1+3',
    '200/mV',
    '0',
    '-1',
    '1e400',
    '1e-300',
  ),
  fc.constantFrom(
    '1e-300(9)/V',
    '99999999999',
    '-32768',
    'I',
    'ECG',
    '100(1)/uV',
    '#',
    '~',
    '/',
    '65536',
    '2147483648',
    '\u00b5V',
  ),
  fc.string({ maxLength: 6 }),
);

test('headers of any fields over any samples are read or refused', () => {
  const line = fc.array(field, { minLength: 1, maxLength: 10 }).map((fields) => fields.join(' '));
  const signal = fc.array(field, { maxLength: 9 }).map((fields) => ['small.dat', ...fields].join(' '));
  const record = fc.tuple(fc.nat(3), fc.constantFrom('250', '360/1', '0.001', '1e6'), fc.oneof(fc.nat(9), fc.nat()));
  const header = fc.oneof(
    fc.array(line, { maxLength: 4 }),
    fc
      .tuple(record, fc.array(signal, { minLength: 1, maxLength: 3 }))
      .map(([head, signals]) => [`small ${head.join(' ')}`, ...signals]),
  );
  fc.assert(
    fc.property(header, fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 20 }), (lines, samples) => {
      holdsTogether(outcome(() => readWfdb(smallRecord(lines, samples), 'small')));
    }),
    { seed: 12, numRuns: 2000 },
  );
});

test.each(['format16', 'format212', 'format311', 'format8', 'format24'])(
  '%s: a damaged signal file is read or refused',
  (name) => {
    const files = recordOf(name);
    fc.assert(
      fc.property(damaged(`${name}.dat`), (data) => {
        holdsTogether(outcome(() => readWfdb(new Map([...files, [`${name}.dat`, data]]), name)));
      }),
      { seed: 13, numRuns: 200 },
    );
  },
);

test('a changed sample never passes: the checksum refuses it', () => {
  const files = recordOf('format16');
  const whole = fixture('format16.dat');
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (offset, change) => {
      const data = Uint8Array.from(whole);
      data[offset] ^= change;
      const result = outcome(() => readWfdb(new Map([...files, ['format16.dat', data]]), 'format16'));
      expect(result).toMatchObject({ code: 'checksum' });
    }),
    { seed: 14, numRuns: 300 },
  );
});

test.each(['arrays4.mat', 'arrays5.mat', 'arrays5z.mat', 'matlab4.mat', 'matlab5z.mat'])(
  '%s: a damaged MATLAB file is read or refused',
  (name) => {
    fc.assert(
      fc.property(damaged(name), (bytes) => {
        outcome(() => readMatlab(bytes));
      }),
      { seed: 15, numRuns: 1000 },
    );
  },
);

test.each(['stored.zip', 'deflated.zip', 'streamed.zip'])(
  '%s: a damaged zip gives the files that were put in, or is refused',
  (name) => {
    const wanted = new Map([...readZip(fixture(name))].map(([path, bytes]) => [path, Buffer.from(bytes)]));
    fc.assert(
      fc.property(damaged(name), (bytes) => {
        const files = outcome(() => readZip(bytes, { ...zipLimits, totalBytes: 1_000_000 }));
        if (files instanceof RejectedDrop) return;
        for (const [path, content] of files) {
          const original = wanted.get(path);
          if (original !== undefined) expect(original.equals(content)).toBe(true);
        }
      }),
      { seed: 16, numRuns: 1000 },
    );
  },
);

test('random bytes as annotations, MATLAB files, zips and headers are read or refused', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    damaged('beats.atr'),
    fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([fixture('arrays5.mat').subarray(0, 128), tail])),
    fc.uint8Array({ maxLength: 100 }).map((tail) => Buffer.concat([Buffer.from('PK\x03\x04'), tail])),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      const events = outcome(() => readAnnotations(input, { frameRateHz: 360, frames: 650000 }));
      if (!(events instanceof RejectedDrop)) for (const { sample } of events) expect(sample).toBeGreaterThanOrEqual(0);
      outcome(() => readMatlab(input));
      outcome(() => readZip(input));
      holdsTogether(outcome(() => readWfdb(new Map([['small.hea', input]]), 'small')));
    }),
    { seed: 17, numRuns: 2000 },
  );
});
