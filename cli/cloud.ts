// The embedded cloud for a command: synthesize, start, and one set of clients per role.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakeBucket } from '#functions/ports.ts';
import { synthesizeApart } from '#infra/synthesize-apart.ts';
import { startTwin, type Twin, type TwinOptions } from '#infra/twin/twin.ts';
import { type Account, connectBucket } from '#lib/aws/connect.ts';
import { type Connection, connect, type Target } from './target.ts';

export interface Cloud extends Target {
  readonly twin: Twin;
  readonly connection: Connection;
  /** The intake bucket as this site's systems see it. */
  uploader(site: string): IntakeBucket;
  /** A session of this site's systems. */
  uploaderAccount(site: string): Account;
  close(): Promise<void>;
}

export interface CloudOptions extends Pick<TwinOptions, 'faults' | 'speed' | 'skipIdleTime'> {
  /** State of an earlier twin to go on from; a fresh temporary one when absent. */
  readonly stateFolder?: string;
  /** Keyed hashes from a published secret, so that runs over public data can be repeated; never for patients of a hospital. */
  readonly publishedSecret?: boolean;
}

/** 32 bytes that everybody may know. */
export const PUBLISHED_SECRET = Buffer.from('tricuspid published dataset key!', 'ascii');

/** Synthesizes the template and starts it on this machine. */
export async function openCloud(options: CloudOptions = {}): Promise<Cloud> {
  const work = mkdtempSync(join(tmpdir(), 'tricuspid-'));
  const removeWork = () => rm(work, { recursive: true, force: true });
  try {
    const assembly = join(work, 'cdk.out');
    await synthesizeApart({ outdir: assembly, buildFolder: join(work, 'dist'), checks: false });
    const { publishedSecret, stateFolder = join(work, 'state'), ...life } = options;
    const fixedSecrets = publishedSecret ? { IdentityKeyId: PUBLISHED_SECRET } : {};
    const twin = await startTwin({ assembly, stateFolder, fixedSecrets, ...life });
    return cloudOn(twin, removeWork);
  } catch (error) {
    await removeWork();
    throw error;
  }
}

function cloudOn(twin: Twin, removeWork: () => Promise<void>): Cloud {
  const connection = connectionTo(twin);
  const uploaderAccount = (site: string): Account => accountOf(twin, 'UploaderRoleArn', { site });
  return {
    ...connect(connection),
    twin,
    connection,
    uploaderAccount,
    uploader: (site) => connectBucket(uploaderAccount(site), connection.intakeBucket),
    async close() {
      await twin.stop();
      await removeWork();
    },
  };
}

function connectionTo(twin: Twin): Connection {
  const output = (name: string): string => {
    const value = twin.outputs[name];
    if (value === undefined) throw new Error(`template outputs: found no ${name}, expected it from the stack`);
    return value;
  };
  return {
    name: `the twin at ${twin.endpoint}`,
    intakeBucket: output('IntakeBucketName'),
    archiveBucket: output('ArchiveBucketName'),
    intakeQueueUrl: output('IntakeQueueUrl'),
    auditQueueUrl: output('AuditQueueUrl'),
    operator: accountOf(twin, 'OperatorRoleArn'),
    researcher: accountOf(twin, 'ResearcherRoleArn'),
  };
}

function accountOf(twin: Twin, role: string, tags?: Record<string, string>): Account {
  const credentials = twin.credentials(role, tags === undefined ? {} : { tags });
  return { endpoint: twin.endpoint, region: twin.region, credentials };
}
