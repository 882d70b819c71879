import type { EvaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import type { ProbabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { count, csv } from '../csv.ts';
import { pagePdf } from '../pdf/report-pdf.ts';
import { reportJson } from '../report-json.ts';
import { seedOf } from '../seed.ts';
import { classesResults } from './classes/measure.ts';
import { continuousResults } from './continuous/measure.ts';
import { groupCount, groupsOf } from './groups.ts';
import { kindOf, type Results } from './kinds.ts';
import { labelsResults } from './labels/measure.ts';
import { ordinalResults } from './ordinal/measure.ts';
import { evaluationNodes, evaluationPage } from './page.ts';
import { measureProbabilities } from './probability/measure.ts';
import type { EvaluationBody, EvaluationReport, GroupCount } from './record.ts';
import { segmentationResults } from './segmentation/measure.ts';
import { shareableEvaluation } from './share.ts';
import { timeToEventResults } from './time-to-event/measure.ts';
import { cautionsOf, methodsOf, pointWords } from './words.ts';

export interface EvaluationInput {
  readonly answers: EvaluatedAnswers;
  readonly publicData: boolean;
  readonly command: string;
  readonly software: string;
  /** Files that the evaluation was read from, with their hashes. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
}

/** The numbers of the internal report of an evaluation. */
export function evaluationBody({
  answers,
  publicData,
  command,
  software,
  inputs: tables,
}: EvaluationInput): EvaluationBody {
  const { description, studies } = answers;
  const inputs = [...tables, ...masksOf(answers)];
  const seed = seedOf(inputs);
  return {
    schema: 'tricuspid/evaluation-report/1',
    audience: 'internal',
    publicData,
    title: description.title,
    model: description.model ?? null,
    referenceMethod: description.referenceMethod ?? null,
    flow: studies.flow,
    ...measured(answers, seed),
    statedCautions: description.cautions ?? [],
    citation: description.citation ?? [],
    provenance: { command, software, inputs, ...('measurements' in answers && { seed }) },
  };
}

/** All masks as one input. */
function masksOf(answers: EvaluatedAnswers): EvaluationInput['inputs'] {
  if (!('masks' in answers)) return [];
  const { files, sha256 } = answers.masks;
  return [{ name: `${files} masks, their paths and hashes in order`, sha256 }];
}

function measured(
  answers: EvaluatedAnswers,
  seed: string,
): { readonly groups: readonly GroupCount[]; readonly results: Results } {
  if ('table' in answers) return measureProbabilities(answers);
  const { studies } = answers;
  return {
    groups: groupsOf(studies).map((group) => groupCount(studies, group)),
    results: resultsOf(answers, seed),
  };
}

function resultsOf(answers: Exclude<EvaluatedAnswers, ProbabilityAnswers>, seed: string): Results {
  if ('measurements' in answers) return continuousResults(answers, seed);
  if ('followUp' in answers) return timeToEventResults(answers);
  if ('labels' in answers) return labelsResults(answers);
  if ('classes' in answers) return classesResults(answers);
  return 'comparisons' in answers ? segmentationResults(answers) : ordinalResults(answers);
}

/** The words of a report, written from the very numbers that it shows. */
export function evaluationReport(body: EvaluationBody): EvaluationReport {
  const kind = kindOf(body.results);
  const cautions = cautionsOf(body);
  return {
    ...body,
    answer: { headline: kind.headline(), points: pointWords(kind.points(), cautions) },
    cautions,
    methods: methodsOf(body),
  };
}

/** The internal report, every number, and the one that may leave the sites. */
export const evaluationEditions = (body: EvaluationBody): readonly EvaluationReport[] =>
  [body, shareableEvaluation(body)].map(evaluationReport);

/** Record, page and tables by path: `internal/…` and `shareable/…`. The same reports give the same bytes. */
export function evaluationFiles(editions: readonly EvaluationReport[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const report of editions) {
    files.set(`${report.audience}/report.json`, reportJson(report));
    files.set(`${report.audience}/report.html`, evaluationPage(report));
    const tables = [...commonTables(report), ...kindOf(report.results).tables()];
    for (const [name, text] of tables) files.set(`${report.audience}/tables/${name}`, text);
  }
  return files;
}

/** The same editions on paper: `internal/report.pdf` and `shareable/report.pdf`. */
export async function evaluationPapers(
  editions: readonly EvaluationReport[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const report of editions)
    files.set(`${report.audience}/report.pdf`, await pagePdf(report.title, evaluationNodes(report)));
  return files;
}

function commonTables({ flow, groups }: EvaluationReport): [string, string][] {
  const steps = flow.flatMap(({ site, steps }) =>
    steps.flatMap(({ name, count: left, losses }) => [
      ...losses.map((loss) => [site ?? 'all', name, 'lost', loss.code, count(loss.count)]),
      [site ?? 'all', name, 'left', null, count(left)],
    ]),
  );
  const rows = groups.map(({ group, value, n, subjects }) => [group ?? 'all', value, count(n), count(subjects)]);
  return [
    ['flow.csv', csv(['site', 'step', 'what', 'reason', 'count'], steps)],
    ['groups.csv', csv(['group', 'value', 'n', 'subjects'], rows)],
  ];
}
