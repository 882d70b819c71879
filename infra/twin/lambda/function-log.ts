import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appendToLog } from '../log-file.ts';

/** Where a function's output goes: one file, as CloudWatch has one log group. */
export interface FunctionLog {
  write(text: string | Buffer): void;
}

/** Appends to `<folder>/<function>.log`. */
export function openFunctionLog(folder: string, functionName: string): FunctionLog {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${functionName}.log`);
  return { write: (text) => appendToLog(path, text) };
}

/** The line that Lambda writes when an invocation has ended. */
export function reportLine(report: {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMegabytes: number;
  readonly maximumMemoryMegabytes: number;
  readonly initDurationMs?: number;
}): string {
  const { requestId, durationMs, memoryMegabytes, maximumMemoryMegabytes, initDurationMs } = report;
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memoryMegabytes} MB`,
    `Max Memory Used: ${maximumMemoryMegabytes} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
  ];
  return `${parts.join('\t')}\n`;
}
