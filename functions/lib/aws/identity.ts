import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { TransientFailure } from '#functions/errors.ts';
import type { Identity } from '#functions/ports.ts';
import { createIdentity, siteSecretMessage } from '#lib/ledger/identity.ts';
import { transientOr } from './transient.ts';

/** Site secrets from a key that never leaves the key service: one GenerateMac per site and process. */
export function kmsIdentity(client: KMSClient, keyId: string): Identity {
  return createIdentity(async (site) => {
    const Message = Buffer.from(siteSecretMessage(site));
    const asked = new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message });
    const { Mac } = await client.send(asked).catch((error) => {
      throw transientOr('KMS', error);
    });
    if (Mac === undefined) throw new TransientFailure('KMS: found an answer without a MAC, expected 32 bytes');
    return Mac;
  });
}
