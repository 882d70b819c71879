// A report as it would be with limits: their answers are made up, everything that is written from them is not.
import { readLimits } from '#lib/limits/read-limits.ts';
import { answerOf } from '#lib/report/answer.ts';
import { answerPoints } from '#lib/report/answer-points.ts';
import { limits } from '#lib/report/chapters/limits/limits.ts';
import type { Report } from '#lib/report/record.ts';

export const THREE_LIMITS = [
  'AUROC lower bound >= 0.90',
  'O:E interval within [0.5, 2]',
  'sensitivity lower bound >= 0.5',
];

const VERDICTS = ['fail', 'cannot tell', 'pass'] as const;

/** The first of the limits fails, the second cannot be told, the third passes, and so on. */
export function judgedReport(report: Report, lines: readonly string[]): Report {
  const names = { thresholds: ['balanced'], sites: ['alder', 'birch', 'cedar', 'durmast'] };
  const plan = readLimits('limits.yaml', `limits:\n${lines.map((line) => `  - ${line}\n`).join('')}`, names);
  const group = { site: 'birch', sex: null, ageBand: null, device: null };
  const figure = { estimate: 0.7, lower: 0.6, upper: 0.8, level: 0.95, method: 'DeLong', n: 100, events: 40 };
  const value = {
    ...{ level: 0.95, audits: null },
    limits: plan.limits.map((limit, n) => {
      const verdict = VERDICTS[n % VERDICTS.length];
      return { limit, verdict, answers: [{ group, figure, verdict, needed: null }] };
    }),
  };
  const points = limits.points(value).map((one) => ({ section: 'limits', title: 'Limits', ...one }));
  const chapters = { ...report.chapters, limits: value };
  const answer = answerOf({ ...report, chapters }, [...points, ...answerPoints(report)]);
  return { ...report, chapters, answer };
}
