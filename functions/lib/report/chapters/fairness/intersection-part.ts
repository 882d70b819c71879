import type { VNode } from 'preact';
import { list } from '../../answer.ts';
import { element } from '../../element.ts';
import { pClause } from '../../gap-words.ts';
import { gapTable } from './gap-table.ts';
import type { FairnessGap, FairnessValue, Intersection } from './value.ts';
import { isClaim, largestFirst, tallyOf, tallyWords } from './verdicts.ts';
import { columnId, columnWords, gapFigure, groupInSentence, judgedFigure, metricWords } from './words.ts';

/** Gaps of each pair of columns that are listed on the page; the rest stand in the table file. */
const LISTED = 6;

/** Part "Two columns at once". */
export function intersectionPart({
  intersections,
  intersectionFamilies,
}: Pick<FairnessValue, 'intersections' | 'intersectionFamilies'>): (VNode | null)[] {
  if (intersections.length === 0) return [];
  const shown = intersections.filter(({ hidden }) => !hidden);
  const tally = tallyOf(shown.flatMap(({ gaps }) => gaps));
  const claims = shown.flatMap((pair) =>
    pair.gaps.filter((gap) => gap.family === 'performance' && isClaim(gap)).map((gap) => claimWords(pair, gap)),
  );
  const hidden = intersections.filter((pair) => pair.hidden);
  const heading = element('h3', { id: 'fairness-intersections' }, 'Two columns at once');
  const hiddenNote = `Hidden, for small combinations: ${list(hidden.map(pairWords))}.`;
  if (shown.length === 0) return [heading, element('p', null, hiddenNote)];
  return [
    heading,
    element(
      'p',
      null,
      `Every combination of two columns against the largest one of its pair, ${intersectionFamilies.performance} tests corrected together: ${tallyWords(tally)}. A further ${tally.untested} have too few people to be tested.`,
    ),
    claims.length === 0
      ? element('p', null, 'No combination differs after correction.')
      : element(
          'ul',
          null,
          claims.map((text) => element('li', null, text)),
        ),
    hidden.length === 0 ? null : element('p', { class: 'note' }, hiddenNote),
    element('details', null, [
      element('summary', null, 'The most notable gaps of each pair'),
      ...shown.filter(({ gaps }) => gaps.some(({ pValue }) => pValue !== null)).map(pairTable),
    ]),
  ];
}

const pairWords = ({ columns }: Intersection): string =>
  columns.map((column) => columnWords(column).toLowerCase()).join(' and ');

function claimWords({ columns, reference }: Intersection, gap: FairnessGap): string {
  return `${metricWords(gap.metric, gap.threshold)}: ${groupInSentence(columns, gap.group)} ${gapFigure(gap.metric, judgedFigure(gap))} against ${groupInSentence(columns, reference)}; corrected ${pClause(gap.holm)}`;
}

function pairTable(pair: Intersection): VNode {
  const { columns, reference, gaps } = pair;
  const tested = largestFirst(gaps.filter(({ pValue, family }) => pValue !== null && family === 'performance'));
  return gapTable(
    columnId(columns),
    `${pairWords(pair)}, against ${groupInSentence(columns, reference)}: ${Math.min(LISTED, tested.length)} of ${tested.length} tested gaps`,
    columns,
    tested.slice(0, LISTED),
  );
}
