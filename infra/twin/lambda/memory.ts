import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of a process in megabytes (VmHWM of /proc/<pid>/status), so that a peak between two samples
 * counts. Everything that is resident counts, the Node.js binary included: no allowance is made for what processes
 * share, which makes the twin somewhat stricter than Lambda. Undefined once the process is gone, or without /proc.
 */
export function peakMemoryMegabytes(pid: number): number | undefined {
  const status = readStatus(pid);
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024);
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
