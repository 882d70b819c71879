// Every object key of the archive and of the intake bucket's own objects, in one place (docs/architecture.md has the table).
import { createHash } from 'node:crypto';
import type { Slot, UnitMessage } from '#functions/study.ts';
import { attemptOf, dropOf } from './attempt.ts';

/** Site under which drops of unknown sites are kept: their own prefix may hold anything, so it never becomes a key of the archive. */
export const UNKNOWN_SITE = '_unknown';

export const siteKey = (site: string): string => `sites/${site}.json`;

export const receivedKey = (site: string, dropKey: string): string => `ledger/${site}/${dropKey}/received.json`;
export const planKey = (site: string, dropKey: string): string => `ledger/${site}/${dropKey}/plan.json`;
export const resendKey = (site: string, dropKey: string, hours: number): string =>
  `ledger/${site}/${dropKey}/resend-${hours}h.json`;
export const ledgerPrefix = (site: string): string => `ledger/${site}/`;

export const OPEN_PREFIX = 'ledger/open/';
export const openKey = (site: string, dropKey: string): string => `${OPEN_PREFIX}${site}/${dropKey}`;

/** The claim on a unit; `after` is the drop whose claim died with its quarantine. */
export const ownerKey = (site: string, unit: string, after?: string): string =>
  `units/${site}/${unit}/${after === undefined ? 'owner' : `owner-after-${after}`}.json`;
/** Which models were switched off when the unit was published: decided once, so that page, outcome and tables agree. */
export const withdrawnKey = (at: UnitMessage): string => `units/${unitFolder(at)}withdrawn.json`;
export const closedKey = (at: UnitMessage): string => `units/${unitFolder(at)}closed.json`;

export const studyRowsKey = (site: string, unit: string): string => `studies/${site}/${unit}/rows.parquet`;
export const ecgKey = (site: string, unit: string): string => `studies/${site}/${unit}/ecg.bin`;
export const studyKey = (site: string, unit: string): string => `studies/${site}/${unit}/study.json`;
export const labelsKey = (site: string, dropKey: string): string => `labels/${site}/${dropKey}.parquet`;

export const resultKey = (at: UnitMessage, name: string): string => `results/${unitFolder(at)}${name}`;

export const modelKey = (model: string, version: string, file: string): string => `models/${model}/${version}/${file}`;
export const disabledKey = (model: string, version: string): string => `models/disabled/${model}@${version}`;

/** Scope of the hashes of drops: a drop has one key whether or not its site is set up yet. */
export const DROP_SCOPE = '_drops';

/** The way back is the drop's, whichever attempt takes it. */
export const linkKey = (dropKey: string): string => `links/${dropOf(dropKey)}.json`;

/** Names of a drop's ECGs in the order of its rows, in the intake bucket: they may be names of people. */
export const namesKey = (dropKey: string): string => `names/${dropOf(dropKey)}.json`;

/** What an attempt does to a unit lies apart from what an earlier one did: a late twin of that one can damage nothing. */
const unitFolder = ({ site, unit, dropKey }: UnitMessage): string => {
  const attempt = attemptOf(dropKey);
  return attempt === 1 ? `${site}/${unit}/` : `${site}/${unit}/attempt-${attempt}/`;
};

export const quarantineKey = (step: string, id: string): string => `quarantine/${step}/${id}.json`;

/** Which versions make up the set that a drop closes, in the intake bucket: decided once, every later delivery follows it. */
export const setKey = (dropKey: string): string => `sets/${dropOf(dropKey)}.json`;

/** Marks of drops that wait for an object, in the intake bucket; the object's key may name a person. */
export const waitingPrefix = (objectKey: string): string =>
  `waiting/${createHash('sha256').update(objectKey).digest('hex')}/`;
export const waitingKey = (objectKey: string, dropKey: string): string => `${waitingPrefix(objectKey)}${dropKey}.json`;

const DROPS = 'drops/';

/** S3 user guide, "Naming Amazon S3 objects". */
const LONGEST_KEY_BYTES = 1024;
const LONGEST_SITE_CHARACTERS = 63;

/**
 * Receipt beside the drop, in the intake bucket: `receipts/<same path>.<versionId>.json`, of a later attempt
 * `….<versionId>.attempt-<n>.json`. A receipt's name is longer than its drop's: where S3 would refuse it, the SHA-256 of the
 * drop's key stands for the path.
 */
export function receiptKey(dropObjectKey: string, versionId: string, attempt = 1): string {
  const end = attempt === 1 ? `${versionId}.json` : `${versionId}.attempt-${attempt}.json`;
  const beside = `receipts/${dropObjectKey.slice(DROPS.length)}.${end}`;
  if (Buffer.byteLength(beside) <= LONGEST_KEY_BYTES) return beside;
  const named = parseDropKey(dropObjectKey)?.site ?? UNKNOWN_SITE;
  const site = named.length <= LONGEST_SITE_CHARACTERS ? named : UNKNOWN_SITE;
  return `receipts/${site}/sha256-${createHash('sha256').update(dropObjectKey).digest('hex')}.${end}`;
}

/** Site and path of an object key `drops/<site>/<path>`; undefined when it has another shape. */
export function parseDropKey(key: string): { readonly site: string; readonly path: string } | undefined {
  const match = /^drops\/([^/]+)\/(.+)$/su.exec(key);
  return match ? { site: match[1] as string, path: match[2] as string } : undefined;
}

export const slotName = (slot: Pick<Slot, 'model' | 'version'>): string => `${slot.model}@${slot.version}`;

export const predictionsPrefix = (at: UnitMessage): string => `predictions/${unitFolder(at)}`;

/** Rows `from` (inclusive) to `to` (exclusive) of a unit, counted from 0. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Predictions of one slot: of the whole unit, or of a range of its rows after it was halved. */
export function predictionsKey(at: UnitMessage, slot: Pick<Slot, 'model' | 'version'>, range?: RowRange): string {
  const part = range === undefined ? '' : `.rows-${range.from}-${range.to}`;
  return `${predictionsPrefix(at)}${slotName(slot)}${part}.parquet`;
}
