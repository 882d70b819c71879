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

/** The first page in lines: what, whom, pass or fail, three things to know; then a line per hospital with its AUROC, or why it cannot be told. */
export function headline({ answer, cautions, primary }: Report): string {
  const { headline: what, facts, verdict, points, further } = answer;
  const hospitals = siteGroups(primary).map((group) =>
    [
      (group.site ?? '').padEnd(16),
      `n ${formatCount(group.n).padStart(6)}`,
      `events ${formatCount(group.events).padStart(6)}`,
      `AUROC ${formatFigure(group.auroc, 'fraction')}`,
    ].join('  '),
  );
  return [
    what,
    `Tested on ${facts.testedOn}; ${facts.sites}.`,
    ...verdict.limits.map(({ limit, answer: each }) => `${each.toUpperCase()}: ${limit}`),
    ...points.map(({ text, title }, n) => `${n + 1}. ${text} (${title})`),
    `Further in the report: ${further} ${further === 1 ? 'point' : 'points'} (Also), ${cautions.length} ${cautions.length === 1 ? 'caution' : 'cautions'} (Cautions).`,
    ...hospitals,
  ].join('\n');
}
