import type { AnalysedRow } from '#lib/cohort/select.ts';
import type { CannotTell } from '#lib/validation/estimate.ts';
import { proportion } from '#lib/validation/proportion.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import { sexOf } from './measure.ts';
import type { AgeSummary, Description } from './record.ts';

/** Table 1: each site and, last, all of them. */
export function describe(
  rows: readonly AnalysedRow[],
  sites: readonly string[],
  fields: readonly string[],
): Description[] {
  const bySite = Map.groupBy(rows, (row) => row.site);
  const columns = sites.map((site) => describeRows(site, bySite.get(site) ?? [], fields));
  return [...columns, describeRows(null, rows, fields)];
}

function describeRows(site: string | null, rows: readonly AnalysedRow[], fields: readonly string[]): Description {
  const countOf = (test: (row: AnalysedRow) => boolean) => rows.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0);
  const events = countOf((row) => row.label === 1);
  const women = countOf((row) => sexOf(row) === 'female');
  const men = countOf((row) => sexOf(row) === 'male');
  return {
    site,
    n: rows.length,
    subjects: new Set(rows.map((row) => `${row.site}/${row.subjectKey}`)).size,
    women,
    men,
    sexMissing: rows.length - women - men,
    age: ageSummary(rows),
    events,
    prevalence: proportion(events, rows.length),
    missing: fields.map((field) => ({ field, missing: countOf((row) => !row.present.has(field)) })),
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
