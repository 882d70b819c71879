import type { Finding } from '#functions/study.ts';
import type { SiteTable } from '#lib/sites/site.ts';
import { codeLookup, missingTest } from './cells.ts';
import type { ColumnPlace } from './header.ts';
import { parseDecimal } from './number.ts';
import { groupKey, NOT_LISTED } from './study-groups.ts';
import { indexOf } from './table-labels.ts';

export interface GroupReader {
  readonly column: string;
  /** The payload's name. */
  readonly key: string;
  readonly index: number;
  /** Cells that the site's codes do not list; counted while reading. */
  notListed: number;
  /** The site's own word for the group; undefined where nothing is given. */
  readonly read: (cell: string) => string | undefined;
}

/**
 * One reader per group column. A cell that is not listed costs nothing but a finding: refusing the row would drop people by
 * their ethnicity. What stands in it never leaves the intake boundary.
 */
export function groupReaders(table: SiteTable, places: ReadonlyMap<string, ColumnPlace>): GroupReader[] {
  return Object.entries(table.groups ?? {}).map(([name, { column, codes, missing = [] }]) => {
    const lookUp = codeLookup(codes, table.decimal);
    const isMissing = missingTest([...table.missing, ...missing], table.decimal);
    const reader: GroupReader = {
      ...{ column, key: groupKey(name), index: indexOf(column, places), notListed: 0 },
      read(cell) {
        const group = lookUp(cell);
        if (group !== undefined) return group;
        if (isMissing(cell, parseDecimal(cell, table.decimal))) return undefined;
        reader.notListed += 1;
        return NOT_LISTED;
      },
    };
    return reader;
  });
}

/** How many cells of a group column were not listed. */
export function groupsNotListed({ column, notListed }: GroupReader): Finding[] {
  if (notListed === 0) return [];
  const message = `column "${column}": found ${notListed} times a group that the site does not list, taken as ${NOT_LISTED}`;
  return [{ severity: 'warning', code: 'group-not-listed', message }];
}
