import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { TwinClock } from '../clock.ts';
import type { Principal } from '../contract.ts';
import type { Injector } from '../faults/injector.ts';
import type { Sessions } from '../sessions.ts';
import type { FunctionDescription } from '../template/descriptions.ts';
import type { Place } from '../template/identities.ts';
import { openFunctionLog } from './function-log.ts';
import { FunctionPool } from './pool.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { troubleOf } from './trouble.ts';
import { Worker } from './worker.ts';

const IDLE_WORKER_SECONDS = 300;

interface PoolParts {
  readonly stateFolder: string;
  readonly place: Place;
  readonly sessions: Sessions;
  readonly runtimeApi: RuntimeApi;
  readonly functions: readonly FunctionDescription[];
  readonly maxWorkers: number;
  readonly clock: TwinClock;
  readonly injector: Injector;
}

/** The pool of the template's functions, each with the access keys of its own role. */
export function createPool({
  stateFolder,
  place,
  sessions,
  runtimeApi,
  functions,
  maxWorkers,
  clock,
  injector,
}: PoolParts): FunctionPool {
  const environments = new Map(
    functions.map((description) => [
      description.name,
      {
        taskRoot: taskRoot(description, stateFolder),
        log: openFunctionLog(join(stateFolder, 'logs'), description.name),
        credentials: sessions.open(principalOf(description)),
      },
    ]),
  );
  return new FunctionPool({
    functions,
    maxWorkers,
    maxRunning: Math.min(maxWorkers, availableParallelism() + 1),
    idleSeconds: IDLE_WORKER_SECONDS,
    spawn: (description, events) => {
      const environment = environments.get(description.name);
      if (!environment) throw new Error(`no function ${description.name}`);
      const trouble = () => troubleOf(injector, description.name);
      return new Worker({ description, ...environment, ...place, runtimeApi, clock, trouble, stateFolder, ...events });
    },
  });
}

function principalOf({ roleArn, name }: FunctionDescription): Principal {
  return { kind: 'role', roleArn, sessionName: name, tags: {} };
}

function taskRoot({ code, name }: FunctionDescription, stateFolder: string): string {
  if ('folder' in code) return code.folder;
  const folder = join(stateFolder, 'inline', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), code.inlineSource);
  return folder;
}
