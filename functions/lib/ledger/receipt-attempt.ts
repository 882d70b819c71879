import type { DropLink } from '#functions/study.ts';
import { attemptOf, dropOf } from './attempt.ts';
import { receiptKey } from './keys.ts';

/** What a receipt says about the attempt that it tells of. */
export interface ReceiptAttempt {
  readonly dropKey: string;
  /** From 1; a later attempt was asked for by the operators. */
  readonly attempt: number;
  /** The receipt that this one stands in for. */
  readonly supersedes?: string;
}

/** Which attempt at the drop a receipt is about, and which receipt it stands in for. */
export function receiptAttempt({ key, versionId }: DropLink, dropKey: string): ReceiptAttempt {
  const attempt = attemptOf(dropKey);
  const earlier = { supersedes: receiptKey(key, versionId, attempt - 1) };
  return { dropKey: dropOf(dropKey), attempt, ...(attempt > 1 && earlier) };
}
