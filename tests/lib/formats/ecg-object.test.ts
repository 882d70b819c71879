import { describe, expect, it } from 'vitest';
import { decodeEcg, encodeEcg, leadHash, splitEcgs } from '#lib/formats/ecg-object.ts';

const lead = (name: string, samplesMv: readonly number[], samplingRateHz = 500) => ({
  name,
  samplingRateHz,
  samplesMv: Float32Array.from(samplesMv),
});

describe('the ECG object of the archive', () => {
  it('gives back leads of different rates to the microvolt, and NaN where there was no sample', () => {
    const leads = [lead('I', [0.001, -1.234, Number.NaN]), lead('V1', [2.5], 250)];
    expect(decodeEcg(encodeEcg(leads))).toEqual(leads);
  });

  it('takes two bytes a sample up to 32.767 mV, and four for a lead beyond', () => {
    const [narrow, wide] = [
      [32.767, -32.767, Number.NaN],
      [32.768, -2, Number.NaN],
    ].map((samples) => [lead('I', samples)]);
    const bytesOf = (object: Uint8Array) => object.length - object.indexOf(10, object.indexOf(10) + 1) - 1;
    expect([narrow, wide].map((leads) => bytesOf(encodeEcg(leads)))).toEqual([6, 12]);
    for (const leads of [narrow, wide, [...narrow, ...wide]]) expect(decodeEcg(encodeEcg(leads))).toEqual(leads);
    expect(decodeEcg(encodeEcg([lead('I', [-32.768])]))).toEqual([lead('I', [-32.768])]);
  });

  it('rounds half a microvolt up, as the recipes do', () => {
    const [stored] = decodeEcg(encodeEcg([lead('I', [0.0625, -0.0625])])); // 62.5 and -62.5 microvolts, exact in binary
    expect([...(stored?.samplesMv ?? [])]).toEqual([Math.fround(0.063), Math.fround(-0.062)]);
  });

  it('refuses amplitudes that no int32 of microvolts holds', () => {
    expect(() => encodeEcg([lead('I', [3e6])])).toThrow(/found 3000000 mV at sample 0, allowed up to 2147 V/);
    expect(() => encodeEcg([lead('I', [Number.POSITIVE_INFINITY])])).toThrow(/allowed up to 2147 V/);
  });

  it('refuses a cut object', () => {
    const whole = encodeEcg([lead('I', [1, 2])]);
    expect(() => decodeEcg(whole.subarray(0, -1))).toThrow(/expected \d+ as its index says/);
    expect(() => decodeEcg(Buffer.from('ecg/1\n[]\n'))).toThrow(/expected ecg\/2/);
  });

  it('stands among others, each of which is found again, and no fewer or more than there should be', () => {
    const objects = [[lead('I', [1, 2])], [], [lead('II', [3], 250), lead('V1', [4])]].map(encodeEcg);
    const together = Buffer.concat(objects);
    expect(splitEcgs(together, 3)).toEqual(objects);
    expect(splitEcgs(objects[0], 1)).toEqual([objects[0]]);
    expect(() => splitEcgs(together, 2)).toThrow(`ecg objects: found 2 in ${together.length} bytes, expected 2`);
    expect(() => splitEcgs(together, 4)).toThrow(/^ecg objects: found 3 in \d+ bytes, expected 4/);
    expect(() => splitEcgs(together.subarray(0, -1), 3)).toThrow(/^ecg objects: /);
  });

  it('hashes a lead as the training recipe does', () => {
    // printf 'ecg/1 300 ECG 3\n\x01\x00\x00\x00\xfe\xff\xff\xff\x00\x00\x00\x80' | sha256sum
    expect(leadHash(lead('ECG', [0.001, -0.002, Number.NaN], 300))).toBe(
      'd4e325ec22ae1d1ed3e6cf6d0c7b119f8a2f9e1686e963e4448f956fbbb65f9f',
    );
  });
});
