// Kills function processes of a running twin, and nothing else.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#lib/simulate/random.ts';

/** Pause between two kills, in milliseconds. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 600;

/**
 * Kills workers at random until every one of these functions has lost as many as it may: below the three deliveries after
 * which a message counts as poison, so that no message is given up. Returns how many were killed of each function.
 */
export async function killWorkers(
  stateFolder: string,
  functions: readonly string[],
  most: number,
  stream: Random,
  ended: () => boolean,
): Promise<ReadonlyMap<string, number>> {
  const killed = new Map(functions.map((name) => [name, 0]));
  while (!ended() && [...killed.values()].some((count) => count < most)) {
    await sleep(stream.integer(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS));
    const alive = workersOf(stateFolder).filter(({ step }) => (killed.get(step) ?? most) < most);
    if (alive.length === 0) continue;
    const { pid, step } = stream.pick(alive);
    if (kill(pid)) killed.set(step, (killed.get(step) ?? 0) + 1);
  }
  return killed;
}

interface Alive {
  readonly pid: number;
  readonly step: string;
}

/** The twin notes the process ids of its workers in its state folder. */
function workersOf(stateFolder: string): readonly Alive[] {
  return readdirSync(join(stateFolder, 'workers'))
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const step = stepOf(pid);
      return step === undefined ? [] : [{ pid, step }];
    });
}

/** `route` of the function `Tricuspid-routeFunction9128DDD7`; undefined when the process has ended. */
function stepOf(pid: number): string | undefined {
  const path = `/proc/${pid}/environ`;
  if (!existsSync(path)) return undefined;
  const name = read(path)
    .split('\0')
    .find((variable) => variable.startsWith('AWS_LAMBDA_FUNCTION_NAME='));
  return /-([a-z]+)Function[0-9A-F]{8}$/.exec(name ?? '')?.[1];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
