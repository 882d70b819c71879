// SQS of the twin: standard queues on the shared database, for SDK clients over HTTP and for the twin's own pollers.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Authorize, Call, Clock, QueueDescription, QueueService } from '#infra/twin/contract.ts';
import { transaction } from '#infra/twin/database.ts';
import { type Injector, NO_FAULTS } from '#infra/twin/faults/injector.ts';
import { requireAccess } from './access.ts';
import { notImplemented, queueDoesNotExist, SqsError } from './errors.ts';
import { type Afflicted, afflict, LostAnswer } from './faults.ts';
import { openMessageStore, type Queue } from './message-store.ts';
import { OPERATIONS, type Sqs } from './operations.ts';
import { parseParameters } from './parameters.ts';
import { describeDelivery, longPoll } from './receiving.ts';
import { sendDraft } from './sending.ts';
import { createWaiters } from './waiters.ts';

export interface SqsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly queues: readonly QueueDescription[];
  /** What goes wrong although it should not; nothing when absent. */
  readonly injector?: Injector;
}

/** Opens the queues of the template. Refusals are thrown as SqsError by the in-process methods. */
export function createSqs({ database, clock, authorize, queues, injector = NO_FAULTS }: SqsOptions): QueueService {
  const waiters = createWaiters(clock);
  const store = openMessageStore(database, clock, queues, (queue) => waiters.wake(queue.arn));
  const sqs: Sqs = { store, waiters, clock, authorize };
  const find = (arn: string): Queue => {
    const queue = store.queues.get(arn);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  };
  return {
    handle: (call) => handle(sqs, call, (operation) => afflict(injector, call.principal, operation)),
    send(principal, queueArn, body, options = {}) {
      const queue = find(queueArn);
      requireAccess(authorize, principal, 'sqs:SendMessage', queue, options.context);
      const { messageGroupId, delaySeconds } = options;
      return sendDraft(store, principal, queue, {
        body,
        attributes: {},
        ...(messageGroupId !== undefined && { messageGroupId }),
        ...(delaySeconds !== undefined && { delaySeconds }),
      });
    },
    async receive(principal, queueArn, options) {
      const queue = find(queueArn);
      requireAccess(authorize, principal, 'sqs:ReceiveMessage', queue);
      // A poll that would find nothing has nothing to lose, and there are many of them.
      const isWorthIt = injector.active && store.depth(queue).visible > 0;
      const { answered } = afflict(isWorthIt ? injector : NO_FAULTS, principal, 'ReceiveMessage');
      const { visibilityTimeoutSeconds } = queue;
      const deliveries = await longPoll(sqs, queue, { ...options, visibilityTimeoutSeconds });
      if (deliveries.length > 0) answered();
      return deliveries.map(describeDelivery);
    },
    deleteBatch(principal, queueArn, receiptHandles) {
      const queue = find(queueArn);
      requireAccess(authorize, principal, 'sqs:DeleteMessage', queue);
      const { answered } = afflict(injector, principal, 'DeleteMessageBatch');
      transaction(database, () => {
        for (const handle of receiptHandles) store.remove(queue, handle);
      });
      answered();
    },
    changeVisibility(principal, queueArn, receiptHandle, seconds) {
      const queue = find(queueArn);
      requireAccess(authorize, principal, 'sqs:ChangeMessageVisibility', queue);
      store.changeVisibility(queue, receiptHandle, seconds);
    },
    hold: (receiptHandles) => store.hold(receiptHandles),
    depth: (queueArn) => store.depth(find(queueArn)),
  };
}

async function handle(sqs: Sqs, call: Call, afflicted: (operation: string) => Afflicted): Promise<void> {
  try {
    respond(call.response, 200, await runOperation(sqs, call, afflicted));
  } catch (error) {
    if (error instanceof LostAnswer) return void call.response.destroy();
    if (!(error instanceof SqsError)) throw error;
    call.response.setHeader('x-amzn-query-error', `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}`);
    respond(call.response, error.status, { __type: `com.amazonaws.sqs#${error.name}`, message: error.message });
  }
}

async function runOperation(sqs: Sqs, call: Call, afflicted: (operation: string) => Afflicted): Promise<object> {
  const target = call.request.headers['x-amz-target'];
  const name = typeof target === 'string' ? /^AmazonSQS\.(\w+)$/.exec(target)?.[1] : undefined;
  if (name === undefined) throw notImplemented('SQS without X-Amz-Target AmazonSQS.<operation>');
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw notImplemented(`SQS ${name}`);
  const { answered } = afflicted(name);
  const result = await operation.run(sqs, call, parseParameters(call.body, operation.parameters));
  answered();
  return result;
}

function respond(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}
