import { chmodSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeKeyCommand,
  EncryptCommand,
  GenerateMacCommand,
  KMSClient,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { afterEach, describe, expect, test } from 'vitest';
import type { AccessRequest, Authorize } from '#infra/twin/contract.ts';
import { createKms, type KeyDescription } from '#infra/twin/kms.ts';
import { serve } from './sqs/setting.ts';

const HMAC_ARN = 'arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const BUCKET_ARN = 'arn:aws:kms:eu-central-1:111122223333:key/99999999-2222-3333-4444-555555555555';
const hmacKey: KeyDescription = { arn: HMAC_ARN, spec: 'HMAC_256', aliases: ['alias/subjects'] };
const bucketKey: KeyDescription = { arn: BUCKET_ARN, spec: 'SYMMETRIC_DEFAULT' };
const allowAll: Authorize = () => ({ allowed: true, reason: 'test' });
const MacAlgorithm = 'HMAC_SHA_256';

const open: { readonly server: Server; readonly client: KMSClient }[] = [];

async function connect(options: { key?: KeyDescription; authorize?: Authorize; folder?: string } = {}) {
  const { key = hmacKey, authorize = allowAll, folder = mkdtempSync(join(tmpdir(), 'kms-')) } = options;
  const kms = createKms({ authorize, keys: [key, bucketKey], secretFolder: folder });
  const { server, base } = await serve((call) => kms.handle(call));
  const credentials = { accessKeyId: 'A', secretAccessKey: 'B' };
  const client = new KMSClient({ endpoint: base, region: 'eu-central-1', credentials, maxAttempts: 1 });
  open.push({ server, client });
  const generate = async (text: string, KeyId = HMAC_ARN) =>
    (await client.send(new GenerateMacCommand({ KeyId, MacAlgorithm, Message: Buffer.from(text) }))).Mac as Uint8Array;
  return { client, folder, generate };
}

afterEach(() => {
  for (const { server, client } of open.splice(0)) {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});

describe('an HMAC key', () => {
  test('computes HMAC-SHA-256 (RFC 4231, test case 1, its key padded with zeros as RFC 2104 does)', async () => {
    const fixedSecret = new Uint8Array(32);
    fixedSecret.fill(0x0b, 0, 20);
    const { generate, folder } = await connect({ key: { ...hmacKey, fixedSecret } });
    expect(Buffer.from(await generate('Hi There')).toString('hex')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('keeps one random secret across restarts, in a file for its owner only', async () => {
    const first = await connect();
    const again = await connect({ folder: first.folder });
    const other = await connect();
    const mac = await first.generate('tricuspid/1/leipzig');
    expect(await again.generate('tricuspid/1/leipzig')).toEqual(mac);
    expect(await other.generate('tricuspid/1/leipzig')).not.toEqual(mac);
    const [file, ...others] = readdirSync(first.folder);
    expect(others).toEqual([]);
    const path = join(first.folder, file);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    await expect(connect({ folder: first.folder })).rejects.toThrow('found a secret file of mode 644, allowed is 600');
  });

  test('verifies its own codes and no others, also by id and alias', async () => {
    const { client, generate } = await connect();
    const Mac = await generate('a', 'alias/subjects');
    const verify = (text: string) =>
      client.send(
        new VerifyMacCommand({ KeyId: HMAC_ARN.split('/')[1], MacAlgorithm, Message: Buffer.from(text), Mac }),
      );
    expect(await verify('a')).toMatchObject({ MacValid: true, KeyId: HMAC_ARN });
    await expect(verify('b')).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
  });

  test('is asked for with its action and algorithm', async () => {
    const asked: AccessRequest[] = [];
    const authorize: Authorize = (request) => {
      asked.push(request);
      return { allowed: request.action !== 'kms:GenerateMac', reason: 'no policy allows it' };
    };
    const { client, generate } = await connect({ authorize });
    await expect(generate('a')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await client.send(new DescribeKeyCommand({ KeyId: HMAC_ARN }));
    expect(asked).toMatchObject([
      { action: 'kms:GenerateMac', resourceArn: HMAC_ARN, context: { 'kms:macalgorithm': MacAlgorithm } },
      { action: 'kms:DescribeKey', resourceArn: HMAC_ARN, context: {} },
    ]);
  });
});

describe('KMS', () => {
  test('describes keys', async () => {
    const { client } = await connect();
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: HMAC_ARN }));
    expect(KeyMetadata).toMatchObject({
      Arn: HMAC_ARN,
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      KeyState: 'Enabled',
    });
  });

  test('refuses by name', async () => {
    const { client, generate } = await connect();
    await expect(generate('a', BUCKET_ARN)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
    await expect(generate('a', 'alias/nothing')).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(generate('a'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
    const encrypt = client.send(new EncryptCommand({ KeyId: BUCKET_ARN, Plaintext: Buffer.from('a') }));
    await expect(encrypt).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    const short = { ...hmacKey, fixedSecret: new Uint8Array(8) };
    await expect(connect({ key: short })).rejects.toThrow('found a secret of 8 bytes, allowed are 32');
  });
});
