// An attacker who searches: every matrix of all studies that fits what is printed of three or four grades, limits of kappas among it.
import { type GradeAgreement, withRoundedLimits } from '#lib/report/evaluation/grades.ts';
import { type Figure, isEstimate } from '#lib/report/record.ts';
import { type KappaWeights, kappa } from '#lib/validation/kappa.ts';
import { determinedBy, type Equation } from './system.ts';

/** More hidden cells than this, or more matrices, are not tried. */
const MOST_FREE = 9;
const MOST_MATRICES = 30_000;

/** Small cells that every matrix has that fits; undefined where there are too many to try. */
export function foundInMatrix(agreement: GradeAgreement, equations: readonly Equation[]): string[] | undefined {
  const { names, matrix } = agreement;
  const size = names.length;
  const known = determinedBy(equations);
  const margin = (name: string): number | undefined => known.get(name);
  const places = matrix.flatMap((row, r) => row.map((_, a) => ({ r, a, id: `matrix/${r}/${a}` })));
  const free = places.filter(({ id }) => !known.has(id));
  if (free.length === 0) return [];
  if (free.length > MOST_FREE) return undefined;
  const rows = names.map((_, k) => margin(`*/reference/${k}`));
  if (rows.includes(undefined)) return undefined;
  const answers = answersOf(agreement, rows as number[], known);
  if (answers.length === 0) return undefined;
  const cells = places.map(({ id }) => known.get(id) ?? -1);
  const fits: number[][] = [];
  let tried = 0;
  let columns: readonly number[] = [];
  const fill = (next: number): boolean => {
    if (next === free.length) {
      if (++tried > MOST_MATRICES) return false;
      if (isFit(agreement, cells, known, size)) fits.push([...cells]);
      return true;
    }
    const { r, a } = free[next];
    const left = (total: number, own: readonly number[]): number =>
      own.reduce((rest, at) => rest - Math.max(0, cells[at]), total);
    const row = Array.from({ length: size }, (_, k) => r * size + k);
    const column = Array.from({ length: size }, (_, k) => k * size + a);
    const most = Math.min(left(rows[r] ?? 0, row), left(columns[a], column));
    const lastOf = (own: readonly number[]): boolean => own.filter((at) => cells[at] < 0).length === 1;
    const forced = lastOf(row) ? left(rows[r] ?? 0, row) : lastOf(column) ? left(columns[a], column) : undefined;
    const values = forced === undefined ? Array.from({ length: most + 1 }, (_, value) => value) : [forced];
    for (const value of values) {
      if (value < 0 || value > most) continue;
      cells[r * size + a] = value;
      if (!fill(next + 1)) return false;
      cells[r * size + a] = -1;
    }
    cells[r * size + a] = -1;
    return true;
  };
  for (const own of answers) {
    columns = own;
    if (!fill(0)) return undefined;
  }
  return free.flatMap(({ r, a }) => {
    const values = new Set(fits.map((own) => own[r * size + a]));
    const [only] = values;
    return values.size === 1 && only >= 1 && only <= 10 ? [`matrix/${r}/${a} = ${only}`] : [];
  });
}

/** How often each grade may have been answered: as the cuts tell, or, of three grades, all that give the chance agreement of kappa. */
function answersOf(
  { names, kappa: figure }: GradeAgreement,
  rows: readonly number[],
  known: ReadonlyMap<string, number>,
): (readonly number[])[] {
  const n = rows.reduce((sum, count) => sum + count, 0);
  const above = names.slice(1).map((_, i) => {
    const [found, alarms] = [known.get(`cut/${i}/tp`), known.get(`cut/${i}/fp`)];
    return found === undefined || alarms === undefined ? undefined : found + alarms;
  });
  if (!above.includes(undefined)) {
    const atLeast = [n, ...(above as number[]), 0];
    return [names.map((_, k) => atLeast[k] - atLeast[k + 1])];
  }
  const same = known.get('*/same');
  if (names.length !== 3 || same === undefined || !isEstimate(figure)) return [];
  const found: number[][] = [];
  for (let low = 0; low <= n; low++) {
    for (let middle = 0; middle <= n - low; middle++) {
      const answers = [low, middle, n - low - middle];
      const chance = answers.reduce((sum, count, k) => sum + count * rows[k], 0) / (n * n);
      if (Math.abs((same / n - chance) / (1 - chance) - figure.estimate) < 1e-10) found.push(answers);
    }
  }
  return found;
}

function isFit(
  agreement: GradeAgreement,
  cells: readonly number[],
  known: ReadonlyMap<string, number>,
  size: number,
): boolean {
  const total = (is: (r: number, a: number) => boolean): number =>
    cells.reduce((sum, count, at) => sum + (is(Math.floor(at / size), at % size) ? count : 0), 0);
  const agrees = (name: string, is: (r: number, a: number) => boolean): boolean =>
    !known.has(name) || known.get(name) === total(is);
  const counts =
    agrees('*/same', (r, a) => r === a) &&
    agrees('*/near', (r, a) => Math.abs(r - a) <= 1) &&
    Array.from({ length: size - 1 }, (_, i) => i).every(
      (i) =>
        agrees(`cut/${i}/tp`, (r, a) => r > i && a > i) &&
        agrees(`cut/${i}/fn`, (r, a) => r > i && a <= i) &&
        agrees(`cut/${i}/fp`, (r, a) => r <= i && a > i),
    );
  if (!counts) return false;
  const first = Uint8Array.from(cells.flatMap((count, at) => new Array<number>(count).fill(Math.floor(at / size))));
  const second = Uint8Array.from(cells.flatMap((count, at) => new Array<number>(count).fill(at % size)));
  const fits = (figure: Figure | null, weights: KappaWeights): boolean => {
    if (figure === null || !isEstimate(figure)) return true;
    const own = kappa({ first, second, categories: size }, { weights });
    if ('cannotTell' in own) return false;
    const limits = isRounded(figure) ? withRoundedLimits(own) : own;
    return (['estimate', 'lower', 'upper'] as const).every(
      (name) => Math.abs(Number((limits as typeof own)[name]) - figure[name]) < 1e-9,
    );
  };
  return (
    fits(agreement.kappa, 'unweighted') &&
    fits(agreement.linearKappa, 'linear') &&
    fits(agreement.quadraticKappa, 'quadratic')
  );
}

const isRounded = ({ lower, upper }: { readonly lower: number; readonly upper: number }): boolean =>
  [lower, upper].every((limit) => Math.abs(100 * limit - Math.round(100 * limit)) < 1e-9);
