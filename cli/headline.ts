// The figures of a report for a terminal and for scripts: read from report.json, never computed again.
import { formatFigure } from '#lib/report/format.ts';
import type { Report } from '#lib/report/record.ts';
import { summary } from '#lib/report/summary.ts';

/** report.json of the folder that the reader may see. */
export function readReport(files: ReadonlyMap<string, Uint8Array>, folder: 'internal' | 'shareable'): Report {
  const bytes = files.get(`${folder}/report.json`);
  if (bytes === undefined) throw new Error(`report: found no ${folder}/report.json, expected it from audit`);
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Report;
}

/** A line per hospital: people, events, AUROC with its interval, or why it cannot be told. */
export function headline(report: Report): string {
  const lines = summary(report).sites.map((site) =>
    [
      site.site.padEnd(16),
      `n ${String(site.n).padStart(5)}`,
      `events ${String(site.events).padStart(5)}`,
      `AUROC ${formatFigure(site.auroc, 'fraction')}`,
    ].join('  '),
  );
  return [report.answer.headline, ...report.answer.points.map((point) => `- ${point}`), ...lines].join('\n');
}
