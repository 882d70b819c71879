import type { VNode } from 'preact';
import { element } from './element.ts';
import { formatCount, formatFigure, formatPlain, formatShare, HIDDEN } from './format.ts';
import { type Description, isSuppressed, type Report } from './record.ts';
import { dataTable, type TableRow } from './table.ts';

/** Section "Who was studied" (Table 1). */
export function table1Section({ table1 }: Report): VNode {
  return element('section', { 'aria-labelledby': 'people' }, [
    element('h2', { id: 'people' }, 'Who was studied'),
    dataTable({
      id: 'table1',
      caption: 'Table 1. Studies of the primary analysis by hospital',
      columns: [
        { heading: 'Characteristic' },
        ...table1.map(({ site }) => ({ heading: site ?? 'All sites', numeric: true })),
      ],
      rows: rowsOf(table1),
      note: 'Counts with the share of the studies of the same column. Age: median (quartiles).',
    }),
  ]);
}

function rowsOf(columns: readonly Description[]): TableRow[] {
  const row = (heading: string, cell: (column: Description) => string): TableRow => ({
    heading,
    cells: columns.map(cell),
  });
  const fields = columns[0]?.missing.map(({ field }) => field) ?? [];
  return [
    row('Studies', ({ n }) => formatCount(n)),
    row('People', ({ subjects }) => formatCount(subjects)),
    row('Age, years', ageText),
    ...(columns.some(showsExtremes) ? [row('Youngest and oldest, years', extremesText)] : []),
    row('Women', ({ women, n }) => formatShare(women, n)),
    row('Men', ({ men, n }) => formatShare(men, n)),
    row('Sex not given', ({ sexMissing, n }) => formatShare(sexMissing, n)),
    row('Diseased', ({ events }) => formatCount(events)),
    row('Prevalence, % (95 % interval)', ({ prevalence }) => formatFigure(prevalence, 'percent')),
    ...fields.map((field) => ({
      ...row(`${fieldWords(field)}: missing`, ({ missing, n }) =>
        formatShare(missing.find((entry) => entry.field === field)?.missing ?? 0, n),
      ),
      kind: 'detail' as const,
    })),
  ];
}

function ageText({ age }: Description): string {
  if (isSuppressed(age)) return HIDDEN;
  if ('cannotTell' in age) return 'not given';
  return `${formatPlain(age.medianYears)} (${formatPlain(age.lowerQuartileYears)} to ${formatPlain(age.upperQuartileYears)})`;
}

function showsExtremes({ age }: Description): boolean {
  return 'minimumYears' in age && !isSuppressed(age.minimumYears);
}

function extremesText({ age }: Description): string {
  if (isSuppressed(age)) return HIDDEN;
  if ('cannotTell' in age) return 'not given';
  const { minimumYears, maximumYears } = age;
  if (isSuppressed(minimumYears) || isSuppressed(maximumYears)) return HIDDEN;
  return `${formatPlain(minimumYears)} to ${formatPlain(maximumYears)}`;
}

/** "restingBloodPressure" as "Resting blood pressure". */
export function fieldWords(field: string): string {
  const words = field.replace(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
