import type { VNode } from 'preact';
import { measurementWords } from '#lib/formats/measurement-words.ts';
import { type CategoryCount, CHARACTERISTICS, type Description } from './description.ts';
import { element } from './element.ts';
import { capitalised, formatAge, formatCount, formatFigure, formatPlain, formatShare, HIDDEN } from './format.ts';
import { outcomeWords } from './outcome-words.ts';
import { deviceWords } from './reasons.ts';
import { isSuppressed, type Report } from './record.ts';
import { dataTable, type TableRow } from './table.ts';

/** Section "Who was studied" (Table 1). */
export function table1Section({ table1, cohort }: Report): VNode {
  return element('section', { 'aria-labelledby': 'people' }, [
    element('h2', { id: 'people' }, 'Who was studied'),
    dataTable({
      id: 'table1',
      caption: 'Table 1. Studies of the primary analysis by hospital',
      columns: [
        { heading: 'Characteristic' },
        ...table1.map(({ site }) => ({ heading: site ?? 'All sites', numeric: true })),
      ],
      rows: rowsOf(table1, outcomeWords(cohort.label)),
      note: 'Counts with the share of the studies of the same column. Age: median (quartiles).',
    }),
  ]);
}

function rowsOf(columns: readonly Description[], outcome: string): TableRow[] {
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
    row(`With ${outcome}`, ({ events }) => formatCount(events)),
    row(`With ${outcome}, share of studies (95 % interval)`, ({ prevalence }) => formatFigure(prevalence, 'percent')),
    ...recordingRows(columns, row),
    ...fields.map((field) => ({
      ...row(`${fieldWords(field)}: missing`, ({ missing, n }) =>
        formatShare(missing.find((entry) => entry.field === field)?.missing ?? 0, n),
      ),
      kind: 'detail' as const,
    })),
  ];
}

const CHARACTERISTIC_WORDS: Readonly<Record<(typeof CHARACTERISTICS)[number], (value: string) => string>> = {
  samplingRateHz: (value) => `Recorded at ${value}${value === 'unknown' ? ' rate' : ' Hz'}`,
  leads: (value) => `Leads recorded: ${value}`,
  leadRead: (value) => `Lead read: ${value}`,
  device: (value) => deviceWords(value),
};

/** "Insurance: private" of groups that sites describe. */
function categoryWords(characteristic: CategoryCount['characteristic'], value: string): string {
  if (isCharacteristic(characteristic)) return CHARACTERISTIC_WORDS[characteristic](value);
  return `${fieldWords(characteristic.slice(GROUP.length))}: ${value === 'unknown' ? 'not given' : value}`;
}

const GROUP = 'group:';
const isCharacteristic = (name: string): name is (typeof CHARACTERISTICS)[number] =>
  CHARACTERISTICS.some((one) => one === name);

/** How long ECGs last, and how often each sampling rate, number of leads, lead read and recorder occurs. */
function recordingRows(
  columns: readonly Description[],
  row: (heading: string, cell: (column: Description) => string) => TableRow,
): TableRow[] {
  const lasts = columns.some(({ duration }) => duration !== null);
  return [
    ...(lasts ? [row('Duration, s: median (quartiles)', ({ duration }) => durationText(duration))] : []),
    ...(columns.some(
      ({ duration }) => duration !== null && 'minimumSeconds' in duration && !isSuppressed(duration.minimumSeconds),
    )
      ? [row('Shortest and longest, s', ({ duration }) => extremeSeconds(duration))]
      : []),
    ...(columns[0]?.categories ?? []).map(({ characteristic, value }, i) =>
      row(categoryWords(characteristic, value), ({ categories, n }) => formatShare(categories[i].n, n)),
    ),
  ];
}

function durationText(duration: Description['duration']): string {
  if (duration === null) return 'not given';
  if (isSuppressed(duration)) return HIDDEN;
  const { medianSeconds, lowerQuartileSeconds, upperQuartileSeconds } = duration;
  return `${formatPlain(medianSeconds)} (${formatPlain(lowerQuartileSeconds)} to ${formatPlain(upperQuartileSeconds)})`;
}

function extremeSeconds(duration: Description['duration']): string {
  if (duration === null) return 'not given';
  if (isSuppressed(duration) || isSuppressed(duration.minimumSeconds) || isSuppressed(duration.maximumSeconds))
    return HIDDEN;
  return `${formatPlain(duration.minimumSeconds)} to ${formatPlain(duration.maximumSeconds)}`;
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
  return `${formatAge(minimumYears)} to ${formatAge(maximumYears)}`;
}

/** "restingBloodPressure" as "Resting blood pressure", "stSlope" as "ST slope". */
function fieldWords(field: string): string {
  return capitalised(measurementWords(field));
}
