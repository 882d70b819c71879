// What the model says of the examples without parts of their input, in tables and sentences.
import type { VNode } from 'preact';
import type { Explanation, OcclusionTest } from '#lib/attribution/occlusion.ts';
import { measurementWords } from '#lib/formats/measurement-words.ts';
import { type Cell, csv } from '../../csv.ts';
import { element } from '../../element.ts';
import { formatNumber } from '../../format.ts';
import { dataTable } from '../../table.ts';

/** Explanations of the examples, or why there are none. */
export type Explained = { readonly explanations: readonly Explanation[] } | { readonly notExplained: string };

const HOW: Readonly<Record<Explanation['of'], string>> = {
  'values left out': 'one value at a time left out, as if it had not been measured; what the model requires stays',
  'stretches made flat':
    'one stretch of the recording at a time made flat, at the median of each lead that the model reads',
};

/** What the answers of so many examples rest on, as far as leaving parts out can say. */
export function explanationPart(explained: Explained, examples: number): (VNode | null)[] {
  const heading = element('h3', { id: 'examples-explanations' }, 'What these answers rest on');
  if ('notExplained' in explained)
    return [heading, element('p', null, `No explanation stands beside the examples: ${explained.notExplained}.`)];
  const { explanations } = explained;
  const how = [...new Set(explanations.map(({ of }) => HOW[of]))].join('; ');
  const missing = examples - explanations.length;
  const without =
    missing === 0
      ? ''
      : ` Of ${missing} of the ${examples} studies there is no explanation: they are no longer in the archive as they were judged, came to another score, or the time of the audit was over.`;
  return [
    heading,
    element(
      'p',
      null,
      `The very weights that judged these studies were asked again: ${how}. ${testWords(explanations)}${without}`,
    ),
    dataTable({
      id: 'explanations-table',
      caption: 'Score as it stands, and without parts of the input, those that move it furthest first',
      columns: [
        { heading: 'Study' },
        { heading: 'Score', numeric: true },
        { heading: 'Score without' },
        { heading: 'Without the first together', numeric: true },
        { heading: 'Without as many of the last', numeric: true },
        { heading: 'First move it further' },
      ],
      rows: explanations.map((explanation) => ({
        heading: explanation.studyKey,
        cells: [formatNumber(explanation.score, 'fraction'), partWords(explanation), ...testCells(explanation.test)],
      })),
      note: 'This says what an answer rests on, not why, and proves nothing about the person: values that stand for each other hide each other, and an input without a value, or with a flat stretch, is itself out of the ordinary.',
    }),
  ];
}

const MOST_SHOWN = 3;

const scoreWords = (score: number | null): string => (score === null ? 'no answer' : formatNumber(score, 'fraction'));

function partWords({ of, parts }: Explanation): string {
  if (parts.length === 0) return 'nothing that could be left out';
  return parts
    .slice(0, MOST_SHOWN)
    .map(({ name, score }) => `${of === 'values left out' ? measurementWords(name) : name}: ${scoreWords(score)}`)
    .join('; ');
}

function testCells(test: OcclusionTest | null): string[] {
  if (test === null) return ['–', '–', 'too few parts'];
  const { withoutFirst, withoutLast, holds } = test;
  return [scoreWords(withoutFirst), scoreWords(withoutLast), holds === null ? 'no answer' : holds ? 'yes' : 'no'];
}

/** The test that the order of the parts must pass. */
function testWords(explanations: readonly Explanation[]): string {
  const judged = explanations.filter(({ test }) => test !== null && test.holds !== null);
  const kept = judged.filter(({ test }) => test?.holds === true).length;
  const untold = explanations.length - judged.length;
  const silent = 'too few parts, or no answer without them';
  if (judged.length === 0) return `Whether the order of the parts holds cannot be told: ${silent}.`;
  return [
    `Tested: without the first of them together (two or three) the answer moves further than without as many of the last in ${kept} of ${judged.length} studies`,
    ...(kept < judged.length ? ['where it does not, the order says nothing'] : []),
    ...(untold > 0 ? [`of ${untold} more it cannot be told (${silent})`] : []),
  ]
    .join('; ')
    .concat('.');
}

/** One line for each part that was left out. */
export function explanationsCsv(explanations: readonly Explanation[]): string {
  const header = [
    ...['site', 'study', 'of', 'score', 'part', 'score_without'],
    ...['test_parts', 'score_without_first', 'score_without_last', 'first_move_further'],
  ];
  const rows = explanations.flatMap(({ site, studyKey, of, score, parts, test }) =>
    parts.map((part): Cell[] => [
      ...[site, studyKey, of, score, part.name, part.score],
      ...[test?.parts ?? null, test?.withoutFirst ?? null, test?.withoutLast ?? null],
      test === null || test.holds === null ? null : String(test.holds),
    ]),
  );
  return csv(header, rows);
}

/** How the explanations were made. */
export function explanationMethods(explained: Explained): string[] {
  if ('notExplained' in explained) return [];
  const how = [...new Set(explained.explanations.map(({ of }) => HOW[of]))].join('; ');
  return [
    `Explanations beside the examples: occlusion (doi:10.1007/978-3-319-10590-1_53), ${how}. Every score shown was given by the model; parts are ordered by how far the logit of the score moves. The test leaves out the first parts together, three of them or two where the model keeps silent without three, and as many of the last (deletion test, doi:10.1109/TNNLS.2016.2599820).`,
  ];
}
