// The embedded cloud for a command: synthesize, start, and one set of clients per role.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { IntakeBucket, Queues } from '#functions/ports.ts';
import { synthesize } from '#infra/app.ts';
import { startTwin, type Twin } from '#infra/twin/twin.ts';
import { s3Bucket } from '#lib/aws/bucket.ts';
import { sqsQueues } from '#lib/aws/queues.ts';

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
    s3Bucket(new S3Client({ ...clientOptions(twin, role, tags), forcePathStyle: true }), output(name));
  return {
    twin,
    uploader: (site) => bucket('UploaderRoleArn', 'IntakeBucketName', { site }),
    operator: {
      archive: bucket('OperatorRoleArn', 'ArchiveBucketName'),
      intake: bucket('OperatorRoleArn', 'IntakeBucketName'),
    },
    researcher: {
      archive: bucket('ResearcherRoleArn', 'ArchiveBucketName'),
      queues: sqsQueues(new SQSClient(clientOptions(twin, 'ResearcherRoleArn')), { audit: output('AuditQueueUrl') }),
    },
    async close() {
      await twin.stop();
      await removeWork();
    },
  };
}

function clientOptions(twin: Twin, role: string, tags?: Record<string, string>) {
  const credentials = twin.credentials(role, tags === undefined ? {} : { tags });
  return { endpoint: twin.endpoint, region: twin.region, credentials };
}
