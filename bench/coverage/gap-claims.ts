// Claims about gaps between groups: how often one is false, and how often a planted gap is claimed. By hand: node bench/coverage/gap-claims.ts [data sets].
import { compareColumn } from '#lib/fairness/compare-column.ts';
import { DEFAULT_MARGINS } from '#lib/fairness/gap.ts';
import { judgeGaps } from '#lib/fairness/judge.ts';
import { random } from '#lib/simulate/random.ts';
import { percent } from './scenario.ts';

interface ClaimScenario {
  readonly name: string;
  readonly people: number;
  /** Groups of each of three columns. */
  readonly groups: readonly number[];
  readonly prevalence: number;
  /** Sensitivity of the first group of the first column less that of everybody else; the specificity is 0.85. */
  readonly gap: number;
}

const claimScenarios: readonly ClaimScenario[] = [
  { name: '300 people, no gap', people: 300, groups: [4, 2, 5], prevalence: 0.3, gap: 0 },
  { name: '2,000 people, no gap', people: 2000, groups: [4, 2, 5], prevalence: 0.3, gap: 0 },
  { name: '1,000 people, outcome rare, no gap', people: 1000, groups: [10, 2, 5], prevalence: 0.05, gap: 0 },
  { name: '3,000 people, gap at the margin of 10 points', people: 3000, groups: [2, 2, 2], prevalence: 0.4, gap: -0.1 },
  { name: '3,000 people, gap of 20 points', people: 3000, groups: [2, 2, 2], prevalence: 0.4, gap: -0.2 },
];

/** Shares of data sets with a false claim of a difference, with the planted gap claimed, and with it called equivalent. */
function claimRow({ name, people, groups, prevalence, gap }: ClaimScenario, repetitions: number): string {
  const source = random(`claims/${name}`);
  let [falsely, found, equivalent] = [0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const labels = Uint8Array.from({ length: people }, () => Number(source.bernoulli(prevalence)));
    const columns = groups.map((count, place) => ({
      name: `column ${place}`,
      values: Array.from({ length: count }, (_, value) => `g${value}`),
      codes: Int32Array.from(labels, () => source.integer(0, count - 1)),
    }));
    const flagged = labels.map((label, row) =>
      Number(source.bernoulli(label === 0 ? 0.15 : columns[0].codes[row] === 0 ? 0.8 + gap : 0.8)),
    );
    const scores = Float64Array.from(flagged, (flag) =>
      flag === 1 ? 0.5 + source.uniform() / 2 : source.uniform() / 2,
    );
    const rows = { scores, labels, decisions: [{ threshold: 'rule', flagged }] };
    const compared = columns.map((column, place) => {
      const reference = place === 0 ? 'g1' : 'g0';
      return compareColumn(column, rows, { margins: DEFAULT_MARGINS, clipTo: 1e-6, withoutIntercept: true, reference });
    });
    const { judged } = judgeGaps(compared.flatMap(({ gaps }) => gaps));
    // The gap moves AUROC and calibration of its column too: only the other columns are without one.
    const first = compared[0].gaps.length;
    const isPlanted = (place: number) => gap !== 0 && place < first;
    const claims = judged.filter(
      ({ verdict, family }, place) => !isPlanted(place) && family === 'performance' && verdict.startsWith('differs'),
    );
    falsely += Number(claims.length > 0);
    const planted = judged.find(
      ({ metric, group }, place) => place < first && metric === 'sensitivity' && group === 'g0',
    );
    found += Number(planted?.verdict.startsWith('differs') ?? false);
    equivalent += Number(planted?.verdict === 'equivalent' || planted?.verdict === 'differs-within-margin');
  }
  const shown =
    gap === 0 ? ['nothing is planted', '–'] : [percent(found, repetitions), percent(equivalent, repetitions)];
  return `| ${[name, percent(falsely, repetitions), ...shown].join(' | ')} |`;
}

/** Table of claims: false ones, planted gaps found, planted gaps called equivalent. */
export function claimTable(repetitions: number): string {
  const header =
    '| people | any false claim of a difference | planted gap claimed | planted gap called equivalent |\n|---|---|---|---|';
  return [header, ...claimScenarios.map((scenario) => claimRow(scenario, repetitions))].join('\n');
}

if (import.meta.main) console.log(claimTable(Number(process.argv[2] ?? 1000)));
