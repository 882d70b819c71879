// The function processes of a twin that this process started, looked at from time to time (Linux: /proc): what they have used of
// processors, and how much memory they hold.
import { readdirSync, readFileSync } from 'node:fs';

interface Look {
  readonly seconds: number;
  readonly megabytes: number;
}

export interface FunctionProcesses {
  look(): void;
  /** Processor seconds by function, as far as they were seen; of several processes the sum. */
  processorSeconds(): ReadonlyMap<string, number>;
  /** By function: largest memory of a process in each fifth of the time. */
  printMemory(): void;
}

/** USER_HZ of Linux on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

export function functionProcesses(): FunctionProcesses {
  const looks = new Map<string, Look[]>();
  const used = new Map<string, { readonly name: string; readonly seconds: number }>();
  const start = performance.now();
  return {
    look() {
      const seconds = (performance.now() - start) / 1000;
      for (const { pid, name, megabytes, processorSeconds } of runningFunctions()) {
        looks.set(name, [...(looks.get(name) ?? []), { seconds, megabytes }]);
        used.set(pid, { name, seconds: processorSeconds });
      }
    },
    processorSeconds() {
      const sums = new Map<string, number>();
      for (const { name, seconds } of used.values()) sums.set(name, (sums.get(name) ?? 0) + seconds);
      return sums;
    },
    printMemory() {
      const end = (performance.now() - start) / 1000;
      for (const [name, all] of [...looks].sort()) {
        const fifths = [0, 1, 2, 3, 4].map((n) =>
          all.filter(({ seconds }) => seconds >= (n * end) / 5 && seconds < ((n + 1) * end) / 5),
        );
        const largest = fifths.map((part) =>
          part.length === 0 ? '–' : Math.max(...part.map((look) => look.megabytes)).toFixed(0),
        );
        console.log(`memory of ${name.padEnd(10)} MB, largest in each fifth of the time: ${largest.join(', ')}`);
      }
    },
  };
}

export interface FunctionProcess {
  readonly pid: string;
  readonly name: string;
  readonly megabytes: number;
  readonly processorSeconds: number;
}

/** All that live now. */
export function runningFunctions(): FunctionProcess[] {
  return children().flatMap((pid) => {
    const name = functionName(pid);
    if (name === undefined) return [];
    const megabytes = Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
    return [{ pid, name, megabytes, processorSeconds: processorSeconds(pid) }];
  });
}

/** Children of every thread of this process. */
function children(): string[] {
  const threads = readdirSync('/proc/self/task');
  return threads.flatMap((thread) => read(`/proc/self/task/${thread}/children`).split(' ').filter(Boolean));
}

function functionName(pid: string): string | undefined {
  const environment = read(`/proc/${pid}/environ`);
  if (!environment.includes(`\0AWS_LAMBDA_RUNTIME_API=`)) return undefined;
  return /AWS_LAMBDA_FUNCTION_NAME=Tricuspid-([^\0]+)Function/.exec(environment)?.[1];
}

/** User and system time, fields 14 and 15 of proc(5); the name before them may hold spaces. */
function processorSeconds(pid: string): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Text of a file of /proc; empty where the process has ended or is another user's. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
