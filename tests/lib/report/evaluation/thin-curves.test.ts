import { describe, expect, it } from 'vitest';
import type { RiskGroup } from '#lib/report/evaluation/time-to-event/record.ts';
import { thinCurves } from '#lib/report/evaluation/time-to-event/thin-curves.ts';
import { random } from '#lib/simulate/random.ts';

/** Curves of three groups at times 1 to 40, with events and losses drawn at random. */
function drawn(seed: number): RiskGroup[] {
  const source = random(`thin ${seed}`);
  return [60, 120, 200].map((n, i) => {
    let [atRisk, events] = [n, 0];
    const curve = Array.from({ length: 40 }, (_, k) => {
      const happened = Math.min(atRisk, source.integer(0, i + 1));
      const left = Math.min(atRisk - happened, source.integer(0, 2));
      [atRisk, events] = [atRisk - happened - left, events + happened];
      return { time: k + 1, incidence: 0, lower: 0, upper: 0, atRisk, events };
    });
    return { name: `group ${i}`, n, events, curve };
  });
}

const isSmall = (count: number): boolean => count >= 1 && count <= 10;

describe('curves that leave', () => {
  it('tell no step of 1 to 10 people, within a group or of all, between themselves and the horizons', () => {
    let shown = 0;
    for (let seed = 0; seed < 200; seed++) {
      const groups = drawn(seed);
      const anchors = [8, 40].map((time) => ({
        time,
        events: groups.reduce((sum, { curve }) => sum + curve[time - 1].events, 0),
        beyond: groups.reduce((sum, { curve }) => sum + curve[time - 1].atRisk, 0),
      }));
      const thinned = thinCurves(groups, anchors);
      const times = thinned[0].curve
        .map(({ time }) => time)
        .filter((time) => thinned.every(({ curve }) => curve.some((point) => point.time === time)));
      shown += thinned.reduce((sum, { curve }) => sum + curve.length, 0);
      for (const [i, { curve, n, events }] of thinned.entries()) {
        const steps = [{ events: 0, atRisk: Number(n) }, ...curve];
        for (const [k, point] of curve.entries()) {
          const happened = point.events - steps[k].events;
          expect(
            [happened, steps[k].atRisk - point.atRisk - happened, point.atRisk].some(isSmall),
            `${seed} ${i}`,
          ).toBe(false);
        }
        if (curve.length > 0) expect(isSmall(Number(events) - curve[curve.length - 1].events)).toBe(false);
      }
      const at = (time: number) => thinned.flatMap(({ curve }) => curve.filter((point) => point.time === time));
      const ofAll = times.map((time) => ({
        time,
        events: at(time).reduce((sum, { events }) => sum + events, 0),
        beyond: at(time).reduce((sum, { atRisk }) => sum + atRisk, 0),
      }));
      const known = [{ time: 0, events: 0, beyond: 380 }, ...[...ofAll, ...anchors].sort((a, b) => a.time - b.time)];
      for (const [k, point] of known.slice(1).entries()) {
        // Two horizons follow each other: what lies between is a cell of the report, judged elsewhere.
        if (anchors.includes(point) && (k === 0 || anchors.some((anchor) => anchor === known[k]))) continue;
        const happened = point.events - known[k].events;
        expect([happened, known[k].beyond - point.beyond - happened].some(isSmall), `${seed} at ${point.time}`).toBe(
          false,
        );
      }
    }
    expect(shown).toBeGreaterThan(400);
  });
});
