import type { ReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { countClusters } from '#lib/validation/cluster-totals.ts';
import { reportJson } from '../report-json.ts';
import { classResultsOf } from './classes.ts';
import { agreementsOf, comparisonsOf, publishedOf } from './compare.ts';
import { readersCsv } from './csv.ts';
import { ageOf, groupCounts, groupsOf, rankingsOf, reportedRater, resultsOf, summariesOf } from './measure.ts';
import { readerPage } from './page.ts';
import type { ReaderBody, ReaderReport } from './record.ts';
import { shareableReaderBody } from './share.ts';
import { answerOf, cautionsOf, methodsOf } from './words.ts';

export interface ReaderBodyInput {
  readonly study: ReaderStudy;
  readonly publicData: boolean;
  readonly command: string;
  readonly software: string;
  /** Files that the study was read from, with their hashes. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
}

/** The numbers of the internal report of a reader study. */
export function readerBody({ study, publicData, command, software, inputs }: ReaderBodyInput): ReaderBody {
  const { description, clusters } = study;
  const groups = groupsOf(study);
  const results = groups.flatMap((group) => resultsOf(study, group));
  return {
    schema: 'tricuspid/reader-report/1',
    audience: 'internal',
    publicData,
    title: description.title,
    studies: description.studies,
    labels: description.labels.map(({ column, title }) => ({ id: column, title })),
    raters: study.raters.map((rater) => reportedRater(study, rater)),
    referenceMethod: description.reference.method,
    n: study.studies,
    subjects: clusters === undefined ? null : countClusters(clusters),
    groups: groups.map((group) => groupCounts(study, group)),
    age: ageOf(study),
    results,
    summaries: groups.flatMap((group) => summariesOf(study, group)),
    comparisons: comparisonsOf(study),
    agreements: agreementsOf(study),
    rankings: groups.flatMap((group) => rankingsOf(study, group)),
    classes: classResultsOf(study),
    published: publishedOf(study, results),
    publishedDecimals: description.published?.decimals ?? null,
    studyCautions: description.cautions ?? [],
    citation: description.citation ?? [],
    provenance: { command, software, inputs },
  };
}

/** The words of a report, written from the very numbers that it shows. */
export function readerReport(body: ReaderBody): ReaderReport {
  return { ...body, answer: answerOf(body), cautions: cautionsOf(body), methods: methodsOf(body) };
}

/** All files of a reader report by path: `internal/…` and `shareable/…`. The same study gives the same bytes. */
export function readerFiles(body: ReaderBody): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const edition of [body, shareableReaderBody(body)]) {
    const report = readerReport(edition);
    files.set(`${edition.audience}/report.json`, reportJson(report));
    files.set(`${edition.audience}/report.html`, readerPage(report));
    for (const [name, text] of readersCsv(report)) files.set(`${edition.audience}/tables/${name}`, text);
  }
  return files;
}
