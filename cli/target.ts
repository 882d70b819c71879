// The cloud that commands talk to: a deployed stack named by environment variables, or the twin that `tricuspid up` keeps running.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';
import type { IntakeBucket, Queues } from '#functions/ports.ts';
import { type Account, connectBucket, connectQueues } from '#lib/aws/connect.ts';
import { askDesk, type SessionDesk } from './session-desk.ts';
import { STATE_ROOT } from './state.ts';

export interface Target {
  /** For people: "AWS" or the twin's address. */
  readonly name: string;
  readonly operator: {
    readonly archive: IntakeBucket;
    readonly intake: IntakeBucket;
    /** To `intake` only, for drops that are tried again; absent where the queue's address was not given. */
    readonly queues?: Queues;
  };
  readonly researcher: { readonly archive: IntakeBucket; readonly queues: Queues };
}

/** What is needed to reach a cloud: names of the stack's outputs, and an account per role. */
export interface Connection {
  readonly name: string;
  readonly intakeBucket: string;
  readonly archiveBucket: string;
  readonly intakeQueueUrl?: string;
  readonly auditQueueUrl: string;
  readonly operator: Account;
  readonly researcher: Account;
  /** Where a running twin gives sessions for sites; on AWS the environment's own credentials must do. */
  readonly desk?: SessionDesk;
}

const RUNNING_TWIN = join(STATE_ROOT, 'up.json');

const STACK_VARIABLES = ['TRICUSPID_INTAKE_BUCKET', 'TRICUSPID_ARCHIVE_BUCKET', 'TRICUSPID_AUDIT_QUEUE_URL'] as const;

export function connect({
  name,
  intakeBucket,
  archiveBucket,
  intakeQueueUrl,
  auditQueueUrl,
  operator,
  researcher,
}: Connection): Target {
  return {
    name,
    operator: {
      archive: connectBucket(operator, archiveBucket),
      intake: connectBucket(operator, intakeBucket),
      ...(intakeQueueUrl !== undefined && { queues: connectQueues(operator, { intake: intakeQueueUrl }) }),
    },
    researcher: {
      archive: connectBucket(researcher, archiveBucket),
      queues: connectQueues(researcher, { audit: auditQueueUrl }),
    },
  };
}

/** Tells other commands where the running twin is; readable by its owner only, as it holds access keys. */
export async function announce(connection: Connection): Promise<void> {
  await mkdir(STATE_ROOT, { recursive: true });
  await writeFile(RUNNING_TWIN, JSON.stringify({ ...connection, process: process.pid }, null, 2), { mode: 0o600 });
}

export const withdraw = (): Promise<void> => rm(RUNNING_TWIN, { force: true });

/** The deployed stack of the environment, or the running twin; undefined when there is neither. */
export async function findTarget(environment: NodeJS.ProcessEnv = process.env): Promise<Target | undefined> {
  const connection = await findConnection(environment);
  return connection && connect(connection);
}

const findConnection = async (environment: NodeJS.ProcessEnv): Promise<Connection | undefined> =>
  deployedStack(environment) ?? (await announcedTwin());

/** As findTarget, but refuses when there is none. */
export async function requireTarget(): Promise<Target> {
  return connect(await requireConnection());
}

/** The intake bucket as a site's systems see it. */
export async function uploaderTo({ desk, intakeBucket }: Connection, site: string): Promise<IntakeBucket> {
  return connectBucket(desk ? await askDesk(desk, site) : {}, intakeBucket);
}

/** Names and accounts of what findTarget finds; refuses when there is none. */
export async function requireConnection(): Promise<Connection> {
  const connection = await findConnection(process.env);
  if (connection) return connection;
  throw new RefusedInput(
    `cloud: found none, expected a twin started by \`tricuspid up\`, or ${STACK_VARIABLES.join(', ')} of a deployed stack`,
  );
}

/** All or none: with a part of them a command meant for a hospital's stack would go to the twin of this folder. */
function deployedStack(environment: NodeJS.ProcessEnv): Connection | undefined {
  const absent = STACK_VARIABLES.filter((name) => !environment[name]);
  if (absent.length === STACK_VARIABLES.length) return undefined;
  if (absent.length > 0) {
    throw new RefusedInput(
      `cloud: found no ${absent.join(' and no ')}, expected all of ${STACK_VARIABLES.join(', ')}, or none`,
    );
  }
  const {
    TRICUSPID_INTAKE_BUCKET: intakeBucket = '',
    TRICUSPID_ARCHIVE_BUCKET: archiveBucket = '',
    TRICUSPID_AUDIT_QUEUE_URL: auditQueueUrl = '',
    TRICUSPID_INTAKE_QUEUE_URL: intakeQueueUrl,
  } = environment;
  const address = intakeQueueUrl === undefined ? {} : { intakeQueueUrl };
  return { name: 'AWS', intakeBucket, archiveBucket, ...address, auditQueueUrl, operator: {}, researcher: {} };
}

async function announcedTwin(): Promise<Connection | undefined> {
  try {
    const announced = JSON.parse(await readFile(RUNNING_TWIN, 'utf8')) as Connection & { readonly process: number };
    return isAlive(announced.process) ? announced : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A twin that was killed could not withdraw what it announced. */
function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
