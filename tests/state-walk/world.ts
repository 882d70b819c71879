// The world of the model: a store of keys that are created once, messages, drops. A few letters where the real thing has files.
import type { Rule } from './rules.ts';

/** What a site drops: units of content, rows that are bad or repeat each other, labels; or something refused. */
export interface Drop {
  readonly refusedBy: 'route' | 'intake' | undefined;
  /** Contents by number; two drops with the same number hold the same rows. */
  readonly units: readonly number[];
  readonly rejected: number;
  readonly repeatedRows: number;
  readonly labels: number;
}

export interface PlanRecord {
  readonly drop: number;
  readonly state: 'planned' | 'rejected' | 'quarantined';
  readonly items: number;
  readonly units: readonly number[];
  /** Earlier attempts whose result of a unit stays, by unit. */
  readonly kept: Readonly<Record<number, number>>;
  readonly repeated: readonly { readonly unit: number; readonly owner: string }[];
  readonly rejected: number;
  readonly repeatedRows: number;
  readonly filed: number;
  /** Models by number; the lane of model m is m % 2. */
  readonly slots: readonly number[];
  /** History for the checks: when the attempt that wrote the plan began to read. */
  readonly begunAt: number;
}

export interface ClosedRecord {
  readonly drop: number;
  readonly outcome: 'published' | 'abstained' | 'quarantined';
  readonly items: number;
  /** Keys of the predictions that count. */
  readonly predictions: readonly string[];
  readonly by: 'publish' | 'quarantine' | 'sweep' | 'erasure';
}

export type Answer = 'scored' | 'withdrawn' | 'failed';

export type StepName =
  | 'route'
  | 'intake'
  | 'predict'
  | 'publish'
  | 'settle'
  | 'tabulate'
  | 'replay'
  | 'erase'
  | 'sweep';

export interface Message {
  readonly step: StepName;
  readonly drop: number;
  readonly attempt: number;
  readonly unit?: number;
  readonly lane?: number;
  readonly slots?: readonly number[];
  readonly half?: 0 | 1;
  /** Of a replay: results that stand are made again too. */
  readonly all?: boolean;
  /** A dead letter: consumed by quarantine. */
  readonly dead?: boolean;
}

export interface Envelope {
  readonly message: Message;
  receives: number;
}

export interface World {
  readonly off: Rule | undefined;
  readonly drops: readonly Drop[];
  readonly models: readonly number[];
  readonly store: Map<string, unknown>;
  readonly createdAt: Map<string, number>;
  readonly queue: Envelope[];
  /** Everything ever sent, for deliveries that come when all seems over. */
  readonly sent: Message[];
  readonly resends: Map<string, number>;
  readonly violations: string[];
  /** Counts effects. */
  tick: number;
  hours: number;
}

/** The attempt that processed or processes a unit of the plan. */
export const attemptAt = ({ kept }: PlanRecord, unit: number, attempt: number): number => kept[unit] ?? attempt;

/** Units that the attempt processes itself. */
export const ownUnits = ({ units, kept }: PlanRecord): readonly number[] =>
  units.filter((unit) => kept[unit] === undefined);

/** Rows in a unit: one, two or three. */
export const itemsOf = (unit: number): number => 1 + (unit % 3);
/** Two contents that follow each other are revisions of one study of one person. */
export const subjectOf = (unit: number): number => unit >> 1;

export const key = {
  received: (drop: number) => `received ${drop}`,
  attempt: (drop: number, attempt: number) => `attempt ${drop}.${attempt}`,
  open: (drop: number, attempt: number) => `open ${drop}.${attempt}`,
  plan: (drop: number, attempt: number) => `plan ${drop}.${attempt}`,
  owner: (unit: number, after: string) => `owner ${unit} after ${after}`,
  study: (unit: number) => `study ${unit}`,
  labels: (drop: number) => `labels ${drop}`,
  slot: (unit: number, attempt: number, model: number) => `predictions ${unit}.${attempt} ${model}`,
  half: (unit: number, attempt: number, model: number, half: number) =>
    `predictions ${unit}.${attempt} ${model}/${half}`,
  results: (unit: number, attempt: number) => `results ${unit}.${attempt}`,
  closed: (unit: number, attempt: number) => `closed ${unit}.${attempt}`,
  dropRow: (drop: number, attempt: number) => `row drop ${drop}.${attempt}`,
  unitRow: (unit: number, attempt: number) => `row unit ${unit}.${attempt}`,
  lostRow: (row: string) => `quarantine ${row}`,
  receipt: (drop: number, attempt: number) => `receipt ${drop}.${attempt}`,
  resend: (drop: number, attempt: number, hours: number) => `resend ${drop}.${attempt} ${hours}`,
  erased: (subject: number) => `erased ${subject}`,
  disabled: (model: number) => `disabled ${model}`,
} as const;

/** Keys that may be written again: hints, marks, and rows that are pure functions of what is stored. */
const REWRITABLE = /^(open|erased|disabled) /;

export function read<T>(world: World, name: string): T | undefined {
  return world.store.get(name) as T | undefined;
}

/** `If-None-Match: *`. */
export function create(world: World, name: string, value: unknown): boolean {
  if (world.store.has(name)) return false;
  world.store.set(name, value);
  world.createdAt.set(name, world.tick);
  return true;
}

/** Writes whatever is there; a record that changes is a violation. */
export function overwrite(world: World, name: string, value: unknown): void {
  const before = world.store.get(name);
  if (before !== undefined && !REWRITABLE.test(name) && JSON.stringify(before) !== JSON.stringify(value))
    world.violations.push(`${name} was rewritten`);
  world.store.set(name, value);
  if (before === undefined) world.createdAt.set(name, world.tick);
}

/** Creates the record or takes the one that is stored. */
export function once<T>(world: World, name: string, value: T): T {
  return create(world, name, value) ? value : (read<T>(world, name) as T);
}

export function send(world: World, message: Message): void {
  world.queue.push({ message, receives: 0 });
  world.sent.push(message);
}

export function attemptOf(world: World, drop: number): number {
  let attempt = 1;
  while (world.store.has(key.attempt(drop, attempt + 1))) attempt++;
  return attempt;
}

/** When the attempt began; undefined before that. */
export function sinceHours(world: World, drop: number, attempt: number): number | undefined {
  if (attempt === 1) return read<number>(world, key.received(drop));
  return read<{ hours: number }>(world, key.attempt(drop, attempt))?.hours;
}
