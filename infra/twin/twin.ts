// The embedded cloud: starts a synthesized template on this machine.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openClock, type TwinClock } from './clock.ts';
import type { Authorize, Principal, QueueService } from './contract.ts';
import { openDatabase } from './database.ts';
import { createInjector, type FaultCounts, NO_FAULTS } from './faults/injector.ts';
import type { FaultPlan } from './faults/plan.ts';
import { createFrontDoor, type FrontService, hasTarget, isSignedFor } from './front-door.ts';
import { createAuthorizer } from './iam/authorizer.ts';
import { type Activity, skipIdleTime } from './idle-time.ts';
import { createKms, type KeyDescription as Key } from './kms.ts';
import { createPool } from './lambda/create-pool.ts';
import { type CustomResourceRecords, runCustomResources } from './lambda/custom-resources.ts';
import type { Credentials } from './lambda/environment.ts';
import { type EventSource, startEventSource } from './lambda/event-source.ts';
import type { Outcome } from './lambda/invocation.ts';
import { endWorkersLeftBehind } from './lambda/left-behind.ts';
import type { FunctionPool } from './lambda/pool.ts';
import { type RuntimeApi, startRuntimeApi } from './lambda/runtime-api.ts';
import { type Scheduler, startScheduler } from './lambda/scheduler.ts';
import { openStateFile } from './lambda/state-file.ts';
import { lockFolder } from './lock.ts';
import { openLog } from './log-file.ts';
import { mergePolicies, policiesOf } from './policies.ts';
import { createS3 } from './s3/s3.ts';
import { createSessions } from './sessions.ts';
import { createSqs } from './sqs/service.ts';
import { readAssembly } from './template/assembly.ts';
import type { AlarmDescription } from './template/descriptions.ts';
import type { Place } from './template/identities.ts';
import { type LoadedTemplate, loadTemplate } from './template/load.ts';

const ACCOUNT = '000000000000';
/** How long `stop` lets batches end by themselves. */
const STOP_GRACE_MS = 10_000;

export interface TwinOptions {
  /** Cloud assembly folder, as `cdk synth` writes it. */
  readonly assembly: string;
  /** Where objects, queues, logs and the rest are kept; started on the same folder, the twin goes on. */
  readonly stateFolder: string;
  /** Port on 127.0.0.1; 0 takes any that is free. */
  readonly port?: number;
  readonly region?: string;
  /** How many times faster than the wall clock queues and schedules run. Functions run as fast as they do. */
  readonly speed?: number;
  /** Jumps over time in which no function runs and every message waits for its delay or its visibility timeout; for tests. */
  readonly skipIdleTime?: boolean;
  /** What goes wrong although it should not, once the template is deployed. */
  readonly faults?: FaultPlan;
  /** Function processes at a time, warm ones included; by default twice the processors and eight. */
  readonly maxWorkers?: number;
  /** Values of the template's parameters, over their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Published secrets of 32 bytes for HMAC keys, named by logical id or by an output that holds the key's id or ARN. */
  readonly fixedSecrets?: Readonly<Record<string, Uint8Array>>;
  readonly log?: (line: string) => void;
}

export interface Twin {
  /** Address for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly region: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly alarms: readonly AlarmDescription[];
  /** Access keys for a role, named by ARN, name, logical id or by an output that holds one of these. */
  credentials(role: string, session?: { readonly tags?: Readonly<Record<string, string>> }): Credentials;
  /** Depth of every queue, by name. */
  queues(): Readonly<Record<string, ReturnType<QueueService['depth']>>>;
  /** Invokes a function, named by logical id, name or ARN, and waits for its end. */
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
  /** Events of buckets that a queue has refused, since the state folder was made. */
  undeliveredEvents(): number;
  /** Faults injected since the twin started, by kind; each is a line of logs/faults.log. */
  injectedFaults(): FaultCounts;
  /** Goes on as if so much time had passed; call it when no function runs. */
  skip(milliseconds: number): void;
  /** Resolves when no consumed queue holds a message and no function runs. */
  idle(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a template, or throws what keeps it from starting; nothing is left running then. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  mkdirSync(options.stateFolder, { recursive: true });
  const lock = lockFolder(options.stateFolder);
  const undo: (() => unknown)[] = [lock.release];
  try {
    return await start(options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** The rooms that everything else is started from. */
interface Rooms {
  readonly options: TwinOptions;
  readonly place: Place;
  readonly clock: TwinClock;
  readonly authorize: Authorize;
  readonly queues: QueueService;
  readonly pool: FunctionPool;
  readonly runtimeApi: RuntimeApi;
  readonly template: LoadedTemplate;
  readonly maxWorkers: number;
  readonly log: (line: string) => void;
}

async function start(options: TwinOptions, undo: (() => unknown)[]): Promise<Twin> {
  const { stateFolder, region = 'eu-central-1', maxWorkers = 2 * availableParallelism() + 8 } = options;
  endWorkersLeftBehind(stateFolder);
  const log = openLog(stateFolder, 'twin', options.log);
  const assembly = readAssembly(options.assembly);
  const sessions = createSessions();
  const services: FrontService[] = [];
  const frontDoor = createFrontDoor({ principalOf: sessions.principalOf, services, log });
  const endpoint = await frontDoor.listen(options.port ?? 0);
  undo.push(() => frontDoor.close(0));

  log(`${assembly.stackName}: starting at ${endpoint}`);
  const place = { region, account: ACCOUNT, stackName: assembly.stackName, endpoint };
  const template = loadTemplate(assembly, place, options.parameters);
  const { stack } = template;
  const clock = openClock({
    speed: options.speed ?? 1,
    state: openStateFile(join(stateFolder, 'clock.json'), { aheadMs: 0 }),
  });
  undo.push(() => clock.stop());
  const database = openDatabase(stateFolder);
  undo.push(() => database.close());
  const authorize = createAuthorizer({
    rolePolicies: new Map(stack.roles.map((role) => [role.arn, policiesOf(role)])),
    resourcePolicies: mergePolicies(stack.resourcePolicies),
    account: ACCOUNT,
  });
  const { faults: plan } = options;
  let isDeployed = false;
  const started = () => isDeployed;
  const injector = plan
    ? createInjector({ plan, functions: stack.functions, log: openLog(stateFolder, 'faults'), started })
    : NO_FAULTS;
  const queues = createSqs({ database, clock, authorize, queues: stack.queues, injector });
  const blobFolder = join(stateFolder, 'blobs');
  const { buckets } = stack;
  const s3 = createS3({
    database,
    blobFolder,
    clock,
    authorize,
    queues,
    buckets,
    keysOf: sessions.keysOf,
    region,
    account: ACCOUNT,
    log,
    injector,
  });
  const kms = createKms({ authorize, keys: keysOf(template, options), secretFolder: join(stateFolder, 'keys') });
  services.push(
    { name: 'kms', matches: hasTarget('TrentService'), handle: (call) => kms.handle(call), errors: 'json' },
    { name: 'sqs', matches: hasTarget('AmazonSQS'), handle: (call) => queues.handle(call), errors: 'json' },
    { ...s3, name: 's3', matches: isSignedFor('s3'), errors: 'xml' },
  );

  const runtimeApi = await startRuntimeApi();
  undo.push(() => runtimeApi.stop());
  const pool = createPool({
    stateFolder,
    place,
    sessions,
    runtimeApi,
    functions: stack.functions,
    maxWorkers,
    clock,
    injector,
  });
  undo.push(() => pool.stop());
  const rooms = { options, place, clock, authorize, queues, pool, runtimeApi, template, maxWorkers, log };
  await startCustomResources(rooms);
  isDeployed = true;
  const outputs = template.outputs();
  const scheduler = startSchedules(rooms);
  const sources = startEventSources(rooms);
  const consumed = new Set(stack.mappings.map(({ queueArn }) => queueArn));
  const activity = (): Activity => {
    if (pool.busy + scheduler.busy + sources.reduce((sum, source) => sum + source.busy, 0) > 0) return 'working';
    return activityOf([...consumed].map(queues.depth));
  };
  const skipping = options.skipIdleTime ? skipIdleTime(clock, activity) : undefined;
  return {
    endpoint,
    region,
    outputs,
    alarms: stack.alarms,
    credentials: (role, session) => sessions.open(personOf(template, outputs, role, session?.tags ?? {})),
    queues: () => Object.fromEntries(stack.queues.map(({ name, arn }) => [name, queues.depth(arn)])),
    invoke: async (named, payload) => {
      const found = stack.functions.find(({ logicalId, name, arn }) => [logicalId, name, arn].includes(named));
      return pool.invoke(found?.name ?? named, JSON.stringify(payload ?? null)).outcome;
    },
    undeliveredEvents: s3.undeliveredEvents,
    injectedFaults: injector.counts,
    skip: clock.skip,
    idle: async (signal) => {
      while (activity() !== 'idle') await wait(10, undefined, { ...(signal && { signal }) });
    },
    stop: async () => {
      skipping?.stop();
      const ended = Promise.all([scheduler.stop(), ...sources.map((source) => source.stop())]);
      await Promise.race([ended, wait(STOP_GRACE_MS, undefined, { ref: false })]);
      await pool.stop();
      await ended;
      for (const step of undo.reverse()) await step();
    },
  };
}

function keysOf({ stack, output }: LoadedTemplate, { fixedSecrets = {} }: TwinOptions): Key[] {
  const secrets = new Map(Object.entries(fixedSecrets).map(([name, secret]) => [output(name) ?? name, secret]));
  const keys = stack.keys.map(({ logicalId, keyId, arn, keySpec, aliases }) => {
    const name = [logicalId, keyId, arn].find((candidate) => secrets.has(candidate)) ?? '';
    const fixedSecret = secrets.get(name);
    secrets.delete(name);
    return { arn, spec: keySpec, aliases, ...(fixedSecret && { fixedSecret }) };
  });
  const [unused] = secrets.keys();
  if (unused !== undefined) throw new Error(`fixed secret for ${unused}: no key of the template has this name`);
  return keys;
}

function startCustomResources({ options, place, pool, runtimeApi, template, log }: Rooms): Promise<void> {
  const { stack } = template;
  return runCustomResources({
    resources: stack.customResources,
    properties: template.customResourceProperties,
    answer: template.answer,
    functionNameOf: (arn) => stack.functions.find((item) => item.arn === arn)?.name,
    pool,
    runtimeApi,
    state: openStateFile<CustomResourceRecords>(join(options.stateFolder, 'custom-resources.json'), {}),
    stackId: `arn:aws:cloudformation:${place.region}:${place.account}:stack/${place.stackName}/twin`,
    endpoint: place.endpoint,
    log,
  });
}

function startEventSources({ clock, authorize, queues, pool, template, maxWorkers, log }: Rooms): EventSource[] {
  const { stack } = template;
  return stack.mappings.map((mapping) => {
    const description = stack.functions.find(({ arn }) => arn === mapping.functionArn);
    const queue = stack.queues.find(({ arn }) => arn === mapping.queueArn);
    if (!description || !queue) throw new Error(`${mapping.logicalId}: its function or its queue is missing`);
    const { visibilityTimeoutSeconds } = queue;
    return startEventSource({
      mapping,
      description,
      visibilityTimeoutSeconds,
      queues,
      authorize,
      pool,
      clock,
      maxWorkers,
      log,
    });
  });
}

function startSchedules({ options, place, clock, authorize, queues, pool, template, log }: Rooms): Scheduler {
  const { schedules, functions } = template.stack;
  const state = openStateFile(join(options.stateFolder, 'schedules.json'), {});
  return startScheduler({ schedules, functions, pool, queues, authorize, clock, place, state, log });
}

/** By the queues alone: something can be received, everything waits, or there is nothing. */
function activityOf(depths: readonly ReturnType<QueueService['depth']>[]): Activity {
  if (depths.some(({ visible }) => visible > 0)) return 'working';
  return depths.some(({ inFlight, delayed }) => inFlight + delayed > 0) ? 'waiting' : 'idle';
}

function personOf(
  { stack }: LoadedTemplate,
  outputs: Readonly<Record<string, string>>,
  named: string,
  tags: Readonly<Record<string, string>>,
): Principal {
  const wanted = outputs[named] ?? named;
  const role = stack.roles.find(({ arn, name, logicalId }) => [arn, name, logicalId].includes(wanted));
  if (!role) {
    const known = stack.roles.map(({ logicalId }) => logicalId).join(', ');
    throw new Error(`no role ${named}: it is neither an output nor one of the roles ${known}`);
  }
  return { kind: 'role', roleArn: role.arn, sessionName: Object.values(tags).join('-') || role.logicalId, tags };
}
