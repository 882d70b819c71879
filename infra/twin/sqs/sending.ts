// Sending one message: what a message may be, and who sent it.
import type { Principal } from '#infra/twin/contract.ts';
import { invalidParameter, SqsError } from './errors.ts';
import { attributesBytes, checkBody, type MessageAttributes } from './message-attributes.ts';
import type { MessageStore, Queue } from './message-store.ts';

export interface Draft {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string;
  readonly messageGroupId?: string;
  readonly delaySeconds?: number;
}

const GROUP_ID = /^[\x21-\x7e]{1,128}$/;

/** Checks a message and puts it into the queue; returns its id. */
export function sendDraft(store: MessageStore, principal: Principal, queue: Queue, draft: Draft): string {
  checkBody(draft.body);
  const { messageGroupId, attributes } = draft;
  if (messageGroupId !== undefined && !GROUP_ID.test(messageGroupId)) {
    throw invalidParameter('MessageGroupId', messageGroupId, 'must be 1 to 128 letters, digits or punctuation marks');
  }
  if (draftBytes(draft) > queue.maximumMessageBytes) {
    throw new SqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes, found ${draftBytes(draft)}`,
    );
  }
  return store.insert(queue, {
    body: draft.body,
    attributes: Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes),
    traceHeader: draft.traceHeader ?? null,
    groupId: messageGroupId ?? null,
    sender: senderId(principal),
    delaySeconds: draft.delaySeconds ?? queue.delaySeconds,
  });
}

/** Bytes of body and attributes, as the limits count them. */
export function draftBytes({ body, attributes }: Draft): number {
  return Buffer.byteLength(body) + attributesBytes(attributes);
}

/** AWS shows `<unique id of the role>:<session>`; the twin's roles are unique by name. */
function senderId(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  return `${principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)}:${principal.sessionName}`;
}
