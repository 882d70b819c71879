// What may be said about a failure in a log: libraries quote keys and contents in their messages, our own classes do not.
import { ForeignMessage, InvalidModel, RefusedInput, RejectedDrop, TransientFailure } from './errors.ts';

const OURS = [ForeignMessage, InvalidModel, RefusedInput, RejectedDrop, TransientFailure];

/** Fields of a log line: class, HTTP status, frames of the stack, causes by class; the message only where it is ours. */
export function describeFailure(error: unknown): Record<string, string | number> {
  if (!(error instanceof Error)) return { error: typeof error };
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return {
    error: error.name,
    ...(isOurs(error) && { reason: error.message }),
    ...(status !== undefined && { status }),
    ...(error.cause !== undefined && { cause: JSON.stringify(describeFailure(error.cause)) }),
    frames: framesOf(error),
  };
}

/** Plain `Error` is thrown by our steps for what should not happen, with fixed texts. */
const isOurs = (error: Error): boolean => error.constructor === Error || OURS.some((kind) => error instanceof kind);

/** The stack begins with the message, which may be several lines of anything. */
const framesOf = (error: Error): string =>
  withoutMessage(error)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' | ');

function withoutMessage({ stack = '', message }: Error): string {
  const at = message === '' ? -1 : stack.indexOf(message);
  return at < 0 ? stack : stack.slice(at + message.length);
}
