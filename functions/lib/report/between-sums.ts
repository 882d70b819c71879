// What a reader of several shareable reports can compute from all their sums together.
import { isComparable, ofScores, type SharedReport, shows } from './between.ts';
import { costOf } from './cells.ts';
import { isSmall, type Sum, Unprotectable } from './disclosure.ts';
import { differenceFrom, type Expression, expressions } from './elimination.ts';

/** One unknown for each number that a cell has had: reports that have the same one share it. */
function namesIn({ model, sites, counts }: SharedReport): Map<string, string> {
  const name = (id: string, count: number) =>
    JSON.stringify([id, count, id.split('/')[1] === '*' ? sites : '', ofScores(id) ? model : '']);
  return new Map([...counts].map(([id, count]) => [id, name(id, count)]));
}

/**
 * Hides further cells until all the reports together determine neither a small cell of any of them nor a small difference: their sums are
 * one system of equations, in which equal numbers of the same cell are one unknown.
 */
export function hiddenBetween(
  now: SharedReport,
  earlier: readonly SharedReport[],
  hidden: ReadonlySet<string>,
): Set<string> {
  const kept = new Set(hidden);
  const system = systemOf(now, earlier);
  const untold = [...system.values.keys()].filter((name) => !system.told.has(name));
  // What the earlier reports tell without this one is out.
  const out = new Set(
    leaksIn(
      system,
      expressions(new Set(untold), system.sums, () => false),
    ).map(({ of }) => of),
  );
  for (;;) {
    const unknown = new Set(untold);
    for (const [id, name] of system.names) if (!kept.has(id)) unknown.delete(name);
    const expression = expressions(unknown, system.sums, (name) => !system.told.has(name));
    const leaks = [
      ...leaksIn(system, expression).flatMap(({ of, from }) => (out.has(of) ? [] : [from])),
      ...system.changes.flatMap((change) => leakOf(change, expression)),
    ];
    if (leaks.length === 0) return kept;
    for (const leak of leaks) kept.add(cheapestOf(leak, system, now, kept));
  }
}

/** Small cells and small differences that are determined, with the cells from which they follow. */
function leaksIn(
  { small, near }: System,
  expression: (name: string) => Expression,
): { readonly of: string; readonly from: readonly string[] }[] {
  const cells = [...small].flatMap((name) => {
    const { free, known } = expression(name);
    return free === '' ? [{ of: name, from: [...known.keys()] }] : [];
  });
  const differences = near.flatMap(([more, less]) => {
    const from = differenceFrom(expression(more), expression(less));
    return from === undefined ? [] : [{ of: `${more} - ${less}`, from }];
  });
  return [...cells, ...differences];
}

interface System {
  /** Of the cells of this report. */
  readonly names: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, number>;
  readonly sums: readonly Sum[];
  /** In some earlier report for all to read. */
  readonly told: ReadonlySet<string>;
  readonly small: ReadonlySet<string>;
  /** Numbers of the same cell that differ by 1 to 10, not both told, the larger first. */
  readonly near: readonly (readonly [string, string])[];
  readonly changes: readonly (readonly Change[])[];
}

/** A cell now and in an earlier report; the first of a list is the sum of the others. */
interface Change {
  readonly now: string;
  readonly before: string;
  readonly by: number;
}

function systemOf(now: SharedReport, earlier: readonly SharedReport[]): System {
  const all = [now, ...earlier].map((report) => ({ report, names: namesIn(report) }));
  const values = new Map<string, number>();
  const byCell = new Map<string, Map<string, number>>();
  for (const { report, names } of all) {
    for (const [id, name] of names) {
      const count = report.counts.get(id) ?? 0;
      values.set(name, count);
      const cell = ofScores(id) ? `${id} ${report.model}` : id;
      byCell.set(cell, (byCell.get(cell) ?? new Map<string, number>()).set(name, count));
    }
  }
  const told = new Set(
    all.slice(1).flatMap(({ report, names }) => [...names].flatMap(([id, name]) => (shows(report, id) ? [name] : []))),
  );
  const small = new Set([...values].filter(([name, count]) => isSmall(count) && !told.has(name)).map(([name]) => name));
  const sums = all.flatMap(({ report, names }) => report.sums.map((sum) => named(sum, names)));
  const near = [...byCell.values()].flatMap((numbers) =>
    [...numbers].flatMap(([more, larger]) =>
      [...numbers].flatMap(([less, smaller]) =>
        isSmall(larger - smaller) && !(told.has(more) && told.has(less)) ? [[more, less] as const] : [],
      ),
    ),
  );
  const [{ names }, ...before] = all;
  const changes = before.flatMap(({ report, names: then }) =>
    changesOf({ report: now, names }, { report, names: then }),
  );
  return { names, values, sums, told, small, near, changes };
}

const named = ({ total, parts }: Sum, names: ReadonlyMap<string, string>): Sum => ({
  total: names.get(total) ?? '',
  parts: parts.map((id) => names.get(id) ?? ''),
});

interface Named {
  readonly report: SharedReport;
  readonly names: ReadonlyMap<string, string>;
}

/** Sums that both reports have, with something changed in them. */
function changesOf(now: Named, then: Named): Change[][] {
  const key = ({ total, parts }: Sum) => [total, ...parts].join('\n');
  const same = new Set(then.report.sums.map(key));
  return now.report.sums.flatMap((sum) => {
    if (!same.has(key(sum)) || !isComparable(sum.total, now.report, then.report)) return [];
    const changes = [sum.total, ...sum.parts].map((id) => ({
      now: now.names.get(id) ?? '',
      before: then.names.get(id) ?? '',
      by: (now.report.counts.get(id) ?? 0) - (then.report.counts.get(id) ?? 0),
    }));
    return changes.some(({ by }) => by !== 0) ? [changes] : [];
  });
}

/** A reader knows by how much a sum changed, and its parts but for some that together changed by 1 to 10. */
function leakOf(changes: readonly Change[], expression: (name: string) => Expression): string[][] {
  const isKnown = (name: string) => expression(name).free === '';
  const [known, hidden] = [true, false].map((is) =>
    changes.filter(({ now, before }) => (isKnown(now) && isKnown(before)) === is),
  );
  if (hidden.length === 0 || hidden.includes(changes[0])) return [];
  const together = hidden.reduce((sum, { by }) => sum + by, 0);
  return isSmall(Math.abs(together)) ? [known.flatMap(({ now }) => [...expression(now).known.keys()])] : [];
}

/** Of the numbers that a leak needs, the one of this report alone that a reader misses least; one that is hidden by now, where there is one. */
function cheapestOf(
  leak: readonly string[],
  { told, names }: System,
  { counts }: SharedReport,
  kept: ReadonlySet<string>,
): string {
  const needed = new Set(leak.filter((name) => !told.has(name)));
  const size = (id: string) => counts.get(id) ?? 0;
  const [best] = [...names]
    .flatMap(([id, name]) => (size(id) !== 0 && needed.has(name) ? [id] : []))
    .sort(
      (a, b) =>
        Number(kept.has(b)) - Number(kept.has(a)) || costOf(a) - costOf(b) || size(a) - size(b) || (a < b ? -1 : 1),
    );
  if (best === undefined)
    throw new Unprotectable('earlier reports tell too much: no cell of this one protects a small one');
  return best;
}
