// Resident memory of every function process of a twin that this process started, looked at from time to time (Linux: /proc).
import { readdirSync, readFileSync } from 'node:fs';

interface Look {
  readonly seconds: number;
  readonly megabytes: number;
}

export interface FunctionMemory {
  look(): void;
  /** By function: processes, first and largest memory, and what the largest of each fifth of the time was. */
  print(): void;
}

export function functionMemory(): FunctionMemory {
  const looks = new Map<string, Look[]>();
  const start = performance.now();
  return {
    look() {
      const seconds = (performance.now() - start) / 1000;
      for (const { name, megabytes } of functionProcesses()) {
        looks.set(name, [...(looks.get(name) ?? []), { seconds, megabytes }]);
      }
    },
    print() {
      const end = (performance.now() - start) / 1000;
      for (const [name, all] of [...looks].sort()) {
        const fifths = [0, 1, 2, 3, 4].map((n) =>
          all.filter(({ seconds }) => seconds >= (n * end) / 5 && seconds < ((n + 1) * end) / 5),
        );
        const largest = fifths.map((part) =>
          part.length === 0 ? '–' : Math.max(...part.map((look) => look.megabytes)).toFixed(0),
        );
        console.log(`memory of ${name.padEnd(14)} MB, largest in each fifth of the time: ${largest.join(', ')}`);
      }
    },
  };
}

function functionProcesses(): { name: string; megabytes: number }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const name = functionName(pid);
      return name === undefined ? [] : [{ name, megabytes: residentMegabytes(pid) }];
    });
}

function functionName(pid: string): string | undefined {
  const environment = read(`/proc/${pid}/environ`);
  if (!environment.includes(`\0AWS_LAMBDA_RUNTIME_API=`)) return undefined;
  return /AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/.exec(environment)?.[1];
}

function residentMegabytes(pid: string): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
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
