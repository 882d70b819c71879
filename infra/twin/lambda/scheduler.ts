import { randomUUID } from 'node:crypto';
import type { Authorize, Clock, Principal, QueueService } from '../contract.ts';
import { isDiskFull } from '../disk-full.ts';
import type { FunctionDescription, ScheduleDescription, ScheduleTarget } from '../template/descriptions.ts';
import { FunctionThrottled } from './invocation.ts';
import type { FunctionPool, Started } from './pool.ts';
import { type NextTime, parseSchedule } from './schedule-expression.ts';
import type { StateFile } from './state-file.ts';

export interface SchedulerOptions {
  readonly schedules: readonly ScheduleDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly pool: FunctionPool;
  readonly queues: QueueService;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly place: { readonly region: string; readonly account: string };
  /** Next time of each schedule, by logical id, with the expression that it was computed from. */
  readonly state: StateFile<Readonly<Record<string, { readonly expression: string; readonly nextMs: number }>>>;
  readonly log: (line: string) => void;
}

export interface Scheduler {
  /** Events that were due and are not handled yet. */
  readonly busy: number;
  stop(): Promise<void>;
}

/** Fires schedules in the twin's time. What was missed while no twin ran fires once at the next start. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { schedules, clock, state, log } = options;
  const stopping = new AbortController();
  let busy = 0;

  async function keep(schedule: ScheduleDescription, next: NextTime): Promise<void> {
    const known = state.read()[schedule.logicalId];
    let dueMs = known?.expression === schedule.expression ? known.nextMs : next(clock.now());
    while (dueMs !== undefined) {
      remember(schedule, dueMs);
      await clock.sleep(Math.max(0, dueMs - clock.now()), stopping.signal);
      busy += 1;
      try {
        await Promise.all(schedule.targets.map((target) => fire(schedule, target, dueMs ?? 0)));
      } finally {
        busy -= 1;
      }
      dueMs = next(Math.max(dueMs, clock.now()));
    }
    log(`${schedule.logicalId}: ${schedule.expression} has no further time`);
  }

  function remember({ logicalId, expression }: ScheduleDescription, nextMs: number): void {
    try {
      state.write({ ...state.read(), [logicalId]: { expression, nextMs } });
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      log(`${logicalId}: ${error.message}; its next time is not noted, and would be computed anew after a restart`);
    }
  }

  async function fire(schedule: ScheduleDescription, target: ScheduleTarget, dueMs: number): Promise<void> {
    try {
      const payload = target.input ?? JSON.stringify(scheduledEvent(schedule, dueMs, options.place));
      if (target.arn.startsWith('arn:aws:sqs:')) sendTo(schedule, target, payload);
      else await invokeAsynchronously(schedule, target, payload);
    } catch (error) {
      if (stopping.signal.aborted) throw error;
      log(`${schedule.logicalId}: ${error instanceof Error ? error.message : error}`);
    }
  }

  function caller(schedule: ScheduleDescription, target: ScheduleTarget): Principal {
    if (schedule.source === 'aws.events') return { kind: 'service', service: 'events.amazonaws.com' };
    return { kind: 'role', roleArn: target.roleArn ?? '', sessionName: schedule.name, tags: {} };
  }

  function context(schedule: ScheduleDescription) {
    return { 'aws:sourcearn': schedule.arn, 'aws:sourceaccount': options.place.account, 'aws:securetransport': 'true' };
  }

  function sendTo(schedule: ScheduleDescription, target: ScheduleTarget, payload: string): void {
    const group = target.messageGroupId;
    options.queues.send(caller(schedule, target), target.arn, payload, {
      ...(group !== undefined && { messageGroupId: group }),
      context: context(schedule),
    });
  }

  /** As an asynchronous invocation of Lambda: failures are tried again after one and then two minutes. */
  async function invokeAsynchronously(schedule: ScheduleDescription, target: ScheduleTarget, payload: string) {
    const request = { principal: caller(schedule, target), action: 'lambda:InvokeFunction', resourceArn: target.arn };
    const decision = options.authorize({ ...request, context: context(schedule) });
    if (!decision.allowed) throw new Error(`may not invoke ${target.arn}: ${decision.reason}`);
    const description = options.functions.find(({ arn }) => arn === target.arn);
    if (!description) throw new Error(`target ${target.arn} is neither a function nor a queue of the template`);
    for (let attempt = 0; ; attempt++) {
      const { outcome } = await unthrottled(description, payload);
      const ended = await outcome;
      if (ended.kind === 'returned') return;
      const { errorType, errorMessage } = ended.error;
      if (attempt >= description.maximumRetryAttempts) throw new Error(`given up: ${errorType}: ${errorMessage}`);
      log(`${schedule.logicalId}: ${errorType}: ${errorMessage}; again in ${attempt + 1} min`);
      await clock.sleep((attempt + 1) * 60_000, stopping.signal);
    }
  }

  async function unthrottled(description: FunctionDescription, payload: string): Promise<Started> {
    for (let pauseSeconds = 1; ; pauseSeconds = Math.min(300, pauseSeconds * 2)) {
      try {
        return options.pool.invoke(description.name, payload);
      } catch (error) {
        if (!(error instanceof FunctionThrottled)) throw error;
        await clock.sleep(pauseSeconds * 1000, stopping.signal);
      }
    }
  }

  // All are read before one is started: a wrong expression keeps the twin from starting.
  const parsed = schedules.map((schedule) => [schedule, parseSchedule(schedule.expression)] as const);
  const kept = parsed.map(([schedule, next]) =>
    keep(schedule, next).catch((error: unknown) => {
      if (!stopping.signal.aborted) log(`${schedule.logicalId}: ${error instanceof Error ? error.stack : error}`);
    }),
  );
  return {
    get busy() {
      return busy;
    },
    async stop() {
      stopping.abort();
      await Promise.all(kept);
    },
  };
}

/** The event of a schedule without a fixed input; EventBridge Scheduler writes its detail as text. */
function scheduledEvent(
  { source, arn }: Pick<ScheduleDescription, 'source' | 'arn'>,
  dueMs: number,
  { region, account }: SchedulerOptions['place'],
): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account,
    time: new Date(dueMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [arn],
    detail: source === 'aws.events' ? {} : '{}',
  };
}
