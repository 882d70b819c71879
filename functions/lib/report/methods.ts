import type { ReportBody } from './record.ts';
export function methodsOf(body: ReportBody): string[] {
  return [body.cohort.name];
}
