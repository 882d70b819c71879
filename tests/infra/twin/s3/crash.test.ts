import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crashBuckets } from './crash-server.ts';
import { createClient, startTwin, type Twin } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Acknowledged {
  readonly key: string;
  readonly versionId: string;
  readonly md5: string;
}

async function startChild(): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
  const script = fileURLToPath(new URL('crash-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the child has no stdout');
  const [endpoint] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, endpoint };
}

/** Small and large bodies, so that both ways of storing are cut off in the middle. */
function bodyOf(round: number, writer: number, index: number): Buffer {
  const bytes = index % 3 === 0 ? 300_000 : 500;
  return Buffer.alloc(bytes, `${round}/${writer}/${index} `);
}

/** Writes from several clients at once until the server dies; returns what it had confirmed by then. */
async function writeUntilKilled(round: number, killAfter: number): Promise<readonly Acknowledged[]> {
  const { child, endpoint } = await startChild();
  const client = createClient(endpoint);
  const acknowledged: Acknowledged[] = [];
  const write = async (writer: number) => {
    for (let index = 0; child.exitCode === null && child.signalCode === null; index++) {
      const Body = bodyOf(round, writer, index);
      const key = `drops/${round}/${writer}/${index}`;
      try {
        const { VersionId = '' } = await client.send(new PutObjectCommand({ Bucket: 'intake', Key: key, Body }));
        acknowledged.push({ key, versionId: VersionId, md5: createHash('md5').update(Body).digest('hex') });
      } catch (error) {
        // Cut off by the kill: only a refusal by a living server would be wrong here.
        if ((error as { $response?: { statusCode?: number } }).$response?.statusCode !== undefined) throw error;
        return;
      }
      if (acknowledged.length === killAfter) child.kill('SIGKILL');
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(write));
  client.destroy();
  return acknowledged;
}

let acknowledged: Acknowledged[] = [];
let reopened: Twin;
beforeAll(async () => {
  for (const [round, killAfter] of [37, 1, 120].entries())
    acknowledged = acknowledged.concat(await writeUntilKilled(round, killAfter));
  writeFileSync(join(folder, 'blobs', 'left-over.part'), 'half a body');
  reopened = await startTwin({ folder, buckets: crashBuckets });
});
afterAll(() => reopened.close());

test('after kill -9 in the middle of writes, every confirmed object is there, byte for byte', async () => {
  expect(acknowledged.length).toBeGreaterThanOrEqual(158);
  for (const { key, versionId, md5 } of acknowledged) {
    const { Body } = await reopened.client.send(
      new GetObjectCommand({ Bucket: 'intake', Key: key, VersionId: versionId }),
    );
    expect(
      createHash('md5')
        .update((await Body?.transformToByteArray()) ?? '')
        .digest('hex'),
    ).toBe(md5);
  }
});

test('there is exactly one event for each object and one object for each event', async () => {
  const objects = new Set<string>();
  for await (const page of paginateListObjectsV2({ client: reopened.client }, { Bucket: 'intake' })) {
    for (const { Key = '' } of page.Contents ?? []) objects.add(Key);
  }
  const announced = reopened.sent().map(({ body }) => JSON.parse(body).Records[0].s3.object.key as string);
  expect(announced.toSorted()).toEqual([...objects].toSorted());
  for (const { key } of acknowledged) expect(objects).toContain(key);
});

test('bodies that no object names are gone', () => {
  const named = reopened.db
    .prepare('SELECT file FROM s3_versions WHERE file IS NOT NULL')
    .all()
    .map((row) => row.file);
  expect(readdirSync(join(folder, 'blobs')).toSorted()).toEqual(named.toSorted());
});
