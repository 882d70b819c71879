// What is wrong with ECGs that hospitals send: each ends in a clear refusal of that record or in a finding, never in a wrong number.
import { describe, expect, test } from 'vitest';
import { standardLeads } from '#lib/signal/leads.ts';
import { zipOf } from '../lib/formats/zip-of.ts';
import { dropAndSettle, northCloud } from '../steps/hospital.ts';
import { storedEcgs } from '../steps/stored-ecgs.ts';
import { type FileMap, heartbeats, recordFiles, together, zipped } from '../steps/wfdb-records.ts';

const good = recordFiles('a0', 7);

/** The record `r1` with another header: each line may be changed by its number, the first is 0. */
function withHeader(
  change: (line: string, number: number) => string | undefined,
  files = recordFiles('r1', 1),
): FileMap {
  const text = Buffer.from(files.get('r1.hea') ?? '').toString('utf8');
  const lines = text.trimEnd().split('\n').map(change);
  return new Map([...files, ['r1.hea', Buffer.from(`${lines.filter((line) => line !== undefined).join('\n')}\n`)]]);
}

/** Replaces the gain of every signal; a header without checksums, for the samples stay as they are. */
const withGain = (gain: string): FileMap => withHeader((line) => line.replace('1000(0)/mV', gain));

const lead = (name: string, samplesMv: ArrayLike<number>) => ({ name, samplesMv });

const leadsWith = (changes: Readonly<Record<string, ArrayLike<number>>>) =>
  standardLeads.map((name, n) => lead(name, changes[name] ?? heartbeats(1, n)));

/** A zip with a good record and the one in question. */
async function dropBeside(files: FileMap) {
  const cloud = await northCloud();
  const end = await dropAndSettle(cloud, 'drops/north/night.zip', zipped(together(good, files)));
  const stored = await storedEcgs(cloud, end.plan);
  const ecgs = stored.map(({ row, leads, findings }) => ({
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    findings,
    ecg: leads,
  }));
  return { ...end, ecgs };
}

describe('refused, and the record beside it goes on', () => {
  test.each<[string, FileMap, string, string]>([
    [
      'a header that ends within its signals',
      withHeader((line, n) => (n < 9 ? line : undefined)),
      'wfdb-header',
      'header line 1: found 12 signals and 8 signal lines, accepted as many lines as signals',
    ],
    [
      'a header without a record line',
      new Map([...recordFiles('r1', 1), ['r1.hea', Buffer.from('# Age: 60\n')]]),
      'wfdb-header',
      'found no record line, accepted a WFDB header',
    ],
    [
      'an empty header',
      new Map([...recordFiles('r1', 1), ['r1.hea', new Uint8Array()]]),
      'wfdb-header',
      'found an empty header, accepted a WFDB header',
    ],
    [
      'a header that promises more samples than there are',
      withHeader((line, n) => (n === 0 ? line.replace(' 500', ' 5000') : line)),
      'signal-file-short',
      'signal file of header line 2: found 500 samples of each signal, accepted the 5000 that the header gives',
    ],
    [
      'a truncated signal file',
      new Map([
        ...recordFiles('r1', 1),
        ['r1.dat', (recordFiles('r1', 1).get('r1.dat') as Uint8Array).subarray(0, 11_000)],
      ]),
      'signal-file-short',
      'signal file of header line 2: found 458 samples of each signal, accepted the 500 that the header gives',
    ],
    [
      'a rate that is not given',
      withHeader((line, n) => (n === 0 ? 'r1 12' : line)),
      'sampling-rate-missing',
      'found no sampling rate in the header, accepted one that is given',
    ],
    [
      'no signal file',
      new Map([...recordFiles('r1', 1)].slice(0, 1)),
      'signal-file-missing',
      'header line 2: found no file of the name that it gives, accepted all signal files of a record together',
    ],
    [
      'the signal file of another heart',
      new Map([...recordFiles('r1', 1), ['r1.dat', recordFiles('r1', 2).get('r1.dat') as Uint8Array]]),
      'checksum',
      'header line 2: found samples whose sum is ',
    ],
    [
      'a record without samples',
      new Map([
        ...withHeader((line, n) => (n === 0 ? line.replace(' 500', '') : line.replace(/ -?\d+ -?\d+ 0 /, ' 0 0 0 '))),
        ['r1.dat', new Uint8Array()],
      ]),
      'zero-length',
      'found a record without samples, accepted at least one sample',
    ],
    [
      'a format that is not read',
      withHeader((line) => line.replace('.dat 16 ', '.dat 516 ')),
      'wfdb-format',
      'header line 2: found signal format 516 (FLAC), accepted 8, 16, 24, 32, 61, 80, 160, 212, 310, 311',
    ],
    [
      'a unit that is no voltage',
      withHeader((line) => line.replace('/mV', '/mmHg')),
      'unit',
      'header line 2: found lead I in a unit that is no voltage, accepted mV, uV, \u00b5V, nV or V',
    ],
    [
      'amplitudes that no heart has',
      withGain('0.0001(0)/mV'),
      'amplitude-impossible',
      'found amplitudes above 2147 V: the gain or the unit in the header is wrong, accepted amplitudes of an ECG',
    ],
    [
      'a record of segments',
      withHeader((line, n) => (n === 0 ? line.replace('r1 ', 'r1/3 ') : line)),
      'wfdb-segments',
      'found a record of 3 segments, accepted records of one segment; send each by itself',
    ],
    [
      'a signal file in another folder',
      withHeader((line) => line.replace('r1.dat', '../a0.dat')),
      'wfdb-header',
      'header line 2: found a signal file in another place, accepted the name of a file beside the header',
    ],
    [
      'leads that all are flat or without a valid sample',
      recordFiles('r1', 1, {
        leads: [lead('I', new Float32Array(500).fill(0.3)), lead('II', new Float32Array(500).fill(Number.NaN))],
      }),
      'no-signal',
      'found no lead that ever changes, accepted at least one lead with a signal',
    ],
    [
      'signals of which none is an ECG',
      recordFiles('r1', 1, { leads: [lead('ABP', heartbeats(1, 1)), lead('RESP', heartbeats(1, 2))] }),
      'no-ecg',
      'found no ECG among the signals, accepted at least one lead',
    ],
  ])('%s', async (_, files, code, message) => {
    const { plan, receipt } = await dropBeside(files);
    expect(plan).toMatchObject({ state: 'planned', items: 2 });
    expect(plan.units).toHaveLength(1);
    const [rejected, ...others] = receipt.rejected;
    expect({ ...rejected, others }).toMatchObject({ row: 2, record: 'r1', reason: { code }, others: [] });
    if (message.endsWith(' ')) expect(rejected.reason.message).toContain(message);
    else expect(rejected.reason.message).toBe(message);
  });
});

describe('taken with a finding', () => {
  const ofLeads = (...leads: readonly string[]) => expect.objectContaining({ leads: leads.join(',') });

  test.each<[string, FileMap, string, string]>([
    [
      'a gain a thousand times too small',
      withGain('1(0)/mV'),
      'amplitude-implausible',
      'the gain in the file may be too small',
    ],
    [
      'a gain a thousand times too large',
      withGain('1000000(0)/mV'),
      'amplitude-implausible',
      'the gain in the file may be too large',
    ],
    ['no gain', withGain('0'), 'gain-default', 'amplitudes are uncalibrated'],
    [
      'a lead that is flat',
      recordFiles('r1', 1, { leads: leadsWith({ V2: new Float32Array(500) }) }),
      'flat-line',
      'lead V2: ',
    ],
    [
      'a lead without a valid sample',
      recordFiles('r1', 1, { leads: leadsWith({ V3: new Float32Array(500).fill(Number.NaN) }) }),
      'lead-missing',
      'lead V3: ',
    ],
    [
      'a lead that came off',
      recordFiles('r1', 1, { leads: leadsWith({ V4: heartbeats(1, 9).fill(0.2, 100, 350) }) }),
      'flat-stretch',
      'lead V4: found 2.5 s without any change, the first from 1.0 s on',
    ],
    [
      'a lead at the end of its range',
      recordFiles('r1', 1, { leads: leadsWith({ V5: heartbeats(1, 10).map((mV) => Math.min(mV, 0.05)) }) }),
      'saturated',
      'lead V5: found at least 0.1 s on end at its highest or lowest value',
    ],
    [
      'exchanged arms',
      recordFiles('r1', 1, { leads: leadsWith({ I: heartbeats(1, 0).map((mV) => -mV) }) }),
      'leads-swapped',
      'leads I and V6: found correlation -1.00',
    ],
    [
      'more samples than the header says',
      withHeader((line, n) => (n === 0 ? line.replace(' 500', ' 450') : line.replace(/ -?\d+ 0 (\S+)$/, ' 0 0 $1'))),
      'signal-file-long',
      '450 belong to the record',
    ],
    [
      'a header that says another record name',
      withHeader((line, n) => (n === 0 ? line.replace('r1', 'r9') : line)),
      'record-renamed',
      'another record name',
    ],
  ])('%s', async (_, files, code, message) => {
    const { plan, ecgs, receipt } = await dropBeside(files);
    expect(plan.rejected).toEqual([]);
    expect(ecgs[1].findings).toContainEqual(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
    const named = receipt.findings.find((finding) => finding.code === code);
    expect(named).toMatchObject({ row: 2, record: 'r1' });
    expect(ecgs[0].findings).toEqual([]);
  });

  test('leads of unknown names are kept under their place, and none of their words', async () => {
    const leads = [lead('Brustwand links', heartbeats(1, 1)), lead('II', heartbeats(1, 2))];
    const { ecgs } = await dropBeside(recordFiles('r1', 1, { leads }));
    expect(ecgs[1].payload).toEqual(ofLeads('unknown-1', 'II'));
    expect(ecgs[1].ecg.map(({ name }) => name)).toEqual(['unknown-1', 'II']);
    expect(ecgs[1].findings.map(({ code }) => code)).toContain('lead-unknown');
  });

  test('signals that are no ECG are left out and said', async () => {
    const leads = [lead('II', heartbeats(1, 2)), lead('ABP', heartbeats(1, 1))];
    const { ecgs } = await dropBeside(recordFiles('r1', 1, { leads }));
    expect(ecgs[1].payload).toEqual(ofLeads('II'));
    expect(ecgs[1].findings.map(({ code }) => code)).toContain('signal-left-out');
  });

  test('invalid samples stay invalid', async () => {
    const gap = heartbeats(1, 2).fill(Number.NaN, 40, 50);
    const { ecgs } = await dropBeside(recordFiles('r1', 1, { leads: [lead('II', gap), lead('V1', heartbeats(1, 3))] }));
    const [{ samplesMv }] = ecgs[1].ecg;
    expect([...samplesMv.entries()].filter(([, mV]) => Number.isNaN(mV)).map(([n]) => n)).toEqual(
      Array.from({ length: 10 }, (_, n) => 40 + n),
    );
    expect(ecgs[1].findings.map(({ code }) => code)).toContain('samples-missing');
  });

  test('an age that is none and a sex in other words are left out, one above 89 is 90', async () => {
    const strange = await dropBeside(recordFiles('r1', 1, { comments: ['Age: 300', 'Sex: robot'] }));
    expect(Object.keys(strange.ecgs[1].payload)).not.toContain('age');
    expect(strange.ecgs[1].findings.map(({ code }) => code)).toEqual(['age-unreadable', 'sex-unreadable']);
    const old = await dropBeside(recordFiles('r1', 1, { comments: ['Age: 101', 'Sex: M'] }));
    expect(old.ecgs[1].payload).toMatchObject({ age: 90, sex: 'M' });
  });
});

describe('a zip that is an attack or damaged', () => {
  const entries = [...good].map(([path, data]) => ({ path, data }));

  test.each<[string, Uint8Array, RegExp]>([
    ['more entries than accepted', zipOf(entries, 10_001), /^zip: found 10001 entries, accepted up to 10000$/],
    [
      'an entry that grows beyond what it says',
      zipOf([{ path: 'a.hea', data: Buffer.alloc(1 << 20), size: 10 }]),
      /found more bytes than the directory says/,
    ],
    [
      'an entry too large to unpack',
      zipOf([{ path: 'a.hea', size: 2 ** 29 }]),
      /found 536870912 bytes, accepted up to 268435456$/,
    ],
    [
      'entries that share their bytes',
      zipOf([...entries, { path: 'copy.hea', localOffset: 0 }]),
      /local header that says something else|belong to another entry/,
    ],
    ['a way out of its folder', zipOf([{ path: '../a.hea' }]), /found a path that leads elsewhere/],
    ['a wrong checksum', zipOf([{ path: 'a.hea', crc: 1 }]), /found a wrong checksum \(CRC-32\)/],
    ['its end cut off', zipOf(entries).subarray(0, -30), /found no end of a central directory/],
  ])('%s is refused whole', async (_, body, message) => {
    const cloud = await northCloud();
    const { plan } = await dropAndSettle(cloud, 'drops/north/night.zip', body);
    expect(plan).toMatchObject({ state: 'rejected', items: 1, units: [] });
    expect(plan.reason?.code).toMatch(/^zip/);
    expect(plan.reason?.message).toMatch(message);
  });
});

test('a header by itself that cannot be read is refused at once, whatever it is called', async () => {
  const cloud = await northCloud();
  const { plan } = await dropAndSettle(cloud, 'drops/north/x.hea', 'nothing of the kind');
  expect(plan.reason).toEqual({
    code: 'wfdb-header',
    message: 'header line 1: found no record line, accepted a record name and the number of signals',
  });
});

test('hundreds of records in one zip are units of some dozen ECGs, and one bad one is one', async () => {
  const cloud = await northCloud();
  const records = Array.from({ length: 300 }, (_, n) =>
    recordFiles(`r${String(n).padStart(3, '0')}`, n, { leads: [lead('II', heartbeats(n, 1, 1))] }),
  );
  const files = together(...records, new Map([['r150.dat', new Uint8Array(10)]]));
  const { plan, receipt } = await dropAndSettle(cloud, 'drops/north/all.zip', zipped(files));
  expect(plan).toMatchObject({ items: 300 });
  expect(plan.units.map(({ items }) => items)).toEqual([30, 30, 30, 30, 30, 29, 30, 30, 30, 30]);
  expect(receipt.rejected.map(({ row, record }) => [row, record])).toEqual([[151, 'r150']]);
  expect(receipt.outcomes).toMatchObject({ abstained: 299, rejected: 1 });
});
