// What each drop came to and what it must come to, in a file: there may be more drops than memory holds.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Expected } from '#lib/simulate/truth.ts';

type Side = 'found' | 'wanted';

export interface Difference {
  readonly site: string;
  readonly path: string;
  readonly found: string;
  readonly wanted: string;
}

/** Two sides of every path, of which several versions count together, and drops of the same content. */
export interface OutcomesFile {
  want(site: string, path: string, truth: Expected, sameAs: string | undefined): void;
  /** Where a version of an object lies. */
  place(versionId: string, path: string): void;
  /** Adds what a version came to; one that lies nowhere is left out. */
  find(site: string, versionId: string, outcome: Expected): void;
  differences(): readonly Difference[];
  close(): void;
}

const TABLES = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE places (version TEXT PRIMARY KEY, path TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE same (site TEXT, path TEXT, first TEXT NOT NULL, PRIMARY KEY (site, path)) WITHOUT ROWID;
  CREATE TABLE counts (
    site TEXT, path TEXT, what TEXT, found INTEGER NOT NULL, wanted INTEGER NOT NULL, PRIMARY KEY (site, path, what)
  ) WITHOUT ROWID;
`;

/** A new file at this path, in place of an old one. */
export function outcomesFile(path: string): OutcomesFile {
  rmSync(path, { force: true });
  const database = new DatabaseSync(path);
  database.exec(TABLES);
  const addPlace = database.prepare('INSERT OR REPLACE INTO places VALUES (?, ?)');
  const addSame = database.prepare('INSERT OR REPLACE INTO same VALUES (?, ?, ?)');
  const placeOf = database.prepare('SELECT path FROM places WHERE version = ?');
  const firstOf = database.prepare('SELECT first FROM same WHERE site = ? AND path = ?');
  const addCount = database.prepare(
    `INSERT INTO counts VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET found = found + excluded.found, wanted = wanted + excluded.wanted`,
  );
  const differing = database.prepare(
    `SELECT site, path, what, found, wanted FROM counts
     WHERE (site, path) IN (SELECT site, path FROM counts WHERE found <> wanted) ORDER BY site, path`,
  );
  function add(side: Side, site: string, at: string, outcome: Expected): void {
    for (const [what, count] of countsOf(outcome)) {
      if (count > 0) addCount.run(site, at, what, side === 'found' ? count : 0, side === 'wanted' ? count : 0);
    }
  }
  return {
    want(site, own, truth, sameAs) {
      if (sameAs !== undefined) addSame.run(site, own, sameAs);
      add('wanted', site, sameAs ?? own, truth);
    },
    place: (versionId, at) => void addPlace.run(versionId, at),
    find(site, versionId, outcome) {
      const at = placeOf.get(versionId)?.path;
      if (at !== undefined) add('found', site, String(firstOf.get(site, at)?.first ?? at), outcome);
    },
    differences: () => textOf(differing.all() as unknown as readonly CountRow[]),
    close: () => database.close(),
  };
}

interface CountRow extends Readonly<Record<Side, number>> {
  readonly site: string;
  readonly path: string;
  readonly what: string;
}

const countsOf = ({ scored, filed, repeated, reasons }: Expected): readonly (readonly [string, number])[] => [
  ...Object.entries({ scored, filed, repeated }),
  ...Object.entries(reasons),
];

function textOf(rows: readonly CountRow[]): readonly Difference[] {
  const paths = Map.groupBy(rows, ({ site, path }) => `${site}/${path}`);
  return [...paths.values()].map((of) => {
    const { site, path } = of[0] as CountRow;
    return { site, path, found: words(of, 'found'), wanted: words(of, 'wanted') };
  });
}

const ALWAYS_SAID = ['scored', 'filed', 'repeated'];

function words(rows: readonly CountRow[], side: Side): string {
  const counts = new Map(rows.map((row) => [row.what, row[side]]));
  const codes = [...counts.keys()].filter((what) => !ALWAYS_SAID.includes(what) && counts.get(what) !== 0).sort();
  return [...ALWAYS_SAID, ...codes].map((what) => `${counts.get(what) ?? 0} ${what}`).join(', ');
}
