// Faults of SQS: a service that is busy, and answers that do not arrive.
import type { Principal } from '#infra/twin/contract.ts';
import { callerOf, type Injector } from '#infra/twin/faults/injector.ts';
import { SqsError } from './errors.ts';

/** What was asked for is done, and the caller does not know. */
export class LostAnswer extends Error {
  override readonly name = 'LostAnswer';
}

export interface Afflicted {
  /** Call it when the work is done; throws LostAnswer when the line breaks now. */
  readonly answered: () => void;
}

const UNHARMED: Afflicted = { answered: () => undefined };

/** Throws what SQS answers when it is busy (503); else says whether the answer will arrive. */
export function afflict(injector: Injector, principal: Principal, operation: string): Afflicted {
  if (!injector.active) return UNHARMED;
  const caller = callerOf(principal);
  const occasion = { id: injector.next(`sqs/${caller}/${operation}`), caller, operation };
  if (injector.draw('sqs-unavailable', occasion)) {
    throw new SqsError('ServiceUnavailable', 'The request has failed due to a temporary failure of the server.', {
      status: 503,
    });
  }
  return {
    answered() {
      if (injector.draw('sqs-lost-answer', occasion)) throw new LostAnswer('the line broke before the answer');
    },
  };
}
