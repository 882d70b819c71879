// A drop is read as what it is: a zip or a set of ECGs, or a table.
import { readZip } from '#lib/formats/archive-zip.ts';
import type { DropFormat } from '#lib/formats/detect.ts';
import { openEcgDrop } from '#lib/formats/ecg-drop.ts';
import { readManifest } from '#lib/formats/manifest.ts';
import { readTable } from '#lib/formats/table.ts';
import { recordFiles } from '#lib/formats/wfdb/header.ts';
import { decodeHeader } from '#lib/formats/wfdb/lines.ts';
import type { Site } from '#lib/sites/site.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropLink, DropMessage, Plan } from '../study.ts';
import { fileEcgs } from './file-ecgs.ts';
import { fileTable } from './file-table.ts';
import { ANNOTATORS } from './member.ts';
import { closedSet, planMembers, readMembers, type SetRequest } from './sets.ts';

/** A drop with all that is needed to read it. */
export interface OpenDrop {
  readonly drop: DropMessage;
  readonly link: DropLink;
  /** Below `drops/<site>/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly format: DropFormat;
  readonly site: Site;
  readonly ageHours: number;
}

/** The plan of the drop, all that it names filed; undefined while a set is not complete. Throws RejectedDrop. */
export async function fileDrop(open: OpenDrop, ports: InsidePorts): Promise<Plan | undefined> {
  const { format, bytes, path, site, drop } = open;
  if (format === 'zip') return fileEcgs(openEcgDrop(readZip(bytes), site), drop, ports);
  if (format === 'table') return fileTable(readTable(bytes, path, site), drop, ports);
  return fileSet(open, format === 'manifest' ? manifestRequest(open) : headerRequest(open), ports);
}

/** Reads the parts of a set together, as they would be read in a zip. */
async function fileSet(open: OpenDrop, request: SetRequest, ports: InsidePorts): Promise<Plan | undefined> {
  const { drop, link, bytes, site } = open;
  if (request.needs.includes(link.key)) throw namesItself(request);
  const set = await closedSet(drop, request, ports);
  if (set === undefined) return undefined;
  // Before anything is claimed: a header that had begun by itself then has its plan, and its claim passes on to this drop.
  await planMembers(set, drop, ports);
  const parts = await readMembers(set, ports);
  const folder = folderOf(link.key);
  const files = new Map([...parts].map(([key, body]) => [key.slice(folder.length), body]));
  if (request.kind === 'header') files.set(headerName(link.key.slice(folder.length)), bytes);
  return fileEcgs(openEcgDrop(files, site), drop, ports);
}

/** The signal files beside the header, and annotations of its record. */
function headerRequest({ bytes, link, ageHours }: OpenDrop): SetRequest {
  const folder = folderOf(link.key);
  const needs = recordFiles(decodeHeader(bytes)).map((name) => folder + name);
  const welcomes = ANNOTATORS.map((annotator) => `${link.key.replace(/\.hea$/i, '')}.${annotator}`);
  return { kind: 'header', needs, welcomes, ageHours };
}

function manifestRequest({ bytes, link, ageHours }: OpenDrop): SetRequest {
  const folder = folderOf(link.key);
  return { kind: 'manifest', needs: readManifest(bytes).map((file) => folder + file), welcomes: [], ageHours };
}

/** Its own plan would say that it is a part of itself, and its items would be counted nowhere. */
function namesItself({ kind }: SetRequest): RejectedDrop {
  const code = kind === 'header' ? 'wfdb-header' : 'manifest';
  return new RejectedDrop(code, `found a ${kind} that names itself, accepted the names of other files`);
}

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** A header that is known by its content alone needs the extension to be found among the files of its record. */
const headerName = (name: string): string => (/\.hea$/i.test(name) ? name : `${name}.hea`);
