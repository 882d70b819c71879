import { givenLabels, type TableProblem } from './check-tables.ts';
import type { HeaderLabel, SiteTable } from './site.ts';

/** A label has one source in a site: of two for the same record, which is right could not be known. */
export function checkHeaderLabels(labels: readonly HeaderLabel[], tables: readonly SiteTable[]): TableProblem[] {
  const inTables = new Set(
    tables.filter(({ record }) => record !== undefined).flatMap((table) => givenLabels(table).map(({ name }) => name)),
  );
  const names = labels.map(({ name }) => name);
  return labels.flatMap(({ name, positive, negative = [] }, index) => {
    const problems: TableProblem[] = [];
    if (names.indexOf(name) !== index) problems.push({ path: [index, 'name'], message: 'found twice, accepted once' });
    if (inTables.has(name)) {
      problems.push({
        path: [index, 'name'],
        message: 'found also as a label of a table of records, accepted one of both',
      });
    }
    if (positive.some((code) => negative.includes(code))) {
      problems.push({ path: [index, 'negative'], message: 'found a code that is positive too, accepted other ones' });
    }
    return problems;
  });
}
