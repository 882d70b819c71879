const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}-${n + 1}`);

/** Six group columns: 38 groups, 575 combinations of two columns. */
export const GROUP_COLUMNS: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  { name: 'site', values: numbered('hospital', 12) },
  { name: 'sex', values: ['female', 'male', 'unknown'] },
  { name: 'ageBand', values: ['<40', '40-49', '50-59', '60-69', '70+', 'unknown'] },
  { name: 'ethnicity', values: numbered('ethnicity', 5) },
  { name: 'device', values: numbered('device', 8) },
  { name: 'insurance', values: numbered('insurance', 4) },
];

export const THRESHOLDS = [0.2, 0.5];

/** Of the Parquet file. */
export const ROWS_PER_GROUP = 250_000;

/** The evaluation file of the table; a hospital is a site of its own, or a group like the others. */
export function evaluationYaml(withSubjects: boolean, withSites: boolean): string {
  const who = `study: study${withSubjects ? ', subject: subject' : ''}${withSites ? ', site: site' : ''}`;
  const groups = GROUP_COLUMNS.filter(({ name }) => !withSites || name !== 'site');
  return `title: Simulated predictions
answer: probability
event: the event
columns: { ${who}, score: score, label: label }
groups: [${groups.map(({ name }) => `{ column: ${name} }`).join(', ')}]
thresholds: [${THRESHOLDS.map((value) => `{ name: at ${value}, value: ${value} }`).join(', ')}]
`;
}
