import { TransientFailure } from '#functions/errors.ts';

const BROKEN_LINE = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'];

/**
 * What a service answers for the moment, after the SDK's own retries, as a TransientFailure with its cause: 409, 429, 5xx, an error
 * of throttling (which SQS and KMS send as 400 or 403), a broken line. Any other error is returned as it is.
 */
export function transientOr(service: 'S3' | 'SQS' | 'KMS', error: unknown): unknown {
  const { name = '', code, $metadata } = error as NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && (status === 409 || status === 429 || status >= 500)) {
    return new TransientFailure(`${service}: found status ${status}, expected success after retries`, { cause: error });
  }
  if (status !== undefined && /Throttl/.test(name)) {
    return new TransientFailure(`${service}: found ${name}, expected success after retries`, { cause: error });
  }
  if (BROKEN_LINE.includes(code ?? '')) {
    return new TransientFailure(`${service}: found a broken line, expected an answer`, { cause: error });
  }
  return error;
}
