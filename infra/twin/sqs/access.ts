// Who may do what with a queue, and with the key that encrypts it.
import type { AccessRequest, Authorize, Principal } from '#infra/twin/contract.ts';
import { SqsError } from './errors.ts';
import type { Queue } from './message-store.ts';

// "Amazon SQS Key management": producers need both actions on the key, consumers the second.
const KEY_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['sqs:SendMessage', ['kms:GenerateDataKey', 'kms:Decrypt']],
  ['sqs:ReceiveMessage', ['kms:Decrypt']],
]);

const callerName = (principal: Principal): string =>
  principal.kind === 'service' ? principal.service : `${principal.roleArn} (session ${principal.sessionName})`;

export const accessDenied = (principal: Principal, action: string, reason: string): SqsError =>
  new SqsError(
    'AccessDeniedException',
    `${callerName(principal)} is not authorized to perform: ${action} because ${reason}`,
    {
      queryCode: 'AccessDenied',
      status: 403,
    },
  );

/** Throws AccessDenied for the queue or KmsAccessDenied for its key. */
export function requireAccess(
  authorize: Authorize,
  principal: Principal,
  action: string,
  queue: Queue,
  context: AccessRequest['context'] = {},
): void {
  const onQueue = authorize({ principal, action, resourceArn: queue.arn, context });
  if (!onQueue.allowed) throw accessDenied(principal, action, onQueue.reason);
  if (queue.kmsKeyArn === undefined) return;
  const throughQueue = { ...context, 'kms:viaservice': `sqs.${queue.arn.split(':')[3]}.amazonaws.com` };
  for (const keyAction of KEY_ACTIONS.get(action) ?? []) {
    const onKey = authorize({ principal, action: keyAction, resourceArn: queue.kmsKeyArn, context: throughQueue });
    if (onKey.allowed) continue;
    const message = `${callerName(principal)} is not authorized to perform: ${keyAction} because ${onKey.reason}`;
    throw new SqsError('KmsAccessDenied', message, { queryCode: 'KMS.AccessDeniedException' });
  }
}
