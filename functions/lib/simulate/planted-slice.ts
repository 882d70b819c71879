import type { GroupColumn } from '#lib/fairness/columns.ts';
import type { SliceTarget } from '#lib/fairness/slices.ts';
import type { Random } from '#lib/simulate/random.ts';

export interface PlantedInput {
  readonly people: number;
  readonly studiesPerPerson: number;
  /** Share of missed cases outside the slice and in it. */
  readonly missed: number;
  readonly missedInSlice: number;
}

/** People in five columns of 2 to 5 groups; cases of women of the oldest band are missed more often where a slice is planted. */
export function plantedSlice(source: Random, { people, studiesPerPerson, missed, missedInSlice }: PlantedInput) {
  const rows = people * studiesPerPerson;
  const shape = [
    ['site', 4],
    ['sex', 2],
    ['age', 5],
    ['device', 3],
    ['insurance', 3],
  ] as const;
  const columns: GroupColumn[] = shape.map(([name, groups]) => ({
    name,
    values: Array.from({ length: groups }, (_, value) => `${name}-${value}`),
    codes: new Int32Array(rows),
  }));
  const target: SliceTarget = {
    name: 'missed cases',
    possible: new Uint8Array(rows).fill(1),
    made: new Uint8Array(rows),
  };
  const person = new Int32Array(rows);
  for (let who = 0; who < people; who++) {
    const groups = shape.map(([, count]) => source.integer(0, count - 1));
    const chance = groups[1] === 0 && groups[2] === 4 ? missedInSlice : missed;
    const own = source.bernoulli(chance);
    for (let study = 0; study < studiesPerPerson; study++) {
      const row = who * studiesPerPerson + study;
      person[row] = who;
      groups.forEach((group, place) => {
        columns[place].codes[row] = group;
      });
      // Half of a person's further studies repeat the first outcome.
      target.made[row] = Number(study === 0 || source.bernoulli(0.5) ? own : source.bernoulli(chance));
    }
  }
  return { columns, target, person };
}
