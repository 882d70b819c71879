import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatNumber, HIDDEN } from '../../format.ts';
import { type Count, isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { wholeGroup } from '../group-words.ts';
import type { Cardinality, LabelPair, LabelsResults, PairCounts } from './record.ts';
import { OVER_LABELS } from './record.ts';
import { MOST_LABELS } from './together.ts';
import { judgedWords, mixedWords, OVER_WORDS, overStyle } from './words.ts';

const numeric = true;
/** Pairs on the page; all stand in the CSV. */
const MOST_PAIRS = 15;

/** Figures over findings, how many a study has, and which go together. */
export function togetherNodes(results: LabelsResults): VNode[] {
  const { cardinality, pairs } = results;
  return [overTable(results), ...(cardinality === null ? [] : [cardinalityTable(cardinality)]), pairTable(pairs)];
}

function overTable(results: LabelsResults): VNode {
  const { over, complete, right, wrong } = wholeGroup(results);
  const judged = judgedWords(wholeGroup(results));
  const means = judged === '' ? '' : ` Means over findings: ${judged}.${mixedWords(results)}`;
  const isDecided = results.labels.some(({ answers }) => answers !== 'none');
  const answers =
    isDecided && [right, wrong].every((count) => typeof count === 'number')
      ? ` Answers about findings: ${formatCount(Number(right) + Number(wrong))}, of them ${formatCount(wrong)} wrong.`
      : '';
  const ofComplete =
    over.exactMatch === null
      ? ''
      : ` All findings right: of the ${formatCount(complete)} studies that know every finding.`;
  return dataTable({
    id: 'findings-over',
    caption: 'All findings together, with 95 % intervals',
    columns: [{ heading: 'Figure' }, { heading: 'All studies', numeric }],
    rows: OVER_LABELS.flatMap((name) => {
      const figure = over[name];
      return figure === null ? [] : [{ heading: OVER_WORDS[name], cells: [figureCell(figure, overStyle(name))] }];
    }),
    note: `${means}${ofComplete}${answers}`.trim(),
  });
}

function cardinalityTable({ reference, answer, counts }: Cardinality): VNode {
  return dataTable({
    id: 'findings-cardinality',
    caption: 'Findings per study, of the studies that know every finding',
    columns: [
      { heading: 'Findings' },
      { heading: 'By the reference', numeric },
      ...(answer === null ? [] : [{ heading: 'By the answers', numeric }]),
    ],
    rows: [
      ...counts.map((of) => ({
        heading: `${of.labels}${of.labels === MOST_LABELS ? ' or more' : ''}`,
        cells: [formatCount(of.reference), ...(of.answer === null ? [] : [formatCount(of.answer)])],
      })),
      {
        heading: 'Mean',
        kind: 'strong' as const,
        cells: [figureCell(reference, 'fraction'), ...(answer === null ? [] : [figureCell(answer, 'fraction')])],
      },
    ],
  });
}

/** Pairs that a study has, gets or has both wrong; those that hide it too. */
const isSeen = ({ reference, answers, errors }: LabelPair): boolean =>
  [reference, answers, errors].some((counts) => counts !== null && (isSuppressed(counts.both) || counts.both > 0));

function pairTable(pairs: readonly LabelPair[]): VNode {
  const known = (count: Count | undefined): number => (typeof count === 'number' ? count : 0);
  const seen = pairs
    .filter(isSeen)
    .toSorted(
      (a, b) => known(b.errors?.both) - known(a.errors?.both) || known(b.reference.both) - known(a.reference.both),
    );
  const shown = seen.slice(0, MOST_PAIRS);
  const hasAnswers = pairs.some(({ answers }) => answers !== null);
  const isTold = shown.some(({ errorCorrelation }) => errorCorrelation !== null && isEstimate(errorCorrelation));
  return element('details', null, [
    element('summary', null, 'Findings that go together, and errors that do'),
    dataTable({
      id: 'findings-pairs',
      caption: `Pairs of findings in one study${seen.length > MOST_PAIRS ? `: the ${MOST_PAIRS} with the most errors in common` : ''}`,
      columns: [
        { heading: 'Pair' },
        { heading: 'Both by the reference', numeric },
        { heading: 'By chance', numeric },
        ...(hasAnswers
          ? ['Both by the answers', 'Both wrong', 'By chance'].map((heading) => ({ heading, numeric }))
          : []),
        ...(isTold ? [{ heading: 'Correlation of errors', numeric }] : []),
      ],
      rows: shown.map(({ first, second, reference, answers, errors, errorCorrelation }) => ({
        heading: `${first}, ${second}`,
        cells: [
          formatCount(reference.both),
          byChance(reference),
          ...(hasAnswers
            ? [
                answers === null ? '' : formatCount(answers.both),
                errors === null ? '' : formatCount(errors.both),
                errors === null ? '' : byChance(errors),
              ]
            : []),
          ...(isTold ? [errorCorrelation === null ? '' : figureCell(errorCorrelation, 'ratio')] : []),
        ],
      })),
      note: pairNote(pairs, seen.length, hasAnswers, isTold),
    }),
  ]);
}

function pairNote(pairs: readonly LabelPair[], seen: number, hasAnswers: boolean, isTold: boolean): string {
  const others = pairs.length - seen;
  const isHidden = pairs.some(({ errorCorrelation: figure }) => figure !== null && isSuppressed(figure));
  const phi = isTold
    ? ` Correlation: phi, with an interval that is corrected for ${pairs.length} pairs.`
    : hasAnswers && !isHidden
      ? ' Whether errors come together cannot be told: it takes ten people with an error in each of two findings.'
      : '';
  return `By chance: as many as there would be if one said nothing of the other.${others === 0 ? '' : ` ${formatCount(others)} pairs stand in no study, neither as findings nor as errors.`}${phi}`;
}

function byChance({ both, onlyFirst, onlySecond, neither }: PairCounts): string {
  const counts = [both, onlyFirst, onlySecond, neither];
  if (counts.some(isSuppressed)) return HIDDEN;
  const [a, b, c, d] = counts.map(Number);
  const n = a + b + c + d;
  return n === 0 ? '' : formatNumber(((a + b) * (a + c)) / n, 'tenths');
}
