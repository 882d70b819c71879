import { RejectedDrop } from '#functions/errors.ts';
import type { Finding } from '#functions/study.ts';
import type { Site } from '#lib/sites/site.ts';
import { lastPart } from './owners.ts';
import { describesRecords, type RecordTable, recordTable } from './record-table.ts';
import { recordFiles } from './wfdb/header.ts';
import { decodeHeader } from './wfdb/lines.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** What is in a zip, or among the files of a set: nothing is left out without a finding. */
export interface EcgFiles {
  /** Records by the path of their header without extension, in order of their code points. */
  readonly records: readonly string[];
  /** Header of each record: its extension may be in capitals. */
  readonly headers: ReadonlyMap<string, string>;
  readonly tables: readonly RecordTable[];
  readonly findings: readonly Finding[];
}

const header = /\.hea$/i;
const annotation = /\.(?:atr|qrs|ann|ari|ecg|man|pu\d*|wqrs|xws)$/i;
const signal = /\.(?:dat|mat|xyz)$/i;
const table = /\.(?:csv|tsv)$/i;
/** What macOS and Windows put beside the files of a person. */
const ofSystem = /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/;

/** Sorts the files of a drop; throws RejectedDrop where no ECG is among them, or none of its tables is one of the site's. */
export function ecgFiles(files: Files, site: Site): EcgFiles {
  const paths = [...files.keys()].filter((path) => !ofSystem.test(path));
  const headers = new Map(paths.filter((path) => header.test(path)).map((path) => [path.replace(header, ''), path]));
  const records = [...headers.keys()].sort();
  if (records.length === 0) throw noEcg(files.size, paths.filter((path) => table.test(path)).length);
  const used = new Set([...headers.values(), ...records.flatMap((record) => signalFiles(files, headers, record))]);
  const others = paths.filter((path) => !used.has(path));
  const { tables, taken, findings } = readTables(files, others, site);
  const left = others.filter((path) => !taken.has(path));
  return {
    records,
    headers,
    tables,
    findings: [...findings, ...leftOut(left, files.size - paths.length)],
  };
}

/** Paths of the files that the record's header names; none where it cannot be read, which reading the record will say. */
export function signalFiles(files: Files, headers: ReadonlyMap<string, string>, record: string): string[] {
  const folder = record.slice(0, record.length - lastPart(record).length);
  try {
    const text = decodeHeader(files.get(headers.get(record) ?? '') ?? new Uint8Array());
    return recordFiles(text).map((name) => folder + name);
  } catch (error) {
    if (error instanceof RejectedDrop) return [];
    throw error;
  }
}

/** Tables that describe the records. Where the site has such tables, at least one of those dropped must be one. */
function readTables(files: Files, paths: readonly string[], site: Site) {
  const tables: RecordTable[] = [];
  const taken = new Set<string>();
  const findings: Finding[] = [];
  let refusal: RejectedDrop | undefined;
  for (const path of describesRecords(site) ? paths : []) {
    const read = recordTable(files.get(path) ?? new Uint8Array(), path, site);
    if (!(read instanceof RejectedDrop)) {
      tables.push(read);
      taken.add(path);
    } else if (table.test(path)) {
      refusal ??= read;
      findings.push({
        severity: 'warning',
        code: 'table-left-out',
        message: `a table beside the ECGs: ${read.message}`,
      });
    }
  }
  if (tables.length === 0 && refusal !== undefined) {
    throw new RejectedDrop(refusal.code, `table beside the ECGs: ${refusal.message}`, { cause: refusal });
  }
  return { tables, taken, findings };
}

function leftOut(paths: readonly string[], ofSystemFiles: number): Finding[] {
  const annotations = paths.filter((path) => annotation.test(path)).length;
  const signals = paths.filter((path) => signal.test(path)).length;
  const others = paths.length - annotations - signals;
  return [
    counted(annotations, 'annotations-unused', 'information', 'annotation files, which nothing uses yet'),
    counted(signals, 'signal-file-unused', 'warning', 'signal files that no header names'),
    counted(others, 'file-left-out', 'information', 'files that are neither ECG nor table of the site'),
    counted(ofSystemFiles, 'system-file', 'information', 'files of an operating system'),
  ].flat();
}

function counted(count: number, code: string, severity: Finding['severity'], what: string): Finding[] {
  return count === 0 ? [] : [{ severity, code, message: `found ${count} ${what}; left out` }];
}

function noEcg(files: number, tables: number): RejectedDrop {
  const found = `found ${files} files and no WFDB header (.hea) among them`;
  const accepted = 'accepted ECGs in WFDB format with their signal files';
  if (tables === 0) return new RejectedDrop('no-ecg', `${found}, ${accepted}`);
  return new RejectedDrop('no-ecg', `${found}, ${accepted}; tables alone are accepted one by one, outside a zip`);
}
