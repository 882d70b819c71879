import type { SiteDrop } from '#lib/cohort/datasets/dataset.ts';
import type { Site } from '#lib/sites/site.ts';
import type { SimulatedDrop } from './drop.ts';
import { type Habit, habits } from './habits.ts';
import { ecgDrops } from './hospital-ecgs.ts';
import { fewestPeople, quarterOf, tableDrops } from './hospital-measurements.ts';
import { type DropKind, hospitalSite } from './hospital-site.ts';
import { random } from './random.ts';
import type { PlantedEcg } from './recording.ts';
import { type DropTruth, type SiteTruth, sumOf } from './truth.ts';

export interface SimulationOptions {
  readonly seed: string | number;
  /** @default 4 */
  readonly sites?: number;
  /** @default 250 */
  readonly peoplePerSite?: number;
  /** Recordings of the same people. @default 0 */
  readonly ecgsPerSite?: number;
}

export interface Simulation {
  readonly sites: readonly Site[];
  /** In the order in which the hospitals drop them; the same path twice is a new version of the object. */
  readonly drops: readonly SiteDrop[];
  /** Known from how the drops were made, not from reading them. */
  readonly truth: {
    readonly drops: readonly DropTruth[];
    readonly sites: Readonly<Record<string, SiteTruth>>;
    /** What was planted in the recordings, by site, those that must be refused too. */
    readonly ecgs: Readonly<Record<string, readonly PlantedEcg[]>>;
  };
}

/**
 * Invented hospitals that drop three months of exercise tests and their angiographies, and ECGs of the same people, each in
 * its own way, with a few of the strange things that hospitals do. The same options give the same bytes.
 */
export function simulateHospitals({
  seed,
  sites = 4,
  peoplePerSite = 250,
  ecgsPerSite = 0,
}: SimulationOptions): Simulation {
  checkCount('simulated sites', sites, 1);
  checkCount('people per site', peoplePerSite, fewestPeople);
  checkCount('ECGs per site', ecgsPerSite, 0);
  const kinds: DropKind[] = ecgsPerSite > 0 ? ['measurements', 'ecg'] : ['measurements'];
  const hospitals = Array.from({ length: sites }, (_, index) => {
    const habit = habitOf(index);
    const stream = random(seed).fork(habit.id);
    const quarter = quarterOf(habit, { number: 1, first: 1, people: peoplePerSite }, stream);
    return { habit, quarter, ecgs: [...ecgDrops(habit, ecgsPerSite, stream)] };
  });
  const drops = [...inTurns(hospitals.flatMap(({ quarter, ecgs }) => [quarter.drops, ecgs]))];
  return {
    sites: hospitals.map(({ habit }) => hospitalSite(habit, kinds)),
    drops: drops.flatMap(({ objects }) => objects),
    truth: {
      drops: drops.map(({ truth }) => truth),
      sites: Object.fromEntries(hospitals.map(({ habit, quarter, ecgs }) => [habit.id, withEcgs(quarter.truth, ecgs)])),
      ecgs: Object.fromEntries(hospitals.map(({ habit, ecgs }) => [habit.id, ecgs.flatMap(({ planted }) => planted)])),
    },
  };
}

export interface StreamOptions {
  readonly seed: string | number;
  readonly sites: number;
  /** Over all sites and kinds; where both are dropped, half of each. */
  readonly studies: number;
  readonly kinds: readonly DropKind[];
  /** Put before the ids of the sites, so that they can be told from real ones. @default '' */
  readonly prefix?: string;
}

/** Rows of tables that all hospitals together hold in memory, about. */
const peopleInMemory = 20_000;
const mostPeoplePerQuarter = 1500;

/** The sites of a simulation of any size. */
export function simulatedSites({ sites, kinds, prefix }: Pick<StreamOptions, 'sites' | 'kinds' | 'prefix'>): Site[] {
  return Array.from({ length: sites }, (_, index) => hospitalSite(habitOf(index, prefix), kinds));
}

/** The same hospitals with any number of studies, made as they are asked for; the sites take turns. */
export function simulateDrops(options: StreamOptions): Generator<SimulatedDrop> {
  const { seed, sites, kinds, prefix } = options;
  checkCount('simulated sites', sites, 1);
  if (kinds.includes('measurements')) {
    checkCount('people per site', studiesOf(options, 'measurements', sites - 1), fewestPeople);
  }
  const peoplePerQuarter = Math.min(mostPeoplePerQuarter, Math.ceil(peopleInMemory / sites));
  const hospitals = Array.from({ length: sites }, (_, index) => {
    const habit = habitOf(index, prefix);
    const stream = random(seed).fork(habit.id);
    const people = studiesOf(options, 'measurements', index);
    const ecgs = ecgDrops(habit, studiesOf(options, 'ecg', index), stream);
    return people > 0 ? [tableDrops(habit, people, stream, peoplePerQuarter), ecgs] : [ecgs];
  });
  return inTurns(hospitals.flat());
}

/** Studies of this kind at the site with this index. */
function studiesOf({ studies, kinds, sites }: StreamOptions, kind: DropKind, index: number): number {
  const ofKind = kinds.includes(kind) ? share(studies, kinds.length, kinds.indexOf(kind)) : 0;
  return share(ofKind, sites, index);
}

/** Whole parts of a whole, the first ones larger by one where it does not come out even. */
function share(whole: number, parts: number, index: number): number {
  return Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
}

function checkCount(what: string, found: number, least: number): void {
  if (Number.isInteger(found) && found >= least) return;
  throw new RangeError(`${what}: found ${found}, accepted whole numbers from ${least}`);
}

/** The four habits; further sites repeat them under another id. */
function habitOf(index: number, prefix = ''): Habit {
  const habit = habits[index % habits.length];
  const round = Math.floor(index / habits.length) + 1;
  const id = round === 1 ? habit.id : `${habit.id}-${round}`;
  return { ...habit, id: `${prefix}${id}`, name: round === 1 ? habit.name : `${habit.name} ${round}` };
}

function withEcgs(tables: SiteTruth, ecgs: readonly SimulatedDrop[]): SiteTruth {
  const truths = ecgs.map(({ truth }) => truth);
  const objects = ecgs.reduce((sum, drop) => sum + drop.objects.length, 0);
  return { ...tables, ...sumOf([tables, ...truths]), drops: tables.drops + objects };
}

/** First of each, then second of each: hospitals do not wait for each other. */
function* inTurns<Item>(lists: readonly Iterable<Item>[]): Generator<Item> {
  let open = lists.map((list) => list[Symbol.iterator]());
  while (open.length > 0) {
    const unfinished: typeof open = [];
    for (const list of open) {
      const next = list.next();
      if (next.done === true) continue;
      yield next.value;
      unfinished.push(list);
    }
    open = unfinished;
  }
}
