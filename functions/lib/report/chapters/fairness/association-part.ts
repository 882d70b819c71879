import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatNumber } from '../../format.ts';
import { pText } from '../../gap-words.ts';
import { isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import type { AssociationResult, FairnessValue } from './value.ts';
import { columnWords } from './words.ts';

/** From here on (medium for Cohen, with two groups) columns are called tied to each other. */
const NOTABLE = 0.3;

/** Pairs that go together so closely that a gap by one may be a gap by the other; hidden and untold ones are none. */
export const tiedPairs = ({ associations }: FairnessValue): AssociationResult[] =>
  associations.filter(({ strength }) => 'estimate' in strength && strength.estimate >= NOTABLE);

/** Part "What goes together": columns that cannot be told apart, and columns tied to the outcome. */
export function associationPart(value: FairnessValue, outcome: string): VNode[] {
  const name = (column: string) => (column === 'outcome' ? outcome : columnWords(column).toLowerCase());
  const pair = ({ first, second }: AssociationResult) => `${name(first)} and ${name(second)}`;
  const tied = tiedPairs(value);
  const ofOutcome = tied.filter(({ second }) => second === 'outcome');
  const ofColumns = tied.filter(({ second }) => second !== 'outcome');
  const sentences = [
    ofColumns.length === 0
      ? 'No two columns go together closely.'
      : `These go together: ${ofColumns.map(pair).join('; ')}. A gap by one of a pair may be a gap by the other; these data alone do not tell which.`,
    ofOutcome.length === 0
      ? ''
      : `How common ${outcome} is depends on ${ofOutcome.map(({ first }) => name(first)).join(' and ')}: predictive values and the share flagged differ for that reason alone, and those with the outcome may be ill in another way (spectrum), which moves sensitivity and AUROC too.`,
    'Whether the outcome was looked for with equal care in every group (verification), and whether it was called alike (label quality), these figures cannot show: a gap may lie in the labels.',
  ];
  return [
    element('h3', { id: 'fairness-confounding' }, 'What goes together'),
    element('p', null, sentences.filter((text) => text !== '').join(' ')),
    dataTable({
      id: 'fairness-associations',
      caption: 'Cramér’s V between columns, 0 none, 1 complete; one study per person, with 95 % intervals',
      columns: [{ heading: 'Pair' }, { heading: 'Cramér’s V', numeric: true }, { heading: 'p', numeric: true }],
      rows: value.associations.map((entry) => ({ heading: pair(entry), cells: strengthCells(entry) })),
    }),
  ];
}

function strengthCells({ strength }: AssociationResult): string[] {
  if (isSuppressed(strength)) return ['hidden', 'hidden'];
  if ('cannotTell' in strength) return [`cannot tell: ${strength.cannotTell}`, '–'];
  const [estimate, lower, upper] = [strength.estimate, strength.lower, strength.upper].map((of) =>
    formatNumber(of, 'ratio'),
  );
  return [`${estimate} (${lower} to ${upper})`, pText(strength.pValue)];
}
