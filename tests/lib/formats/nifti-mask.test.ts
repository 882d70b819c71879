// Files: tests/fixtures/nifti/make.py.
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask, UnusableMask } from '#lib/formats/nifti-mask.ts';
import { compareStructure } from '#lib/validation/segmentation/compare-structure.ts';
import expected from '../../fixtures/nifti/expected.json' with { type: 'json' };

const file = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/nifti/${name}`, import.meta.url));
const plain = (): Uint8Array => Uint8Array.from(file('6-answer.nii'));

/** The header with one number of it replaced. */
function changed(put: (view: DataView) => void): Uint8Array {
  const bytes = plain();
  put(new DataView(bytes.buffer));
  return bytes;
}

describe('a NIfTI mask', () => {
  it.each(expected.studies.map((study, i) => ({ i, ...study })))(
    'written as $kind is compared as scipy does ($i)',
    ({ answer, reference, kind, structures }) => {
      const [first, second] = [answer, reference].map((name) => readMask(file(name)));
      expect(first.size).toEqual([16, 15, 5]);
      if (kind === 'unknown') expect(first.spacing).toBeUndefined();
      else expect(first.spacing?.map((step) => Math.round(step * 1e4) / 1e4)).toEqual([1.5, 1.25, 3]);
      for (const [label, of] of Object.entries(structures)) {
        const found = compareStructure(first, second, Number(label), { spacing: [1.5, 1.25, 3], toleranceMm: 1.5 });
        if (of === null) {
          expect(found).toMatchObject({ presence: 'absent', dice: null, surfaceDice: null });
          continue;
        }
        expect(found.dice).toBeCloseTo(of.dice, 12);
        expect(found.jaccard).toBeCloseTo(of.jaccard, 12);
        expect(found.surfaceDice).toBeCloseTo(of.surfaceDice, 12);
        if (of.hausdorff95 === null) expect(found).toMatchObject({ presence: 'missed', hausdorff95: null });
        else expect(found.hausdorff95).toBeCloseTo(of.hausdorff95, 9);
      }
    },
  );

  it('is refused with what was found', () => {
    const refused = (bytes: Uint8Array) => expect(() => readMask(bytes));
    refused(new Uint8Array(10)).toThrow('found no NIfTI file');
    refused(gzipSync(new Uint8Array(400))).toThrow('found no NIfTI file');
    refused(Uint8Array.of(0x1f, 0x8b, 1, 2)).toThrow('found gzip that cannot be unpacked');
    refused(plain().subarray(0, 1000)).toThrow('found 1000 bytes, allowed 1552 or more');
    refused(changed((view) => view.setInt16(70, 128, true))).toThrow('found data type 128');
    refused(changed((view) => view.setInt16(70, 16, true))).toThrow(/found 1552 bytes, allowed 5152/);
    refused(changed((view) => (view.setInt16(40, 4, true) as undefined) ?? view.setInt16(48, 7, true))).toThrow(
      'found 4 dimensions',
    );
    refused(changed((view) => (view.setInt16(70, 256, true) as undefined) ?? view.setInt8(400, -1))).toThrow(
      'found no label',
    );
    refused(changed((view) => view.setFloat32(112, 0.5, true))).toThrow('found no label');
  });

  it('of random or truncated bytes is read or refused, never anything else', () => {
    const whole = gunzipSync(file('0-answer.nii.gz'));
    const damaged = fc
      .tuple(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(380), fc.nat(255)), { maxLength: 6 }))
      .map(([length, changes]) => {
        const bytes = Uint8Array.from(whole.subarray(0, length % 2 === 0 ? whole.length : length));
        for (const [place, value] of changes) if (place < bytes.length) bytes[place] = value;
        return bytes;
      });
    fc.assert(
      fc.property(damaged, (bytes) => {
        try {
          expect(readMask(bytes).labels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableMask);
        }
      }),
      { numRuns: 300 },
    );
  });
});
