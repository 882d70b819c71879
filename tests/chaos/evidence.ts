// What a cloud holds when it is done, in the form in which two clouds can be compared ("What identical means").
import { createHash } from 'node:crypto';
import { ListObjectVersionsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { runCohort } from '#cli/pass.ts';
import { compareMoments } from '#lib/cohort/revisions.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { countLedger, type Ledger } from '#lib/ledger/count.ts';
import { TABLE_NAMES, type TableName } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import type { Running } from './cloud.ts';
import type { ChaosDrop } from './hospitals.ts';

export interface Version {
  readonly key: string;
  readonly versionId: string;
  /** MD5 of the content. */
  readonly etag: string;
}

export interface Evidence {
  readonly ledger: Ledger;
  /** Under `drops/`. */
  readonly versions: readonly Version[];
  readonly receipts: readonly string[];
  readonly quarantined: readonly string[];
  readonly messages: Readonly<Record<string, number>>;
  readonly undeliveredEvents: number;
  /** Keys with the MD5 of their contents. */
  readonly studies: ReadonlyMap<string, string>;
  readonly predictions: ReadonlyMap<string, string>;
  readonly results: ReadonlyMap<string, string>;
  /** By cohort, path to text. */
  readonly reports: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly tables: Readonly<Record<TableName, readonly Row[]>>;
}

type Row = Readonly<Record<string, unknown>>;

/** When and as which version a drop came is of the occasion, not of the content. */
const OF_THE_OCCASION: ReadonlySet<string> = new Set(['receivedAt', 'dropKey', 'versionId']);

/** Lets incomplete sets end, audits the cohorts, merges the tables, and reads everything; call it when the cloud is idle. */
export async function gather(running: Running, cohorts: readonly Cohort[]): Promise<Evidence> {
  const { twin, operator, publisher } = running;
  await letSetsEnd(running);
  const reports = new Map<string, ReadonlyMap<string, string>>();
  for (const cohort of cohorts) {
    const files = await runCohort(running, { run: cohort.name, cohort, publicData: true, command: 'chaos' });
    reports.set(cohort.name, new Map([...files].map(([path, body]) => [path, Buffer.from(body).toString('utf8')])));
  }
  await twin.idle();
  await running.invoke('merge');
  const queues = await twin.queues();
  const listed = (prefix: string) => listEtags(publisher.s3, publisher.archiveName, prefix);
  return {
    ledger: await countLedger(operator.archive, operator.intake),
    versions: await listVersions(operator.s3, running.intakeName),
    receipts: await keysOf(operator.intake.list('receipts/')),
    quarantined: await keysOf(operator.archive.list('quarantine/')),
    messages: Object.fromEntries(
      Object.entries(queues)
        .map(([name, { visible, inFlight, delayed }]) => [name, visible + inFlight + delayed] as const)
        .filter(([, left]) => left > 0),
    ),
    undeliveredEvents: await twin.undeliveredEvents(),
    studies: await listed('studies/'),
    predictions: await listed('predictions/'),
    results: await listed('results/'),
    reports,
    tables: Object.fromEntries(
      await Promise.all(TABLE_NAMES.map(async (table) => [table, await rowsOf(running, table)] as const)),
    ) as Record<TableName, readonly Row[]>,
  };
}

/** Hours after which a header may take signal files that another has taken, and a signal file that none took is given up. */
const SETS_END_AT_HOURS = [7, 25];

/** A header or signal file whose put was repeated, since its answer was lost, waits for its outcome until a sweep looks at it. */
async function letSetsEnd({ twin, invoke }: Running): Promise<void> {
  let passed = 0;
  for (const hours of SETS_END_AT_HOURS) {
    await twin.skip((hours - passed) * 60 * 60 * 1000);
    passed = hours;
    await invoke('sweep');
    await twin.idle();
  }
}

async function rowsOf({ researcher }: Running, table: TableName): Promise<readonly Row[]> {
  const objects = await tableObjects(researcher.archive, table);
  return (await readObjects(researcher.archive, table, objects)).map((row) => ({ ...row }));
}

export async function keysOf(objects: AsyncIterable<{ readonly key: string }>): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
}

async function listEtags(s3: S3Client, bucket: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const etags = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, ETag } of Contents) etags.set(Key as string, ETag as string);
  }
  return etags;
}

async function listVersions(s3: S3Client, bucket: string): Promise<readonly Version[]> {
  const versions: Version[] = [];
  for (let from: { KeyMarker?: string; VersionIdMarker?: string } = {}; ; ) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'drops/', ...from }));
    for (const { Key, VersionId, ETag } of page.Versions ?? []) {
      versions.push({ key: Key as string, versionId: VersionId as string, etag: (ETag as string).replaceAll('"', '') });
    }
    if (!page.IsTruncated) return versions;
    from = { KeyMarker: page.NextKeyMarker as string, VersionIdMarker: page.NextVersionIdMarker as string };
  }
}

/** Rows without what is of the occasion, in an order that does not depend on it either. */
export function contentOf(rows: readonly Row[]): readonly string[] {
  return rows
    .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !OF_THE_OCCASION.has(column))))
    .sort();
}

/** What was put, version by version, in the order in which the ledger received it; repeated puts of lost answers included. */
export function versionsInOrder(evidence: Evidence, drops: readonly ChaosDrop[]): readonly ChaosDrop[] {
  const made = new Map(drops.map((drop) => [`drops/${drop.site}/${drop.path} ${md5(drop.body)}`, drop]));
  const stored = new Map(evidence.versions.map((version) => [version.versionId, version]));
  const received = evidence.tables.ledger.filter(({ kind }) => kind === 'drop') as unknown as readonly {
    readonly receivedAt: string;
    readonly versionId: string;
  }[];
  return received.toSorted(compareMoments).map(({ versionId }) => {
    const version = stored.get(versionId);
    const drop = version && made.get(`${version.key} ${version.etag}`);
    if (drop === undefined) throw new Error(`ledger: found version ${versionId} that no hospital has put`);
    return drop;
  });
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
