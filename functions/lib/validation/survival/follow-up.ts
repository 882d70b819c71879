import { countClusters } from '../cluster-totals.ts';
import { events, fewerThan, people } from '../counted.ts';

/** How long each row was followed and what ended it: what every statistic of this room takes. */
export interface FollowUp {
  /** Above 0, any unit, the same for all. */
  readonly times: Float64Array;
  /** That unit, such as `years`, where reasons and methods should name it. */
  readonly timeUnit?: string;
  /** 0 censored, 1 the event of interest, 2 and above competing events. */
  readonly causes: Uint8Array;
  /** Whose row it is. */
  readonly clusters?: Int32Array;
}

/** Rows by time; at equal times events stand before censorings, which are taken to have happened later. */
export function orderOf({ times, causes }: FollowUp): Uint32Array {
  const censored = (row: number): number => Number(causes[row] === 0);
  return Uint32Array.from(times, (_, row) => row).sort((a, b) => times[a] - times[b] || censored(a) - censored(b));
}

/** Throws for lengths that differ and for times that no follow-up has. */
export function checkFollowUp({ times, causes, clusters }: FollowUp): void {
  if (causes.length !== times.length || (clusters !== undefined && clusters.length !== times.length))
    throw new RangeError(
      `follow-up: found ${times.length} times, ${causes.length} causes and ${clusters?.length ?? times.length} clusters, allowed: as many of each`,
    );
  const wrong = times.findIndex((time) => !(time > 0 && time < Infinity));
  if (wrong >= 0) throw new RangeError(`time at index ${wrong}: found ${times[wrong]}, allowed: above 0 and finite`);
}

/** Rows that had the event of interest up to `horizon`. */
export function eventsUntil({ times, causes }: FollowUp, horizon: number): number {
  return causes.reduce((count, cause, row) => count + Number(cause === 1 && times[row] <= horizon), 0);
}

/** People behind the rows for which it holds; as many as rows where nobody has several. */
function peopleAmong({ times, clusters }: FollowUp, holds: (row: number) => boolean): number {
  if (clusters === undefined) return times.reduce((count, _, row) => count + Number(holds(row)), 0);
  return countClusters(clusters.filter((_, row) => holds(row)));
}

/** "5 years", "1 year"; the number alone where the unit is not given. */
export function timeText(
  { timeUnit }: Pick<FollowUp, 'timeUnit'>,
  time: number,
  write: (time: number) => string = String,
): string {
  if (timeUnit === undefined) return write(time);
  return `${write(time)} ${time === 1 ? timeUnit.replace(/s$/, '') : timeUnit}`;
}

/** Why no interval can be given: few rows with the event up to `horizon`, or rows of few people. */
export function tooFewEvents(followUp: FollowUp, horizon: number, fewest: number): string | undefined {
  const until = Number.isFinite(horizon) ? ` up to ${timeText(followUp, horizon)}` : '';
  const count = eventsUntil(followUp, horizon);
  if (count < fewest) return `${events(count)}${until} ${fewerThan(count, fewest)}`;
  const { times, causes } = followUp;
  const subjects = peopleAmong(followUp, (row) => causes[row] === 1 && times[row] <= horizon);
  return subjects < fewest ? `${people(subjects)} with the event${until}, fewer than ${fewest}` : undefined;
}

/** The same of both sides of a horizon, by people where they have several rows. */
export function tooFewOnSides(
  followUp: FollowUp,
  horizon: number,
  { isCase, isControl }: Readonly<Record<'isCase' | 'isControl', (row: number) => boolean>>,
  fewest: number,
): string | undefined {
  const [cases, controls] = [isCase, isControl].map((is) => peopleAmong(followUp, is));
  if (cases >= fewest && controls >= fewest) return undefined;
  const withIt = followUp.clusters === undefined ? events(cases) : `${people(cases)} with the event`;
  return `${withIt} up to ${timeText(followUp, horizon)} and ${people(controls)} without; at least ${fewest} of each are needed`;
}
