import { describe, expect, it } from 'vitest';
import { ageBand, ageBands, sexGroup } from '#lib/fairness/groups.ts';

describe('groups', () => {
  it('put an age into its band, the lower bound included, and a missing age into its own group', () => {
    const ages = [0, 39.9, 40, 49, 50, 69, 70, 101, null];
    const bands = ['<40', '<40', '40-49', '40-49', '50-59', '60-69', '70+', '70+', 'unknown'];
    expect(ages.map((age) => ageBand(age))).toEqual(bands);
    expect(ageBand(18, [18, 65])).toBe('18-64');
    expect(ageBands([18, 65])).toEqual(['<18', '18-64', '65+', 'unknown']);
  });

  it('refuse an impossible age and bounds that do not ascend', () => {
    expect(() => ageBand(-1)).toThrow('age: found -1 years, allowed: 0 or more, or null where it is missing');
    expect(() => ageBand(Number.NaN)).toThrow('age: found NaN years');
    expect(() => ageBand(50, [60, 40])).toThrow('age bounds: found 60, 40, allowed: ascending whole years above 0');
    expect(() => ageBand(50, [])).toThrow('age bounds: found none');
  });

  it('keep an unrecorded sex as a group', () => {
    expect((['F', 'M', null] as const).map(sexGroup)).toEqual(['female', 'male', 'unknown']);
  });
});
