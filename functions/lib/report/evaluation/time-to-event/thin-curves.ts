import { isSmall } from '../../disclosure.ts';
import type { CurvePoint, RiskGroup } from './record.ts';

/** What is published of all people at a horizon. */
export interface Anchor {
  readonly time: number;
  readonly events: number;
  readonly beyond: number;
}

interface Counts {
  readonly events: number;
  readonly atRisk: number;
}

/**
 * The curves of all risk groups at times between which, in each group, nobody or more than ten people had the event, and nobody or more
 * than ten left without it. Times that all groups share are those of all people too, and are judged likewise among themselves and with
 * what is published of all people at the horizons.
 */
export function thinCurves(groups: readonly RiskGroup[], anchors: readonly Anchor[]): RiskGroup[] {
  const kept = groups.map(openTimes);
  dropSharedTimes(groups, kept, anchors);
  return groups.map((group, i) => ({ ...group, curve: group.curve.filter(({ time }) => kept[i].has(time)) }));
}

function openTimes({ curve, n, events }: RiskGroup): Set<number> {
  const kept = new Set<number>();
  let last: Counts = { events: 0, atRisk: Number(n) };
  for (const point of curve) {
    if (isSmall(point.atRisk) || isSmall(Number(events) - point.events) || !isWide(last, point)) continue;
    kept.add(point.time);
    last = point;
  }
  return kept;
}

interface Stop extends Counts {
  readonly time: number;
  readonly isAnchor: boolean;
}

/** Takes a time from the group with the most where all groups together would tell a small step; leaving one out keeps a group's steps wide. */
function dropSharedTimes(groups: readonly RiskGroup[], kept: readonly Set<number>[], anchors: readonly Anchor[]): void {
  const shared = groups[0].curve.flatMap(({ time }): Stop[] =>
    kept.every((times) => times.has(time)) ? [{ time, ...totalAt(groups, time), isAnchor: false }] : [],
  );
  const stops = [...anchors.map((anchor) => ({ ...anchor, atRisk: anchor.beyond, isAnchor: true })), ...shared].sort(
    (a, b) => a.time - b.time || Number(b.isAnchor) - Number(a.isAnchor),
  );
  const drop = ({ time }: Stop): void => {
    const [most] = [...kept].sort((a, b) => b.size - a.size);
    most.delete(time);
  };
  const start: Stop = { time: 0, events: 0, atRisk: groups.reduce((sum, { n }) => sum + Number(n), 0), isAnchor: true };
  const known: Stop[] = [start];
  for (const stop of stops) {
    if (!stop.isAnchor) {
      if (isWide(known[known.length - 1], stop)) known.push(stop);
      else drop(stop);
      continue;
    }
    while (!known[known.length - 1].isAnchor && !isWide(known[known.length - 1], stop)) drop(known.pop() ?? start);
    known.push(stop);
  }
}

function totalAt(groups: readonly RiskGroup[], time: number): Counts {
  const points = groups.flatMap(({ curve }): CurvePoint[] => curve.filter((point) => point.time === time));
  return {
    events: points.reduce((sum, { events }) => sum + events, 0),
    atRisk: points.reduce((sum, { atRisk }) => sum + atRisk, 0),
  };
}

/** Nobody or more than ten people had the event between two times, and nobody or more than ten left without it. */
function isWide(from: Counts, to: Counts): boolean {
  const events = to.events - from.events;
  return !isSmall(events) && !isSmall(from.atRisk - to.atRisk - events);
}
