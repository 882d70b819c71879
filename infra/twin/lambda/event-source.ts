import { endOfSleep } from '../clock.ts';
import type { Authorize, Clock, Principal, QueueService, ReceivedMessage } from '../contract.ts';
import type { FunctionDescription, MappingDescription } from '../template/descriptions.ts';
import { batchResult, sqsRecord } from './batch.ts';
import { FunctionThrottled, MAXIMUM_PAYLOAD_BYTES } from './invocation.ts';
import type { FunctionPool, Started } from './pool.ts';

/** Longest poll of SQS, in seconds. */
const LONGEST_POLL_SECONDS = 20;
const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
/** Room for the list around the records of an event. */
const EVENT_BYTES = MAXIMUM_PAYLOAD_BYTES - 1024;

export interface EventSourceOptions {
  readonly mapping: MappingDescription;
  readonly description: FunctionDescription;
  readonly visibilityTimeoutSeconds: number;
  readonly queues: QueueService;
  readonly authorize: Authorize;
  readonly pool: FunctionPool;
  readonly clock: Clock;
  /** Batches at a time when neither mapping nor function sets a limit. */
  readonly maxWorkers: number;
  readonly log: (line: string) => void;
}

export interface EventSource {
  /** Batches that are held or run. */
  readonly busy: number;
  /** Receives no more, and resolves when the batches under way have ended. */
  stop(): Promise<void>;
}

/** A batch as it goes to a function, with the records already as text. */
interface Batch {
  readonly messages: ReceivedMessage[];
  readonly records: string[];
  bytes: number;
}

/** Polls a queue for a function as its role, and deletes what the function has done. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { mapping, description, queues, authorize, pool, clock, log } = options;
  const { queueArn, batchSize, batchingWindowSeconds } = mapping;
  const principal: Principal = {
    kind: 'role',
    roleArn: description.roleArn,
    sessionName: description.name,
    tags: {},
  };
  const limit = Math.min(
    mapping.maximumConcurrency ?? options.maxWorkers,
    Math.max(1, description.reservedConcurrency ?? options.maxWorkers),
  );
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  /** Received already, but over the size limit of the batch before. */
  let carried: readonly ReceivedMessage[] = [];
  let holding = 0;

  async function poll(): Promise<void> {
    let pauseSeconds = 1;
    while (!stopping.signal.aborted) {
      try {
        checkGrants();
        await turn();
        pauseSeconds = 1;
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`${mapping.logicalId}: ${error instanceof Error ? error.message : error}; again in ${pauseSeconds} s`);
        await clock.sleep(pauseSeconds * 1000, stopping.signal).catch(endOfSleep);
        pauseSeconds = Math.min(60, pauseSeconds * 2);
      }
    }
  }

  /** Lambda refuses a mapping whose role lacks one of these, although receiving alone would need fewer. */
  function checkGrants(): void {
    for (const action of ACTIONS) {
      const decision = authorize({
        principal,
        action,
        resourceArn: queueArn,
        context: { 'aws:securetransport': 'true' },
      });
      if (!decision.allowed)
        throw new Error(`${description.name} may not ${action} on ${queueArn}: ${decision.reason}`);
    }
  }

  async function turn(): Promise<void> {
    while (running.size >= limit) await Promise.race(running);
    if (stopping.signal.aborted) return;
    const batch = await collect();
    if (batch.messages.length === 0) return;
    holding += 1;
    const assigned = Promise.withResolvers<void>();
    const work = handle(batch, assigned.resolve).finally(() => {
      holding -= 1;
      running.delete(work);
      assigned.resolve();
    });
    running.add(work);
    // The next batch is received when this one has a worker, so that messages wait in the queue and not in flight.
    await assigned.promise;
  }

  async function receive(maxMessages: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    if (carried.length === 0) {
      return queues.receive(principal, queueArn, { maxMessages, waitSeconds, signal: stopping.signal });
    }
    const messages = carried.slice(0, maxMessages);
    carried = carried.slice(maxMessages);
    return messages;
  }

  /** Collects until the batch is full, the window has passed or the event has its largest size. */
  async function collect(): Promise<Batch> {
    const batch: Batch = { messages: [], records: [], bytes: 0 };
    let endsAt = Number.POSITIVE_INFINITY;
    let waitSeconds = LONGEST_POLL_SECONDS;
    while (batch.messages.length < batchSize && waitSeconds >= 0 && !stopping.signal.aborted) {
      const messages = await receive(Math.min(10, batchSize - batch.messages.length), waitSeconds);
      const taken = take(batch, messages);
      if (taken < messages.length) {
        carried = [...messages.slice(taken), ...carried];
        break;
      }
      if (batch.messages.length === 0) break;
      endsAt = Math.min(endsAt, clock.now() + batchingWindowSeconds * 1000);
      const leftSeconds = (endsAt - clock.now()) / 1000;
      if (leftSeconds <= 0) break;
      waitSeconds = Math.min(LONGEST_POLL_SECONDS, leftSeconds);
    }
    return batch;
  }

  /** Adds as many messages as the size allows (always the first) and says how many those were. */
  function take(batch: Batch, messages: readonly ReceivedMessage[]): number {
    for (const [index, message] of messages.entries()) {
      const record = JSON.stringify(sqsRecord(message, queueArn));
      const bytes = Buffer.byteLength(record) + 1;
      if (batch.messages.length > 0 && batch.bytes + bytes > EVENT_BYTES) return index;
      batch.messages.push(message);
      batch.records.push(record);
      batch.bytes += bytes;
    }
    return messages.length;
  }

  async function handle(batch: Batch, assigned: () => void): Promise<void> {
    // In AWS a queue's visibility timeout must be longer than its function's; under a fast clock the one passes in the
    // twin's time and the other on the wall.
    const release = queues.hold(batch.messages.map(({ receiptHandle }) => receiptHandle));
    try {
      const started = await invokeWithin(`{"Records":[${batch.records.join(',')}]}`);
      if (!started) return;
      started.assigned.then(assigned, assigned);
      const { done, problem } = batchResult(batch.messages, await started.outcome, mapping.reportsItemFailures);
      if (problem !== undefined) log(`${mapping.logicalId}: batch of ${batch.messages.length} failed: ${problem}`);
      for (let index = 0; index < done.length; index += 10) {
        const handles = done.slice(index, index + 10).map(({ receiptHandle }) => receiptHandle);
        queues.deleteBatch(principal, queueArn, handles);
      }
    } catch (error) {
      log(`${mapping.logicalId}: ${error instanceof Error ? error.message : error}`);
    } finally {
      release();
    }
  }

  /** A throttled batch is tried again, ever more slowly, until its messages become visible in the queue again. */
  async function invokeWithin(event: string): Promise<Started | undefined> {
    const givesUpAt = clock.now() + options.visibilityTimeoutSeconds * 1000;
    for (let pauseSeconds = 0.1; ; pauseSeconds = Math.min(10, pauseSeconds * 2)) {
      try {
        return pool.invoke(description.name, event);
      } catch (error) {
        if (!(error instanceof FunctionThrottled)) throw error;
        if (clock.now() + pauseSeconds * 1000 >= givesUpAt || stopping.signal.aborted) {
          log(`${mapping.logicalId}: ${error.message}; the batch goes back to the queue`);
          return undefined;
        }
        await clock.sleep(pauseSeconds * 1000, stopping.signal).catch(endOfSleep);
      }
    }
  }

  const polling = poll();
  return {
    get busy() {
      return holding + carried.length;
    },
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}
