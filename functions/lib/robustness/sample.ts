import type { AnalysedRow } from '#lib/cohort/select.ts';
import { random } from '#lib/simulate/random.ts';

/** What of a row decides whether it is drawn. */
type Drawn = Pick<AnalysedRow, 'site' | 'label'>;

/**
 * Draws up to `size` rows: as many with the outcome as without while both last, and within each as the sites have them (largest
 * remainder), every row of a site and class equally likely. The order is random too, so that the first of them are a smaller draw.
 */
export function drawSample<Row extends Drawn>(rows: readonly Row[], size: number, seed: string): Row[] {
  if (rows.length <= size) return random(`${seed}/order`).shuffle([...rows]);
  const [without, withOutcome] = [0, 1].map((label) => rows.filter((row) => row.label === label));
  const half = Math.ceil(size / 2);
  const ofEvents = Math.min(withOutcome.length, Math.max(half, size - without.length));
  const drawn = [
    ...drawBySite(withOutcome, ofEvents, `${seed}/with`),
    ...drawBySite(without, Math.min(without.length, size - ofEvents), `${seed}/without`),
  ];
  return random(`${seed}/order`).shuffle(drawn);
}

function drawBySite<Row extends Drawn>(rows: readonly Row[], size: number, seed: string): Row[] {
  const bySite = [...Map.groupBy(rows, ({ site }) => site)];
  const shares = allotted(
    bySite.map(([, here]) => here.length),
    size,
  );
  return bySite.flatMap(([site, here], place) =>
    random(`${seed}/${site}`)
      .shuffle([...here])
      .slice(0, shares[place]),
  );
}

/** Whole numbers in proportion to `counts` that sum to `size`, at most all of them: largest remainder, the first of equal ones. */
function allotted(counts: readonly number[], size: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= size) return [...counts];
  const exact = counts.map((count) => (count * size) / total);
  const whole = exact.map(Math.floor);
  const left = size - whole.reduce((sum, count) => sum + count, 0);
  const order = exact.map((_, place) => place).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]) || a - b);
  for (const place of order.slice(0, left)) whole[place] += 1;
  return whole;
}
