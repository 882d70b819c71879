import { describe, expect, it } from 'vitest';
import { parseSchedule } from '#infra/twin/lambda/schedule-expression.ts';

/**
 * The examples of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html, with the
 * times that their descriptions give. 2026-11-23 is a Monday.
 */
const examples: readonly [expression: string, after: string, expected: readonly string[]][] = [
  ['cron(0 10 * * ? *)', '2026-11-23T09:59:59.999Z', ['2026-11-23T10:00', '2026-11-24T10:00']],
  ['cron(0 10 * * ? *)', '2026-11-23T10:00:00Z', ['2026-11-24T10:00']],
  ['cron(15 12 * * ? *)', '2026-12-31T12:15:00Z', ['2027-01-01T12:15']],
  ['cron(0 18 ? * MON-FRI *)', '2026-11-27T18:00:00Z', ['2026-11-30T18:00', '2026-12-01T18:00']],
  ['cron(0 8 1 * ? *)', '2026-11-23T00:00:00Z', ['2026-12-01T08:00', '2027-01-01T08:00']],
  ['cron(0/15 * * * ? *)', '2026-11-23T23:44:00Z', ['2026-11-23T23:45', '2026-11-24T00:00', '2026-11-24T00:15']],
  ['cron(0/10 * ? * MON-FRI *)', '2026-11-27T23:50:00Z', ['2026-11-30T00:00', '2026-11-30T00:10']],
  ['cron(0/5 8-17 ? * MON-FRI *)', '2026-11-27T17:50:00Z', ['2026-11-27T17:55', '2026-11-30T08:00']],
  ['cron(0 9 ? * 2#1 *)', '2026-11-23T00:00:00Z', ['2026-12-07T09:00', '2027-01-04T09:00']],
  ['cron(15 10 ? * 6L 2019-2022)', '2022-10-29T00:00:00Z', ['2022-11-25T10:15', '2022-12-30T10:15', 'never']],
  ['cron(0 0 L * ? *)', '2028-01-31T00:00:00Z', ['2028-02-29T00:00', '2028-03-31T00:00']],
  ['cron(0 0 ? * L *)', '2026-11-23T00:00:00Z', ['2026-11-28T00:00', '2026-12-05T00:00']],
  // The weekday nearest to the 3rd: 2027-01-03 is a Sunday, 2027-04-03 a Saturday.
  ['cron(0 0 3W JAN,APR ? *)', '2027-01-01T00:00:00Z', ['2027-01-04T00:00', '2027-04-02T00:00']],
  // Never into another month: 2027-05-01 is a Saturday, 2027-01-31 a Sunday.
  ['cron(0 0 1W 5 ? *)', '2027-04-01T00:00:00Z', ['2027-05-03T00:00']],
  ['cron(0 0 31W * ? *)', '2027-01-01T00:00:00Z', ['2027-01-29T00:00', '2027-03-31T00:00']],
  ['cron(0 12 29 2 ? *)', '2026-11-23T00:00:00Z', ['2028-02-29T12:00', '2032-02-29T12:00']],
  ['cron(5,35 14 * * ? *)', '2026-11-23T14:06:00Z', ['2026-11-23T14:35', '2026-11-24T14:05']],
  ['cron(0 0 1 1 ? 2199)', '2026-11-23T00:00:00Z', ['2199-01-01T00:00', 'never']],
];

describe('cron', () => {
  for (const [expression, after, expected] of examples) {
    it(`gives the next times of ${expression} after ${after}`, () => {
      const next = parseSchedule(expression);
      let at: number | undefined = Date.parse(after);
      for (const time of expected) {
        at = next(at ?? Number.NaN);
        expect(at === undefined ? 'never' : new Date(at).toISOString().slice(0, 16)).toBe(time);
      }
    });
  }

  const refused: readonly [string, string][] = [
    ['cron(0 10 * * *)', 'cron(0 10 * * *): found 5 fields, expected 6'],
    ['cron(0 10 * * * *)', 'cron(0 10 * * * *): exactly one of day-of-month and day-of-week must be ?'],
    ['cron(0 10 ? * ? *)', 'cron(0 10 ? * ? *): exactly one of day-of-month and day-of-week must be ?'],
    ['cron(60 10 * * ? *)', 'cron minutes: found 60, allowed are 0 to 59'],
    ['cron(0 24 * * ? *)', 'cron hours: found 24, allowed are 0 to 23'],
    ['cron(0/30 20-2 ? * MON-FRI *)', 'cron hours: found 20-2, allowed are 0 to 23'],
    ['cron(0 0 0 * ? *)', 'cron day-of-month: found 0, allowed are 1 to 31'],
    ['cron(0 0 ? * 8 *)', 'cron day-of-week: found 8, allowed are 1 to 7 or SUN to SAT'],
    ['cron(0 0 ? * 2/2 *)', 'cron day-of-week: found 2/2, allowed are 1 to 7 or SUN to SAT'],
    ['cron(0 0 ? * 3#6 *)', 'cron day-of-week: found 3#6, allowed are 1 to 7 or SUN to SAT'],
    ['cron(0 0 * FOO ? *)', 'cron month: found FOO, allowed are 1 to 12 or JAN to DEC'],
    ['cron(*/0 0 * * ? *)', 'cron minutes: found */0, allowed are 0 to 59'],
    ['cron(0 0 * * ? 1969)', 'cron year: found 1969, allowed are 1970 to 2199'],
    ['every day', 'schedule every day: allowed are rate(value unit) and cron(fields)'],
  ];
  for (const [expression, message] of refused) {
    it(`refuses ${expression}`, () => expect(() => parseSchedule(expression)).toThrow(message));
  }

  it('agrees with a search minute by minute', () => {
    const next = parseSchedule('cron(7/20 3,22 ? * TUE,SAT *)');
    const startMs = Date.UTC(2027, 1, 26);
    const expected: number[] = [];
    for (let at = startMs + 60_000; expected.length < 20; at += 60_000) {
      const date = new Date(at);
      const minute = [7, 27, 47].includes(date.getUTCMinutes());
      if (minute && [3, 22].includes(date.getUTCHours()) && [2, 6].includes(date.getUTCDay())) expected.push(at);
    }
    const found: number[] = [];
    for (let at = startMs; found.length < 20; found.push(at)) at = next(at) ?? Number.NaN;
    expect(found).toEqual(expected);
  });
});

describe('rate', () => {
  it('adds its period', () => {
    expect(parseSchedule('rate(1 minute)')(1000)).toBe(61_000);
    expect(parseSchedule('rate(15 minutes)')(0)).toBe(900_000);
    expect(parseSchedule('rate(1 hour)')(0)).toBe(3_600_000);
    expect(parseSchedule('rate(7 days)')(0)).toBe(604_800_000);
  });

  for (const inside of ['1 minutes', '5 minute', '0 minutes', '1.5 hours', '2 weeks', 'minute']) {
    it(`refuses rate(${inside})`, () => {
      const words = 'allowed are a whole number above 0 and minute, hour, day for 1, minutes, hours, days for more';
      expect(() => parseSchedule(`rate(${inside})`)).toThrow(`rate(${inside}): ${words}`);
    });
  }
});
