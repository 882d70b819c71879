// An attacker who searches: every matrix of two grades that fits what a group prints, and what they all have in common.

import type { ContinuousResults } from '#lib/report/evaluation/continuous/record.ts';
import type { GradeSummary } from '#lib/report/evaluation/grades.ts';
import type { OrdinalResults } from '#lib/report/evaluation/ordinal/record.ts';
import { type Figure, isEstimate } from '#lib/report/record.ts';

interface Matrix {
  readonly cells: readonly [number, number, number, number];
}

/** Small cells of groups with two grades that only one matrix explains. */
export function foundBySearch(shared: OrdinalResults | ContinuousResults): string[] {
  return shared.groups.flatMap((group) => {
    const summary = 'agreement' in group ? group.agreement : group.classes;
    if (summary === null || summary.matrix.length !== 2) return [];
    if (summary.matrix.flat().every((count) => typeof count === 'number')) return [];
    const order = 'concordance' in group ? group.concordance : undefined;
    const rows = 'reference' in group && Array.isArray(group.reference) ? (group.reference as unknown[]) : [];
    const fits = matricesOf(summary, order, rows);
    if (fits.length === 0) return [];
    return [0, 1, 2, 3].flatMap((place) => {
      const values = new Set(fits.map(({ cells }) => cells[place]));
      const [only] = values;
      return values.size === 1 && only >= 1 && only <= 10 ? [`${group.value ?? 'all'} cell ${place} = ${only}`] : [];
    });
  });
}

function matricesOf({ same, kappa }: GradeSummary, order: Figure | undefined, rows: readonly unknown[]): Matrix[] {
  const n = isEstimate(same)
    ? same.n
    : isEstimate(kappa)
      ? kappa.n
      : order !== undefined && isEstimate(order)
        ? order.n
        : 0;
  if (n === 0 || n > 700) return [];
  const fits: Matrix[] = [];
  const equal = isEstimate(same) ? same.events : undefined;
  const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-10;
  for (let r = 0; r <= n; r++) {
    if (typeof rows[0] === 'number' && rows[0] !== r) continue;
    for (let a = 0; a <= n; a++) {
      // r studies of the lower grade by the reference, a by the answer; both agree on `both` of these.
      for (let both = Math.max(0, r + a - n); both <= Math.min(r, a); both++) {
        const cells = [both, r - both, a - both, n - r - a + both] as const;
        if (equal !== undefined && cells[0] + cells[3] !== equal) continue;
        if (isEstimate(kappa)) {
          const chance = (r * a + (n - r) * (n - a)) / (n * n);
          if (!close(((cells[0] + cells[3]) / n - chance) / (1 - chance), kappa.estimate)) continue;
        }
        if (order !== undefined && isEstimate(order)) {
          const area = (cells[0] / r + cells[3] / (n - r)) / 2;
          if (!close(area, order.estimate)) continue;
        }
        fits.push({ cells });
        if (fits.length > 100_000) return [];
      }
      if (equal === undefined && n > 120) break;
    }
  }
  return fits;
}
