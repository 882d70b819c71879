// A twin in a process of its own that may be killed at any moment, and the clients of those who use it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { PUBLISHED_SECRET } from '#cli/cloud.ts';
import type { IntakeBucket, Queues } from '#functions/ports.ts';
import { STACK_NAME, synthesize } from '#infra/app.ts';
import { type ProcessOptions, startTwinProcess, type TwinProcess } from '#infra/twin/process.ts';
import { type Account, connectBucket, connectQueues } from '#lib/aws/connect.ts';
import { MAXIMUM_DROP_BYTES } from './hospitals.ts';

/** A synthesized template with its folder for twins. */
export interface Place {
  readonly folder: string;
  readonly assembly: string;
  remove(): void;
}

/** Synthesizes once; every twin of the tests starts from it. */
export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'tricuspid-chaos-'));
  const assembly = join(folder, 'cdk.out');
  const context = { maxDropBytes: MAXIMUM_DROP_BYTES, '@aws-cdk/core:validateAgainstDefaultRules': false };
  await synthesize({ outdir: assembly, buildFolder: join(folder, 'dist'), checks: false, context });
  return { folder, assembly, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** One life of a twin. */
export interface Running {
  readonly twin: TwinProcess;
  readonly intakeName: string;
  /** The client of a site's own system, which tries nothing twice by itself. */
  uploader(site: string): S3Client;
  readonly operator: { readonly archive: IntakeBucket; readonly intake: IntakeBucket; readonly s3: S3Client };
  readonly researcher: { readonly archive: IntakeBucket; readonly queues: Queues };
  /** Lists predictions and results, as the step that writes the results may. */
  readonly publisher: { readonly s3: S3Client; readonly archiveName: string };
  /** Invokes a step that a schedule starts. */
  invoke(step: string): Promise<void>;
}

export type Life = Pick<ProcessOptions, 'faults' | 'skipIdleTime' | 'speed'>;

/** Starts a twin on this state folder, and logs everybody in. */
export async function start({ assembly }: Place, stateFolder: string, life: Life = {}): Promise<Running> {
  const twin = await startTwinProcess({
    assembly,
    stateFolder,
    fixedSecrets: { IdentityKeyId: PUBLISHED_SECRET },
    ...life,
  });
  const account = async (role: string, tags?: Record<string, string>): Promise<Account> => {
    const credentials = await twin.credentials(role, tags === undefined ? {} : { tags });
    return { endpoint: twin.endpoint, region: twin.region, credentials };
  };
  const sites = new Map<string, S3Client>();
  for (const site of ['northgate', 'riverside', 'hillcrest', 'lakeview', 'harbour', 'atlantis']) {
    sites.set(site, clientOf(await account('UploaderRoleArn', { site }), 1));
  }
  const { IntakeBucketName: intakeName, ArchiveBucketName: archiveName, AuditQueueUrl: audit } = twin.outputs;
  const operator = await account('OperatorRoleArn');
  const researcher = await account('ResearcherRoleArn');
  return {
    twin,
    intakeName,
    uploader: (site) => sites.get(site) as S3Client,
    operator: {
      archive: connectBucket(operator, archiveName),
      intake: connectBucket(operator, intakeName),
      s3: clientOf(operator, 3),
    },
    researcher: { archive: connectBucket(researcher, archiveName), queues: connectQueues(researcher, { audit }) },
    publisher: { s3: clientOf(await account(logicalId(assembly, 'publishRole')), 3), archiveName },
    async invoke(step) {
      const outcome = await twin.invoke(logicalId(assembly, `${step}Function`), {});
      if (outcome.kind === 'failed') throw new Error(`${step}: ${outcome.error.errorMessage}`);
    },
  };
}

function clientOf(account: Account, maxAttempts: number): S3Client {
  return new S3Client({ ...account, forcePathStyle: true, maxAttempts });
}

/** Of the resource whose id is this and a hash of eight digits. */
function logicalId(assembly: string, id: string): string {
  const template = JSON.parse(readFileSync(join(assembly, `${STACK_NAME}.template.json`), 'utf8'));
  const found = Object.keys(template.Resources).find((name) => new RegExp(`^${id}[0-9A-F]{8}$`).test(name));
  if (found === undefined) throw new Error(`template: found no ${id}, expected one`);
  return found;
}
