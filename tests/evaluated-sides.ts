// Evaluations of a table, as they are compared.
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import type { ComparedEvaluation } from '#lib/report/comparison/evaluation/compare.ts';
import type { Comparison } from '#lib/report/comparison/record.ts';
import { evaluationBody, evaluationEditions } from '#lib/report/evaluation/body.ts';
import { isKeptByRow, readStudies, studiesParquet } from '#lib/report/evaluation/studies-table.ts';

export type Column = readonly (string | number)[];

/** Both editions of an evaluation, the internal one with its studies as they stand in the file. */
export async function sidesOf(yaml: string, of: Readonly<Record<string, Column>>): Promise<ComparedEvaluation[]> {
  const names = Object.keys(of);
  const rows = of[names[0]].map((_, row) => names.map((name) => of[name][row]).join(','));
  const table = await readAnswers('t.csv', new TextEncoder().encode([names.join(','), ...rows].join('\n')));
  const answers = await evaluatedAnswers(readDescription('e.yaml', yaml), table, async () => undefined);
  const body = evaluationBody({
    answers,
    publicData: false,
    command: 'npx tricuspid evaluate t.csv --as e.yaml --out <folder>',
    software: 'tricuspid test',
    inputs: [],
  });
  const [internal, shareable] = evaluationEditions(body);
  const bytes = studiesParquet(answers, body.results);
  if (bytes === undefined || !isKeptByRow(body.results)) throw new Error('no studies are kept');
  return [
    { report: internal, studies: await readStudies(body.results, bytes) },
    { report: shareable, studies: undefined },
  ];
}

export function figureOf({ sites }: Comparison, site: string | null, name: string) {
  const found = sites.find((entry) => entry.site === site)?.figures.find((figure) => figure.name === name);
  if (found === undefined) throw new Error(`no ${name} of ${site}`);
  return found;
}
