// Receipt handles: one per receive, so that a handle from before a redelivery is told apart from the newest one.
import { receiptHandleIsInvalid } from './errors.ts';

export interface Receipt {
  readonly messageId: string;
  /** Row of the message. */
  readonly id: number;
  /** Which receive of the message this was, from 1. */
  readonly receiveCount: number;
}

export function formatReceiptHandle({ messageId, id, receiveCount }: Receipt): string {
  return Buffer.from(`${messageId} ${id} ${receiveCount}`, 'latin1').toString('base64url');
}

/** Throws ReceiptHandleIsInvalid for a text that is not a handle. */
export function parseReceiptHandle(handle: string): Receipt {
  const text = Buffer.from(handle, 'base64url').toString('latin1');
  const [, messageId, id, receiveCount] = /^([0-9a-f-]{36}) (\d{1,15}) (\d{1,9})$/.exec(text) ?? [];
  if (messageId === undefined) throw receiptHandleIsInvalid();
  return { messageId, id: Number(id), receiveCount: Number(receiveCount) };
}
