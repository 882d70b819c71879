import { answerOf } from './answer.ts';
import { cautionsOf } from './cautions.ts';
import { chapterCautions, chapterMethods, chapterPoints, chapterTables } from './chapters.ts';
import { checklistsOf } from './checklists/checklists.ts';
import { tablesAsCsv } from './csv.ts';
import { methodsOf } from './methods.ts';
import { reportPage } from './page.ts';
import type { Report, ReportBody } from './record.ts';
import { shareableBody } from './share.ts';

/** The words of a report, written from the very numbers that it shows. */
export function reportOf(body: ReportBody): Report {
  const { chapters } = body;
  const answer = answerOf(body);
  return {
    ...body,
    answer: { ...answer, points: [...chapterPoints(chapters), ...answer.points] },
    cautions: [...cautionsOf(body), ...chapterCautions(chapters)],
    methods: [...methodsOf(body), ...chapterMethods(chapters)],
    checklists: checklistsOf(body),
  };
}

/** All files of a report by path: `internal/…` and `shareable/…`. The same body gives the same bytes. */
export function reportFiles(body: ReportBody): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const edition of [body, shareableBody(body)]) {
    const report = reportOf(edition);
    files.set(`${edition.audience}/report.json`, `${JSON.stringify(report, null, 2)}\n`);
    files.set(`${edition.audience}/report.html`, reportPage(report));
    for (const [name, text] of [...tablesAsCsv(report), ...chapterTables(report.chapters)])
      files.set(`${edition.audience}/tables/${name}`, text);
  }
  return files;
}
