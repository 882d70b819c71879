import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOfSleep, readingOf, type TwinClock } from '../clock.ts';
import type { FunctionDescription } from '../template/descriptions.ts';
import { type Credentials, workerEnvironment } from './environment.ts';
import { exitOutcome, exitWords, INIT_SECONDS, type KillReason } from './exit.ts';
import { type FunctionLog, reportLine } from './function-log.ts';
import { failed, type Invocation, type Outcome } from './invocation.ts';
import { peakMemoryMegabytes } from './memory.ts';
import type { RuntimeApi, RuntimeClient } from './runtime-api.ts';
import { type Impending, impending, type Trouble } from './trouble.ts';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.cjs', import.meta.url));
const MEMORY_SAMPLE_MS = 100;

export interface WorkerOptions {
  readonly description: FunctionDescription;
  readonly taskRoot: string;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly runtimeApi: RuntimeApi;
  readonly clock: TwinClock;
  /** What shall strike the next invocation; mostly nothing. */
  readonly trouble: () => Trouble | undefined;
  readonly log: FunctionLog;
  /** The twin's folder: the worker's own temporary folder and its process id are put below it. */
  readonly stateFolder: string;
  /** Called when the worker can take an invocation, and again after each. */
  readonly onIdle: (worker: Worker) => void;
  readonly onExit: (worker: Worker) => void;
}

/** Where the process ids of workers are noted, for the twin that starts after a killed one. */
export function workerFolder(stateFolder: string): string {
  return join(stateFolder, 'workers');
}

/** The script that every worker runs, to recognise one by its command line. */
export const BOOTSTRAP_NAME = 'lambda/bootstrap.cjs';

/** One execution environment: a child process that handles one invocation at a time. */
export class Worker implements RuntimeClient {
  readonly #options: WorkerOptions;
  readonly #child: ChildProcess;
  readonly #session: { readonly address: string; close(): void };
  readonly #temporaryFolder: string;
  readonly #startedAt = performance.now();
  readonly #exited: Promise<void>;
  #ready = false;
  /** Known from the first `next` until the first report, which alone shows it. */
  #initDurationMs: number | undefined;
  #maximumMemoryMegabytes = 0;
  #waitingForWork: ServerResponse | undefined;
  #current:
    | { readonly invocation: Invocation; readonly settle: (outcome: Outcome) => void; startedAt: number }
    | undefined;
  /** Gives the outcome away: done when the worker can take the next invocation, so that it is warm for it. */
  #settle: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sampler: NodeJS.Timeout | undefined;
  #trouble: Impending | undefined;
  readonly #gone = new AbortController();
  #killedFor: KillReason | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { description, taskRoot, runtimeApi, stateFolder } = options;
    mkdirSync(workerFolder(stateFolder), { recursive: true });
    this.#temporaryFolder = mkdtempSync(join(stateFolder, 'workers', 'tmp-'));
    this.#session = runtimeApi.open(this);
    const megabytes = description.memoryMegabytes;
    // The heap limits that Lambda's own runtime passes to Node.js: 90 % and 5 % of the function's memory.
    const heap = [
      `--max-old-space-size=${Math.floor(megabytes * 0.9)}`,
      `--max-semi-space-size=${Math.ceil(megabytes * 0.05)}`,
    ];
    this.#child = spawn(process.execPath, [...heap, BOOTSTRAP], {
      cwd: taskRoot,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: workerEnvironment(description, {
        ...options,
        runtimeApi: this.#session.address,
        temporaryFolder: this.#temporaryFolder,
        logStream: this.#temporaryFolder.slice(-6),
      }),
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => options.log.write(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => options.log.write(chunk));
    this.#exited = this.#watchExit();
    this.#notePid();
  }

  /** For the twin that starts after a killed one; a worker that cannot be noted must not run. */
  #notePid(): void {
    if (this.pid === undefined) return;
    try {
      writeFileSync(join(workerFolder(this.#options.stateFolder), String(this.pid)), '');
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get functionName(): string {
    return this.#options.description.name;
  }

  /** Whether it waits for work now. */
  get idle(): boolean {
    return this.#waitingForWork !== undefined && this.#current === undefined;
  }

  /** Handles one invocation; never rejects, since a failure is an outcome too. */
  run(invocation: Invocation): Promise<Outcome> {
    return new Promise((settle) => {
      this.#current = { invocation, settle, startedAt: performance.now() };
      this.#sampler = setInterval(() => this.#sampleMemory(), MEMORY_SAMPLE_MS);
      const { timeoutSeconds } = this.#options.description;
      this.#timer = setTimeout(() => this.#kill('init timeout'), (INIT_SECONDS + timeoutSeconds) * 1000);
      if (this.#waitingForWork) this.#deliver(this.#waitingForWork);
    });
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  next(response: ServerResponse): void {
    clearTimeout(this.#timer);
    if (!this.#ready) this.#initDurationMs = performance.now() - this.#startedAt;
    this.#ready = true;
    this.#waitingForWork = response;
    if (this.#current) this.#deliver(response);
    else {
      this.#options.onIdle(this);
      this.#settled();
    }
  }

  responded(requestId: string, body: string): void {
    if (this.#trouble) this.#trouble.strikeNow();
    else if (body === 'too large') {
      const words = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).';
      this.#finish(requestId, failed(requestId, 'Function.ResponseSizeTooLarge', words));
    } else this.#finish(requestId, { kind: 'returned', requestId, payload: body });
  }

  errored(requestId: string, body: string): void {
    if (this.#trouble) this.#trouble.strikeNow();
    else this.#finish(requestId, { kind: 'failed', requestId, error: JSON.parse(body) });
  }

  initFailed(body: string): void {
    const requestId = this.#current?.invocation.requestId;
    if (requestId) this.#finish(requestId, { kind: 'failed', requestId, error: JSON.parse(body) });
  }

  #deliver(response: ServerResponse): void {
    const current = this.#current;
    if (!current) return;
    const { requestId, payload } = current.invocation;
    const { description, log } = this.#options;
    this.#waitingForWork = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#kill('timeout'), description.timeoutSeconds * 1000);
    current.startedAt = performance.now();
    log.write(`START RequestId: ${requestId} Version: $LATEST\n`);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + description.timeoutSeconds * 1000),
      'Lambda-Runtime-Invoked-Function-Arn': description.arn,
      'Lambda-Runtime-Trace-Id': traceId(requestId),
      'Twin-Clock': readingOf(this.#options.clock),
    });
    response.end(payload);
    const trouble = this.#options.trouble();
    this.#trouble = trouble && impending(trouble, (kind) => this.#strike(kind));
  }

  #finish(requestId: string, outcome: Outcome): void {
    const current = this.#current;
    if (current?.invocation.requestId !== requestId) return;
    this.#sampleMemory();
    clearInterval(this.#sampler);
    clearTimeout(this.#timer);
    this.#current = undefined;
    const { description, log } = this.#options;
    // A handler that goes on after its answer would hold the slot: it gets its timeout once more, and is ended then.
    this.#timer = setTimeout(() => this.#kill('timeout'), description.timeoutSeconds * 1000);
    if (outcome.kind === 'failed') log.write(`${outcome.error.errorType}: ${outcome.error.errorMessage}\n`);
    const report = reportLine({
      requestId,
      durationMs: performance.now() - current.startedAt,
      memoryMegabytes: description.memoryMegabytes,
      maximumMemoryMegabytes: this.#maximumMemoryMegabytes,
      ...(this.#initDurationMs !== undefined && { initDurationMs: this.#initDurationMs }),
    });
    log.write(`END RequestId: ${requestId}\n${report}`);
    this.#initDurationMs = undefined;
    this.#settle = () => current.settle(outcome);
  }

  #settled(): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.();
  }

  #sampleMemory(): void {
    const megabytes = this.pid === undefined ? undefined : peakMemoryMegabytes(this.pid);
    if (megabytes === undefined) return;
    this.#maximumMemoryMegabytes = megabytes;
    if (megabytes > this.#options.description.memoryMegabytes) this.#kill('memory');
  }

  #kill(reason: KillReason): void {
    this.#killedFor ??= reason;
    this.#child.kill('SIGKILL');
  }

  #strike(kind: Trouble['kind']): void {
    if (kind === 'memory') this.#kill('memory');
    else if (kind === 'kill') this.#child.kill('SIGKILL');
    else this.#hang();
  }

  /** Stopped, the process does nothing: so its timeout can pass in the twin's time. */
  #hang(): void {
    this.#child.kill('SIGSTOP');
    const { clock, description } = this.#options;
    const timedOut = clock.sleep(description.timeoutSeconds * 1000, this.#gone.signal);
    timedOut.then(() => this.#kill('timeout')).catch(endOfSleep);
  }

  #watchExit(): Promise<void> {
    return new Promise((resolve) => {
      const gone = (words: string) => {
        this.#session.close();
        this.#gone.abort();
        this.#trouble?.cancel();
        this.#waitingForWork?.destroy();
        this.#waitingForWork = undefined;
        const requestId = this.#current?.invocation.requestId;
        if (requestId)
          this.#finish(requestId, exitOutcome(requestId, words, this.#options.description, this.#killedFor));
        clearTimeout(this.#timer);
        rmSync(this.#temporaryFolder, { recursive: true, force: true });
        rmSync(join(workerFolder(this.#options.stateFolder), String(this.pid)), { force: true });
        this.#options.onExit(this);
        this.#settled();
        resolve();
      };
      this.#child.once('error', (error) => gone(`Runtime could not start: ${error.message}`));
      this.#child.once('exit', (code, signal) => gone(exitWords(code, signal)));
    });
  }
}

/** X-Ray header of a trace that is not sampled. */
function traceId(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  const time = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${time}-${hex.slice(0, 24)};Parent=${hex.slice(16)};Sampled=0`;
}
