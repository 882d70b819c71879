// ECGs of simulated hospitals among the drops: zips of several, and headers and signal files one by one.
import type { SimulatedDrop } from '#lib/simulate/drop.ts';
import { type Habit, habits } from '#lib/simulate/habits.ts';
import { ecgDrops } from '#lib/simulate/hospital-ecgs.ts';
import type { Random } from '#lib/simulate/random.ts';
import { expected } from '#lib/simulate/truth.ts';
import type { ChaosDrop } from './hospitals.ts';

/** ECGs that a hospital drops: what is wrong with some of them comes by their number. */
const ECGS: Readonly<Record<string, number>> = { northgate: 3, riverside: 4, hillcrest: 5, lakeview: 5 };

/**
 * Each hospital's ECGs in their order, as often as there are rounds: zips with a table, some among them damaged, one zip twice;
 * at Lakeview signal file, header, and a table of rhythms. A later round at the same paths is of the same people: a correction.
 */
export function ecgChaos(stream: Random, rounds: number): readonly ChaosDrop[] {
  return habits.flatMap((habit) => {
    // Parts of a set that come anew while the old ones wait may be joined with either: files one by one come once.
    const times = habit.id === 'lakeview' ? Math.min(1, rounds) : rounds;
    return Array.from({ length: times }, (_, round) => round).flatMap((round) => {
      const drops = [...ecgDrops(habit, ECGS[habit.id], stream.fork(`${habit.id}/ecgs/${round}`))];
      return drops.flatMap((drop) => objectsOf(drop, habit, round));
    });
  });
}

function objectsOf({ objects, truth }: SimulatedDrop, { id }: Habit, round: number): readonly ChaosDrop[] {
  return objects.map(({ site, path, body }) => {
    if (path !== truth.path) return { site, path, body, unit: '', isPart: true, ...expected({}) };
    // The zip that comes twice: whichever is read first counts.
    const scored = truth.sameAs === undefined ? truth.scored : truth.repeated;
    const unit = scored === 0 ? '' : JSON.stringify([id, 'ecg', round, truth.sameAs ?? path]);
    return { site, path, body, unit, ...expected({ scored, filed: truth.filed, reasons: truth.reasons }) };
  });
}
