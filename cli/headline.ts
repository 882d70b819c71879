// The figures of a report for a terminal and for scripts: read from report.json, never computed again.
import { formatCount, formatFigure } from '#lib/report/format.ts';
import { siteGroups } from '#lib/report/groups.ts';
import type { Report } from '#lib/report/record.ts';

/** report.json of the folder that the reader may see. */
export function readReport(files: ReadonlyMap<string, Uint8Array>, folder: 'internal' | 'shareable'): Report {
  const bytes = files.get(`${folder}/report.json`);
  if (bytes === undefined) throw new Error(`report: found no ${folder}/report.json, expected it from audit`);
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Report;
}

/** A line per hospital: people, events, AUROC with its interval, or why it cannot be told. */
export function headline(report: Report): string {
  const lines = siteGroups(report.primary).map((group) =>
    [
      (group.site ?? '').padEnd(16),
      `n ${formatCount(group.n).padStart(6)}`,
      `events ${formatCount(group.events).padStart(6)}`,
      `AUROC ${formatFigure(group.auroc, 'fraction')}`,
    ].join('  '),
  );
  return [report.answer.headline, ...report.answer.points.map((point) => `- ${point}`), ...lines].join('\n');
}
