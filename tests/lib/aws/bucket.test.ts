import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { TransientFailure } from '#functions/errors.ts';
import { s3Bucket } from '#lib/aws/bucket.ts';

/** A client whose calls end one after the other as given, the last for ever. */
function clientOf(...ends: readonly (Error | object)[]): { readonly client: S3Client; readonly calls: () => number } {
  let calls = 0;
  const send = async () => {
    const end = ends[Math.min(calls++, ends.length - 1)];
    if (end instanceof Error) throw end;
    return end;
  };
  return { client: { send } as unknown as S3Client, calls: () => calls };
}

const refusal = (httpStatusCode: number): Error =>
  new S3ServiceException({ name: 'Refusal', $fault: 'client', $metadata: { httpStatusCode } });
const brokenLine = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

describe('a conditional write', () => {
  it('that meets another one (409) is tried again, as the SDK does not', async () => {
    const { client, calls } = clientOf(refusal(409), refusal(409), {});
    expect(await s3Bucket(client, 'archive').create('key', 'body')).toBe(true);
    expect(calls()).toBe(3);
  });

  it('that finds the key taken after a conflict says so', async () => {
    const { client } = clientOf(refusal(409), refusal(412));
    expect(await s3Bucket(client, 'archive').create('key', 'body')).toBe(false);
  });

  it('that meets others again and again fails for now', async () => {
    const { client, calls } = clientOf(refusal(409));
    await expect(s3Bucket(client, 'archive').create('key', 'body')).rejects.toThrow(TransientFailure);
    expect(calls()).toBe(5);
  });
});

describe('a call', () => {
  it.each([
    ['status 503', refusal(503), 'S3: found status 503, expected success after retries'],
    ['a broken line', brokenLine, 'S3: found a broken line, expected an answer'],
  ])('that ends with %s fails for now, without being tried here again', async (_what, error, words) => {
    const { client, calls } = clientOf(error);
    const read = s3Bucket(client, 'archive').get('key');
    await expect(read).rejects.toThrow(TransientFailure);
    await expect(read).rejects.toThrow(words);
    expect(calls()).toBe(1);
  });

  it('that is refused for good says why', async () => {
    const { client } = clientOf(refusal(403));
    await expect(s3Bucket(client, 'archive').get('key')).rejects.toThrow(S3ServiceException);
  });
});
