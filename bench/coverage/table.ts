import type { Family } from './families.ts';
import { type Coverage, coverage } from './scenario.ts';

/** Coverage of one figure over the scenarios of a family. */
export interface FamilyCoverage {
  readonly figure: string;
  readonly family: string;
  /** Mean over the scenarios in which it was told often enough. */
  readonly mean: number;
  /** Of the scenario in which it is smallest. */
  readonly minimum: number;
  /** Share of data sets that got an answer. */
  readonly told: number;
}

/** Fewer answers than this share of the repetitions say little about coverage: the scenario is then left out of mean and minimum. */
const ENOUGH_TOLD = 0.1;

/** Simulates the scenarios of a family; one entry for each figure. */
export function familyCoverage({ name, scenarios }: Family, repetitions: number): FamilyCoverage[] {
  const counts = scenarios.map((scenario) => coverage(scenario, repetitions));
  const figures = [...new Set(counts.flatMap((count) => [...count.keys()]))];
  return figures.map((figure) => {
    const own = counts.flatMap((count) => count.get(figure) ?? []);
    const shares = own.filter(({ told }) => told >= ENOUGH_TOLD * repetitions).map(shareCovered);
    const told = own.reduce((sum, count) => sum + count.told, 0) / (own.length * repetitions);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    return { figure, family: name, mean, minimum: Math.min(...shares), told };
  });
}

const shareCovered = ({ covered, told }: Coverage): number => covered / told;

/** Figures down, families across; in each cell the mean coverage in per cent and in brackets the smallest. */
export function coverageTable(results: readonly FamilyCoverage[]): string {
  const families = [...new Set(results.map(({ family }) => family))];
  const figures = [...new Set(results.map(({ figure }) => figure))];
  const rows = figures.map((figure) =>
    families.map((family) => cell(results.find((result) => result.figure === figure && result.family === family))),
  );
  return [
    `| figure | ${families.join(' | ')} |`,
    `|---|${'---|'.repeat(families.length)}`,
    ...rows.map((cells, place) => `| ${figures[place]} | ${cells.join(' | ')} |`),
  ].join('\n');
}

function cell(result: FamilyCoverage | undefined): string {
  if (result === undefined) return '–';
  const { mean, minimum, told } = result;
  if (Number.isNaN(mean)) return 'refused';
  const shares = `${(100 * mean).toFixed(1)} (${(100 * minimum).toFixed(1)})`;
  const refused = told > 0.995 ? '' : `, ${(100 * (1 - told)).toFixed(0)} % refused`;
  return mean < WANTED ? `**${shares}**${refused}` : `${shares}${refused}`;
}

/** Below this mean coverage a figure has to be refused. */
export const WANTED = 0.93;
