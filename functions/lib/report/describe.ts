import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type GroupColumn, groupColumn, isGroupColumn } from '#lib/fairness/columns.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import type { CannotTell } from '#lib/validation/estimate.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import {
  type AgeSummary,
  type CategoryCount,
  CHARACTERISTICS,
  type DescribedGroup,
  type Description,
  type DurationSummary,
} from './description.ts';
import { clustersOf, peopleOf, sexOf } from './measure.ts';

/** Table 1: each site and, last, all of them. */
export function describe(
  rows: readonly AnalysedRow[],
  sites: readonly string[],
  fields: readonly string[],
): Description[] {
  const bySite = Map.groupBy(rows, (row) => row.site);
  const values = valuesOf(rows);
  const groups = describedGroups(rows);
  const columns = sites.map((site) => describeRows(site, bySite.get(site) ?? [], fields, values, groups));
  return [...columns, describeRows(null, rows, fields, values, groups)];
}

function describeRows(
  site: string | null,
  rows: readonly AnalysedRow[],
  fields: readonly string[],
  values: CategoryValues,
  groups: readonly PlacedColumn[],
): Description {
  const countOf = (test: (row: AnalysedRow) => boolean) => rows.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0);
  const events = countOf((row) => row.label === 1);
  const women = countOf((row) => sexOf(row) === 'female');
  const men = countOf((row) => sexOf(row) === 'male');
  return {
    site,
    n: rows.length,
    subjects: peopleOf(rows),
    women,
    men,
    sexMissing: rows.length - women - men,
    age: ageSummary(rows),
    events,
    prevalence: clusteredProportion(
      Uint8Array.from(rows, ({ label }) => label),
      clustersOf(rows),
    ),
    missing: fields.map((field) => ({ field, missing: countOf((row) => !row.present.has(field)) })),
    duration: durationSummary(rows),
    categories: [
      ...CHARACTERISTICS.flatMap((characteristic) => categoriesOf(characteristic, rows, values)),
      ...groups.flatMap((column) => groupCounts(column, rows)),
    ],
  };
}

function ageSummary(rows: readonly AnalysedRow[]): AgeSummary | CannotTell {
  const ages = Float64Array.from(rows.flatMap(({ ageYears }) => (ageYears === undefined ? [] : [ageYears]))).sort();
  if (ages.length === 0) return { cannotTell: 'no age was given', n: rows.length, events: 0 };
  const [lowerQuartileYears, medianYears, upperQuartileYears] = quantiles(ages, [0.25, 0.5, 0.75]);
  return {
    medianYears,
    lowerQuartileYears,
    upperQuartileYears,
    minimumYears: ages[0],
    maximumYears: ages[ages.length - 1],
  };
}

type Characteristic = (typeof CHARACTERISTICS)[number];
type CategoryValues = ReadonlyMap<Characteristic, readonly string[]>;

const NOT_KNOWN = 'unknown';

/** The value of a characteristic; a study that lacks it is a category of its own where others have it. */
function categoryOf(characteristic: Characteristic, { recording, device }: AnalysedRow): string | undefined {
  switch (characteristic) {
    case 'device':
      return device;
    case 'samplingRateHz':
      return recording && String(recording.samplingRateHz);
    case 'leads':
      return recording && String(recording.leads);
    case 'leadRead':
      return recording?.leadRead;
  }
}

/** Values that occur in any column, numbers by size; characteristics that no study has are left out. */
function valuesOf(rows: readonly AnalysedRow[]): CategoryValues {
  const values = new Map<Characteristic, readonly string[]>();
  for (const characteristic of CHARACTERISTICS) {
    const found = new Set(rows.map((row) => categoryOf(characteristic, row)));
    const known = [...found].filter((value) => value !== undefined);
    known.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    if (known.length > 0) values.set(characteristic, [...known, ...(found.has(undefined) ? [NOT_KNOWN] : [])]);
  }
  return values;
}

function categoriesOf(
  characteristic: Characteristic,
  rows: readonly AnalysedRow[],
  values: CategoryValues,
): CategoryCount[] {
  const counts = Map.groupBy(rows, (row) => categoryOf(characteristic, row) ?? NOT_KNOWN);
  return (values.get(characteristic) ?? []).map((value) => ({
    characteristic,
    value,
    n: counts.get(value)?.length ?? 0,
  }));
}

/** A column that sites describe, and where each study stands in it. */
interface PlacedColumn {
  readonly column: GroupColumn;
  readonly placeOf: ReadonlyMap<AnalysedRow, number>;
}

/** Groups that sites describe, the same as the fairness chapter compares: the smallest of many together, columns of too many left out. */
function describedGroups(rows: readonly AnalysedRow[]): PlacedColumn[] {
  const names = [...new Set(rows.flatMap(({ groups }) => Object.keys(groups)))].sort();
  return names.flatMap((name) => {
    const column = groupColumn(
      name,
      rows.map(({ groups }) => groups[name]),
    );
    if (!isGroupColumn(column)) return [];
    return [{ column, placeOf: new Map(rows.map((row, i) => [row, column.codes[i]])) }];
  });
}

function groupCounts(
  { column: { name, values }, placeOf }: PlacedColumn,
  rows: readonly AnalysedRow[],
): CategoryCount[] {
  const counts = new Uint32Array(values.length);
  for (const row of rows) counts[placeOf.get(row) ?? 0] += 1;
  const characteristic: DescribedGroup = `group:${name}`;
  return values.map((value, place) => ({ characteristic, value, n: counts[place] }));
}

function durationSummary(rows: readonly AnalysedRow[]): DurationSummary | null {
  const seconds = Float64Array.from(rows.flatMap(({ recording }) => recording?.durationSeconds ?? [])).sort();
  if (seconds.length === 0) return null;
  const [lowerQuartileSeconds, medianSeconds, upperQuartileSeconds] = quantiles(seconds, [0.25, 0.5, 0.75]);
  return {
    ...{ medianSeconds, lowerQuartileSeconds, upperQuartileSeconds },
    minimumSeconds: seconds[0],
    maximumSeconds: seconds[seconds.length - 1],
  };
}
