// How the end of a worker's process reads, in the words of Lambda.
import type { FunctionDescription } from '../template/descriptions.ts';
import { failed, type Outcome } from './invocation.ts';

/** Lambda gives the init phase 10 s; when that is not enough it starts anew within the first invocation's timeout. */
export const INIT_SECONDS = 10;

export type KillReason = 'timeout' | 'init timeout' | 'memory';

/** The outcome of an invocation whose process has ended; `killedFor` when the twin ended it. */
export function exitOutcome(
  requestId: string,
  words: string,
  { timeoutSeconds }: Pick<FunctionDescription, 'timeoutSeconds'>,
  killedFor: KillReason | undefined,
): Outcome {
  if (killedFor === 'timeout') {
    return failed(requestId, 'Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
  }
  if (killedFor === 'init timeout') {
    const seconds = (INIT_SECONDS + timeoutSeconds).toFixed(2);
    return failed(requestId, 'Sandbox.Timedout', `Init timed out after ${seconds} seconds`);
  }
  return failed(requestId, killedFor === 'memory' ? 'Runtime.OutOfMemory' : 'Runtime.ExitError', words);
}

export function exitWords(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (signal === 'SIGABRT') return 'Runtime exited with error: signal: aborted';
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}
