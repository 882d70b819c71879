import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { recordFiles } from '#lib/formats/wfdb/header.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { codes, fixture, recordOf, smallRecord } from './fixtures.ts';

function refusal(files: ReadonlyMap<string, Uint8Array>, name = 'small'): string {
  try {
    readWfdb(files, name);
  } catch (error) {
    if (error instanceof RejectedDrop) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'read';
}

const line = 'small.dat 16 100/mV 12 0 1 6 0 II';

describe('what stands in the record line', () => {
  const cases: [string, string][] = [
    [
      'small/3 1 500 3',
      'wfdb-segments: found a record of 3 segments, accepted records of one segment; send each by itself',
    ],
    ['small', 'wfdb-header: header line 1: found no record line, accepted a record name and the number of signals'],
    ['small 0 500 3', 'wfdb-header: header line 1: found no signals, accepted at least one'],
    [
      'small 2 500 3',
      'wfdb-header: header line 1: found 2 signals and 1 signal lines, accepted as many lines as signals',
    ],
    ['small 99999 500 3', 'wfdb-header: header line 1: found 99999 signals, accepted up to 1000'],
    [
      'small 1 0 3',
      'wfdb-header: header line 1: found a sampling rate that cannot be used, accepted one above 0 and up to 1000000 Hz',
    ],
    [
      'small 1 -500 3',
      'wfdb-header: header line 1: found a sampling rate that cannot be used, accepted one above 0 and up to 1000000 Hz',
    ],
    [
      'small 1 nan 3',
      'wfdb-header: header line 1: found a sampling rate that cannot be used, accepted one above 0 and up to 1000000 Hz',
    ],
    [
      'small 1 500/x 3',
      'wfdb-header: header line 1: found a counter that is no number, accepted a counter frequency and a base counter value',
    ],
    [
      'small 1 500 3.5',
      'wfdb-header: header line 1: found a number of samples that cannot be, accepted a whole number',
    ],
    [
      'small 1 500 4',
      'signal-file-short: signal file of header line 2: found 3 samples of each signal, accepted the 4 that the header gives',
    ],
  ];
  test.each(cases)('%s', (record, message) => {
    expect(refusal(smallRecord([record, line], [1, 2, 3]))).toBe(message);
  });
});

describe('what stands in a signal line', () => {
  const wanted = 'file, format[xSAMPLES][:SKEW][+OFFSET], gain[(baseline)][/unit] and whole numbers as in header(5)';
  const formats = '8, 16, 24, 32, 61, 80, 160, 212, 310, 311';
  const cases: [string, string][] = [
    ['small.dat', `wfdb-header: header line 2: found no signal specification, accepted ${wanted}`],
    ['small.dat 17 100/mV', `wfdb-format: header line 2: found signal format 17, accepted ${formats}`],
    ['small.dat 516 100/mV', `wfdb-format: header line 2: found signal format 516 (FLAC), accepted ${formats}`],
    ['small.dat 16x0 100/mV', 'wfdb-header: header line 2: found 0 samples per frame, accepted 1 to 100000'],
    ['small.dat 16 much/mV', `wfdb-header: header line 2: found a gain that is no number, accepted ${wanted}`],
    ['small.dat 16 100(1/mV', `wfdb-header: header line 2: found a gain that is no number, accepted ${wanted}`],
    [
      'small.dat 16 1e-300/mV',
      'wfdb-header: header line 2: found a gain that no converter has, accepted 1e-9 to 1000000000000 steps per unit',
    ],
    [
      'small.dat 16 1(1e300)/mV',
      'wfdb-header: header line 2: found a baseline that no converter has, accepted up to 1000000000000',
    ],
    [
      'small.dat 16 100/mV 12 zero',
      `wfdb-header: header line 2: found text where a whole number belongs, accepted ${wanted}`,
    ],
    [
      '../small.dat 16 100/mV',
      'wfdb-header: header line 2: found a signal file in another place, accepted the name of a file beside the header',
    ],
    [
      '/etc/passwd 16 100/mV',
      'wfdb-header: header line 2: found a signal file in another place, accepted the name of a file beside the header',
    ],
    [
      '- 16 100/mV',
      'wfdb-header: header line 2: found a signal file in another place, accepted the name of a file beside the header',
    ],
    [
      'gone.dat 16 100/mV',
      'signal-file-missing: header line 2: found no file of the name that it gives, accepted all signal files of a record together',
    ],
    [
      'small.dat 16 100/mmHg 12 0 1 6 0 II',
      'unit: header line 2: found lead II in a unit that is no voltage, accepted mV, uV, µV, nV or V',
    ],
    ['small.dat 16 100/mmHg 12 0 1 6 0 ABP', 'no-ecg: found no ECG among the signals, accepted at least one lead'],
    [
      'small.dat 16 100/mV 12 0 1 7 0 II',
      'checksum: header line 2: found samples whose sum is 6, accepted 7 as it says',
    ],
    [
      'small.dat 16 100/mV 12 0 1 -65529 0 II',
      'checksum: header line 2: found samples whose sum is 6, accepted 7 as it says',
    ],
  ];
  test.each(cases)('%s', (signal, message) => {
    expect(refusal(smallRecord(['small 1 500 3', signal], [1, 2, 3]))).toBe(message);
  });

  test('signals of one file that disagree on its format, or stand apart', () => {
    const other = 'other.dat 16 100/mV 12 0 1 6 0 I';
    const apart = smallRecord(['small 3 500 1', line, other, line], [1, 2, 3]);
    expect(refusal(apart)).toBe(
      'wfdb-header: header line 4: found a signal apart from the others of its file, accepted signals of a file together',
    );
    expect(refusal(smallRecord(['small 2 500 1', line, line.replace('16', '212')], [1, 2, 3]))).toBe(
      'wfdb-header: header line 3: found another format or offset than before in the same file, accepted one for all its signals',
    );
  });
});

test('no header, an empty one, one of comments, one with zero bytes, one that is too long', () => {
  const named = (bytes: Uint8Array) => new Map([['small.hea', bytes]]);
  expect(refusal(new Map())).toBe('wfdb-header: found no header file, accepted a record with one');
  expect(refusal(named(new Uint8Array()))).toBe('wfdb-header: found an empty header, accepted a WFDB header');
  expect(refusal(named(Buffer.from('# only words\n')))).toBe(
    'wfdb-header: found no record line, accepted a WFDB header',
  );
  expect(refusal(named(Buffer.from('small\0 1')))).toBe(
    'wfdb-header: found a zero byte at 5, accepted a header of text',
  );
  expect(refusal(named(new Uint8Array(2 ** 21).fill(35)))).toBe(
    'wfdb-header: found a header of 2097152 bytes, accepted up to 1048576',
  );
});

test('a record without samples', () => {
  expect(refusal(smallRecord(['small 1 500', line]))).toBe(
    'zero-length: found a record without samples, accepted at least one sample',
  );
});

test('a record that claims more than the memory of a function stops at the file, before anything is allocated', () => {
  expect(refusal(smallRecord(['small 1 500 1000000000000', line], [1]))).toMatch(/^signal-file-short: /);
});

describe('MATLAB files that disagree with the header', () => {
  const changed = (from: string, to: string) => {
    const files = recordOf('matlab4');
    const header = Buffer.from(fixture('matlab4.hea')).toString().replaceAll(from, to);
    return refusal(files.set('matlab4.hea', Buffer.from(header)), 'matlab4');
  };
  const accepted = 'accepted a MATLAB matrix with a row per signal, whose type and place are those of the header';

  test('another offset, another type', () => {
    expect(changed('16+24', '16+20')).toBe(
      `wfdb-matlab: signal file of header line 2: found samples at byte 24 and offset 20, ${accepted}`,
    );
    expect(changed('16+24', '61+24')).toBe(
      `wfdb-matlab: signal file of header line 2: found a matrix of int16, ${accepted}`,
    );
  });

  test('another number of rows', () => {
    const files = recordOf('matlab4');
    const lines = Buffer.from(fixture('matlab4.hea')).toString().replace('matlab4 3', 'matlab4 2').split('\n');
    files.set('matlab4.hea', Buffer.from(lines.toSpliced(3, 1).join('\n')));
    expect(refusal(files, 'matlab4')).toBe(
      `wfdb-matlab: signal file of header line 2: found 3 rows for 2 samples per frame, ${accepted}`,
    );
  });

  test('a file that is cut off, or is no MATLAB file', () => {
    const whole = fixture('matlab4.mat');
    const cut = recordOf('matlab4').set('matlab4.mat', whole.subarray(0, 600));
    expect(refusal(cut, 'matlab4')).toBe(
      `wfdb-matlab: signal file of header line 2: found 600 bytes for 3 rows of 121, ${accepted}`,
    );
    const other = recordOf('matlab4').set('matlab4.mat', Buffer.from('Not a matrix, but long enough to be one'));
    expect(refusal(other, 'matlab4')).toBe(
      `wfdb-matlab: signal file of header line 2: found bytes that are no MATLAB file, ${accepted}`,
    );
  });
});

describe('findings where a record can still be read', () => {
  const read = (header: string[], samples: number[]) => codes(readWfdb(smallRecord(header, samples), 'small').findings);

  test('a checksum of 0 that was never computed, and a first sample that is another', () => {
    expect(read(['small 1 500 3', 'small.dat 16 100/mV 12 0 1 0 0 II'], [1, 2, 3])).toContain('checksum-absent');
    expect(read(['small 1 500 3', 'small.dat 16 100/mV 12 0 9 6 0 II'], [1, 2, 3])).toContain('initial-value-differs');
    const [first] = readWfdb(
      smallRecord(['small 1 500 3', 'small.dat 16 100/mV 12 0 9 0 0 II'], [1, 2, 3]),
      'small',
    ).findings.filter(({ code }) => code === 'initial-value-differs');
    expect(first.severity).toBe('warning');
  });

  test('unknown and repeated leads, a time of no calendar, another name in the header', () => {
    const unknown = readWfdb(
      smallRecord(['small 1 500 3', 'small.dat 16 100/mV 12 0 1 6 0 Kanarienvogel'], [1, 2, 3]),
      'small',
    );
    expect(unknown.leads[0].name).toBe('unknown-1');
    expect(JSON.stringify(unknown.findings)).not.toContain('Kanarienvogel');
    expect(read(['small 2 500 1', line.replace(' 6 ', ' 1 '), line.replace(' 1 6 ', ' 2 2 ')], [1, 2])).toContain(
      'lead-repeated',
    );
    expect(read(['small 1 500 3 25:00:00 31/02/2020', line], [1, 2, 3])).toContain('start-time-unreadable');
    expect(read(['other 1 500 3', line], [1, 2, 3])).toContain('record-renamed');
  });

  test('a lead whose name no ECG has, without a unit, is left out', () => {
    const header = ['small 2 500 1', line.replace(' 6 ', ' 1 '), 'small.dat 16 1 12 0 2 2 0 TV'];
    const record = readWfdb(smallRecord(header, [1, 2]), 'small');
    expect(record.leads.map(({ name }) => name)).toEqual(['II']);
    expect(codes(record.findings)).toContain('signal-left-out');
  });
});

test('no refusal quotes the header', () => {
  const canary = 'Kanarienvogel';
  const headers = [
    [`${canary}/2 1 500 3`, line],
    [canary, line],
    [`small 1 ${canary} 3`, line],
    ['small 1 500 3', `${canary}.dat 16 100/mV`],
    ['small 1 500 3', `small.dat ${canary} 100/mV`],
    ['small 1 500 3', `small.dat 16 100/${canary} 12 0 1 6 0 II`],
    ['small 1 500 3', `small.dat 16 100/mV 12 ${canary}`],
    ['small 1 500 3', `small.dat 16 100/${canary} 12 0 1 6 0 ${canary}`, `# ${canary}`],
  ];
  for (const header of headers) {
    const message = refusal(smallRecord(header, [1, 2, 3]));
    expect(message).not.toBe('read');
    expect(message).not.toContain(canary);
  }
});

test('the files that a header needs cannot be listed from a header that is refused', () => {
  expect(() => recordFiles('small/2 1')).toThrow(RejectedDrop);
});
