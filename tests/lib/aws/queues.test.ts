import { KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { type SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { TransientFailure, verdict } from '#functions/errors.ts';
import { kmsIdentity } from '#lib/aws/identity.ts';
import { sqsQueues } from '#lib/aws/queues.ts';

const drop = { site: 'north', dropKey: 'a' };

/** Sends through a client whose calls end so; resolves with the error. */
async function failureOf(end: Error | object): Promise<unknown> {
  const send = async () => {
    if (end instanceof Error) throw end;
    return end;
  };
  const queues = sqsQueues({ send } as unknown as SQSClient, { intake: 'http://queue' });
  return queues.send('intake', 'north', [drop]).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const refusal = (name: string, httpStatusCode: number): Error =>
  new SQSServiceException({ name, $fault: 'server', $metadata: { httpStatusCode } });

describe('a message that SQS does not take', () => {
  it.each([
    ['status 503', refusal('ServiceUnavailable', 503), 'SQS: found status 503, expected success after retries'],
    [
      'too many requests',
      refusal('RequestThrottled', 403),
      'SQS: found RequestThrottled, expected success after retries',
    ],
    [
      'a broken line',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      'SQS: found a broken line, expected an answer',
    ],
    [
      'an entry that failed',
      { Failed: [{ Id: '0', Code: 'InternalError' }] },
      'SQS: found 1 messages not taken (InternalError), expected all',
    ],
  ])('after the retries of the SDK is a failure for now: %s', async (_what, end, words) => {
    const error = await failureOf(end);
    expect(error).toBeInstanceOf(TransientFailure);
    expect((error as Error).message).toBe(words);
    expect(verdict(error)).toBe('retry');
  });

  it('for good, as without permission, is a bug', async () => {
    const error = await failureOf(refusal('AccessDenied', 403));
    expect(error).toBeInstanceOf(SQSServiceException);
    expect(verdict(error)).toBe('bug');
  });

  it('is sent otherwise', async () => {
    expect(await failureOf({ Successful: [{ Id: '0' }] })).toBeUndefined();
  });
});

describe('a key service that cannot answer', () => {
  it('is a failure for now', async () => {
    const client = new KMSClient({});
    client.send = async () => {
      throw new KMSServiceException({
        name: 'ThrottlingException',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
    };
    const error = await kmsIdentity(client, 'key')
      .forSite('north')
      .catch((cause: unknown) => cause);
    expect((error as Error).message).toBe('KMS: found ThrottlingException, expected success after retries');
    expect(verdict(error)).toBe('retry');
  });
});
