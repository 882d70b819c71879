// When something changed, as far as studies have dates.
import { type ChangePoint, changePoints } from '#lib/drift/change-points.ts';
import type { Person } from '#lib/drift/population.ts';
import type { Random } from '#lib/simulate/random.ts';

export interface Change {
  readonly of: 'mean score' | 'share with the outcome' | 'measurements missing per person';
  /** First day (or year) after the change. */
  readonly from: string;
  readonly before: number;
  readonly after: number;
  readonly pValue: number;
}

export interface SiteChanges {
  readonly site: string;
  /** What the time is: the day on which a study came, or the year of its label; null where all have the same. */
  readonly time: 'day of arrival' | 'year of the label' | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly changes: readonly Change[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Three series are searched: each gets a third of the chance of finding a change where there is none. */
const FALSE_ALARMS = 0.05 / 3;
/** Longer series are permuted less often: every permutation is a pass over all people. */
const MANY = 20_000;

/** Changes of scores, outcome and missing measurements at one site: by day of arrival, by year of the label where all came at once. */
export function changesOf(site: string, people: readonly Person[], random: Random): SiteChanges {
  const day = (one: Person) => Math.floor(Date.parse(one.arrivedAt) / DAY_MS);
  const days = new Set(people.map(day));
  if (days.size > 1) return searched(site, people, 'day of arrival', day, dayText, random);
  const dated = people.filter(({ labelYear }) => labelYear !== undefined);
  const year = ({ labelYear }: Person) => labelYear ?? 0;
  if (new Set(dated.map(year)).size > 1) return searched(site, dated, 'year of the label', year, String, random);
  return { site, time: null, from: null, to: null, changes: [] };
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

function searched(
  site: string,
  people: readonly Person[],
  time: NonNullable<SiteChanges['time']>,
  timeOf: (one: Person) => number,
  text: (time: number) => string,
  random: Random,
): SiteChanges {
  const ordered = people.toSorted((a, b) => timeOf(a) - timeOf(b));
  const names = [...new Set(people.flatMap(({ measurements }) => Object.keys(measurements)))];
  const series: readonly (readonly [Change['of'], (one: Person) => number | undefined])[] = [
    ['mean score', ({ score }) => score],
    ['share with the outcome', ({ label }) => label],
    [
      'measurements missing per person',
      ({ measurements }) => names.filter((name) => measurements[name] === undefined).length,
    ],
  ];
  const changes = series.flatMap(([of, amountOf]) => {
    const present = ordered.filter((one) => amountOf(one) !== undefined);
    const found: ChangePoint[] = changePoints(
      { values: Float64Array.from(present, (one) => amountOf(one) ?? 0), times: Float64Array.from(present, timeOf) },
      { random: random.fork(of), falseAlarms: FALSE_ALARMS, permutations: present.length > MANY ? 199 : 999 },
    );
    return found.map(({ time: at, before, after, pValue }) => ({ of, from: text(at), before, after, pValue }));
  });
  const [first, last] = [ordered[0], ordered[ordered.length - 1]].map((one) => text(timeOf(one)));
  return { site, time, from: first, to: last, changes };
}

/** Rounded, so that no fraction can be turned back into the counts behind it. */
export function shareChanges({ changes, ...site }: SiteChanges): SiteChanges {
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    ...site,
    changes: changes.map(({ of, from, before, after, pValue }) => {
      const digits = of === 'mean score' ? 2 : 1;
      return { of, from, before: rounded(before, digits), after: rounded(after, digits), pValue: rounded(pValue, 2) };
    }),
  };
}
