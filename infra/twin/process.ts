// The twin as a process of its own, which can be killed and started again on the same state folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Twin, TwinOptions } from './twin.ts';

/** What can be asked of a twin in another process; methods of Twin, each asked for by one line of JSON. */
export interface TwinProcess {
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  readonly outputs: Twin['outputs'];
  credentials(...parameters: Parameters<Twin['credentials']>): Promise<ReturnType<Twin['credentials']>>;
  queues(): Promise<ReturnType<Twin['queues']>>;
  invoke(...parameters: Parameters<Twin['invoke']>): ReturnType<Twin['invoke']>;
  undeliveredEvents(): Promise<number>;
  injectedFaults(): Promise<ReturnType<Twin['injectedFaults']>>;
  skip(milliseconds: number): Promise<void>;
  idle(): Promise<void>;
  stop(): Promise<void>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
}

export type ProcessOptions = Omit<TwinOptions, 'log'>;

/** One request to the process: its answer carries the same id. */
export interface Request {
  readonly id: number;
  readonly method:
    | 'credentials'
    | 'queues'
    | 'invoke'
    | 'undeliveredEvents'
    | 'injectedFaults'
    | 'skip'
    | 'idle'
    | 'stop';
  readonly parameters: readonly unknown[];
}

export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** What the process says when it is ready; `people` are keys of the roles that the outputs name. */
export interface Ready {
  readonly endpoint: string;
  readonly region: string;
  readonly outputs: Twin['outputs'];
  readonly people: Readonly<Record<string, ReturnType<Twin['credentials']>>>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts `infra/twin/main.ts` and waits until it is ready; rejects with its last words when it is not. */
export async function startTwinProcess(options: ProcessOptions): Promise<TwinProcess> {
  const child = spawn(process.execPath, [MAIN], { stdio: ['pipe', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<string>((resolve) => lines.once('line', resolve));
  child.stdin.on('error', (error) => errors.push(error.message));
  child.stdin.write(`${JSON.stringify(sendable(options))}\n`);
  const gone = exited.then(() => Promise.reject(new Error(`the twin has ended: ${errors.join('').trim()}`)));
  gone.catch(() => undefined);
  const { endpoint, region, outputs }: Ready = JSON.parse(await Promise.race([ready, gone]));

  const waiting = new Map<number, (answer: Answer) => void>();
  lines.on('line', (line) => {
    const answer: Answer = JSON.parse(line);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let lastId = 0;
  async function ask<T>(method: Request['method'], ...parameters: unknown[]): Promise<T> {
    const id = ++lastId;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ id, method, parameters } satisfies Request)}\n`);
    const answer = await Promise.race([answered, gone]);
    if ('error' in answer) throw new Error(answer.error);
    return answer.result as T;
  }

  return {
    pid: processId(child),
    endpoint,
    region,
    outputs,
    credentials: (role, session) => ask('credentials', role, session),
    queues: () => ask('queues'),
    invoke: (functionName, payload) => ask('invoke', functionName, payload),
    undeliveredEvents: () => ask('undeliveredEvents'),
    injectedFaults: () => ask('injectedFaults'),
    skip: (milliseconds) => ask('skip', milliseconds),
    idle: () => ask('idle'),
    async stop() {
      await ask('stop');
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** JSON has no bytes: secrets go as lists of numbers. */
function sendable({ fixedSecrets = {}, ...options }: ProcessOptions): object {
  const secrets = Object.entries(fixedSecrets).map(([name, secret]) => [name, [...secret]]);
  return { ...options, fixedSecrets: Object.fromEntries(secrets) };
}

function processId({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the twin has no process');
  return pid;
}
