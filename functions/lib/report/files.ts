import { answerOf } from './answer.ts';
import { answerPoints } from './answer-points.ts';
import { cautionKinds } from './caution-kinds.ts';
import { cautionPoints } from './caution-points.ts';
import { cautionsOf } from './cautions.ts';
import { chapterCautions, chapterMethods, chapterPoints, chapterTables } from './chapters.ts';
import { checklistsOf } from './checklists/checklists.ts';
import { tablesAsCsv } from './csv.ts';
import type { Hiding } from './hiding.ts';
import { methodsOf } from './methods.ts';
import { reportPage } from './page.ts';
import type { Report, ReportBody } from './record.ts';
import { reportJson } from './report-json.ts';
import { shareableBody } from './share.ts';

/** The words of a report, written from the very numbers that it shows. */
function reportOf(body: ReportBody): Report {
  const { chapters } = body;
  const cautions = cautionKinds([...cautionsOf(body), ...chapterCautions(chapters)]).flatMap((kind) => kind.cautions);
  const points = [
    ...chapterPoints(chapters, true),
    ...answerPoints(body),
    ...chapterPoints(chapters, false),
    ...cautionPoints(cautions),
  ];
  return {
    ...body,
    answer: answerOf(body, points),
    cautions,
    methods: [...methodsOf(body), ...chapterMethods(chapters)],
    checklists: checklistsOf(body),
  };
}

/** The internal report, every number, and the one that may leave the sites. */
export const editionsOf = (body: ReportBody, hiding?: Hiding): readonly [internal: Report, shareable: Report] => [
  reportOf(body),
  reportOf(shareableBody(body, hiding)),
];

/** Record, page and tables of the editions by path: `internal/…` and `shareable/…`. The same report gives the same bytes. */
export function reportFiles(editions: readonly Report[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const report of editions) {
    files.set(`${report.audience}/report.json`, reportJson(report));
    files.set(`${report.audience}/report.html`, reportPage(report));
    for (const [name, text] of [...tablesAsCsv(report), ...chapterTables(report.chapters)])
      files.set(`${report.audience}/tables/${name}`, text);
  }
  return files;
}
