// The embedded cloud for a command: synthesize, start, and one set of clients per role.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakeBucket, Queues } from '#functions/ports.ts';
import { startTwin, type Twin } from '#infra/twin/twin.ts';
import { type Account, connectBucket, connectQueues } from '#lib/aws/connect.ts';

export interface Cloud {
  readonly twin: Twin;
  /** The intake bucket as this site's systems see it. */
  uploader(site: string): IntakeBucket;
  readonly operator: { readonly archive: IntakeBucket; readonly intake: IntakeBucket };
  readonly researcher: { readonly archive: IntakeBucket; readonly queues: Queues };
  close(): Promise<void>;
}

export interface CloudOptions {
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
    const { synthesize } = await import('#infra/app.ts'); // the CDK takes a second to load, and most commands never need it
    await synthesize({ outdir: assembly, buildFolder: join(work, 'dist'), checks: false });
    const stateFolder = options.stateFolder ?? join(work, 'state');
    const twin = await startTwin({
      assembly,
      stateFolder,
      ...(options.publishedSecret && { fixedSecrets: { IdentityKeyId: PUBLISHED_SECRET } }),
    });
    return cloudOn(twin, removeWork);
  } catch (error) {
    await removeWork();
    throw error;
  }
}

function cloudOn(twin: Twin, removeWork: () => Promise<void>): Cloud {
  const output = (name: string): string => {
    const value = twin.outputs[name];
    if (value === undefined) throw new Error(`template outputs: found no ${name}, expected it from the stack`);
    return value;
  };
  const bucket = (role: string, name: string, tags?: Record<string, string>) =>
    connectBucket(accountOf(twin, role, tags), output(name));
  return {
    twin,
    uploader: (site) => bucket('UploaderRoleArn', 'IntakeBucketName', { site }),
    operator: {
      archive: bucket('OperatorRoleArn', 'ArchiveBucketName'),
      intake: bucket('OperatorRoleArn', 'IntakeBucketName'),
    },
    researcher: {
      archive: bucket('ResearcherRoleArn', 'ArchiveBucketName'),
      queues: connectQueues(accountOf(twin, 'ResearcherRoleArn'), { audit: output('AuditQueueUrl') }),
    },
    async close() {
      await twin.stop();
      await removeWork();
    },
  };
}

function accountOf(twin: Twin, role: string, tags?: Record<string, string>): Account {
  const credentials = twin.credentials(role, tags === undefined ? {} : { tags });
  return { endpoint: twin.endpoint, region: twin.region, credentials };
}
