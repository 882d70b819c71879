import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatCount, formatNumber, formatShare, HIDDEN } from '../../format.ts';
import { pClause, pText } from '../../gap-words.ts';
import { isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import type { FairnessValue, SliceResult, SliceShareResult } from './value.ts';
import { groupWords } from './words.ts';

/** Part "The worst slice": searched among half of the people, confirmed among the other half. */
export function slicePart({ slices }: FairnessValue): (VNode | null)[] {
  const { findings, lookedAt, people, threshold } = slices;
  const halves = isSuppressed(people.search)
    ? 'half of the people'
    : `${formatCount(people.search)} people drawn at random`;
  const others = isSuppressed(people.confirmation) ? 'the other half' : `the other ${formatCount(people.confirmation)}`;
  const heading = element('h3', { id: 'fairness-slices' }, 'The worst slice');
  if (findings.length === 0) {
    const text =
      'No slice of up to three columns could be looked for: none has 15 people with the outcome, or 15 without, in half of the people, and as many in the rest.';
    return [heading, element('p', null, text)];
  }
  const confirmed = findings.filter((finding) => finding.confirmed);
  const verdict =
    confirmed.length === 0
      ? 'None of the slices that looked worst was confirmed.'
      : `Confirmed to be worse than the rest, ${confirmed.length} of ${findings.length}:`;
  return [
    heading,
    element('p', null, verdict),
    confirmed.length === 0
      ? null
      : element(
          'ul',
          null,
          confirmed.map((finding) => element('li', null, sliceSentence(finding))),
        ),
    element(
      'p',
      { class: 'note' },
      `Among ${halves}, ${formatCount(lookedAt)} combinations of up to three columns were searched for those with most missed cases and most false alarms at “${threshold}”; the worst of them were tested once among ${others}, with a chance of 5 % at most that any alarm is false. A slice that was not confirmed may still be worse: the test sees only large gaps.`,
    ),
    sliceTable(findings),
  ];
}

const conditionWords = ({ conditions }: SliceResult): string =>
  groupWords(
    conditions.map(({ column }) => column),
    conditions.map(({ value }) => value).join(' × '),
  );

function sliceSentence(finding: SliceResult): string {
  const { difference, holm, target } = finding;
  const gap =
    difference === null || isSuppressed(difference)
      ? ''
      : `, ${formatNumber(difference.estimate, 'percent')} points more than in the rest (${formatNumber(difference.lower, 'percent')} to ${formatNumber(difference.upper, 'percent')})`;
  const test = isSuppressed(holm) ? '' : `, corrected ${pClause(holm)}`;
  return `${conditionWords(finding)}: ${target}${gap}${test}`;
}

function sliceTable(findings: readonly SliceResult[]): VNode {
  return dataTable({
    id: 'fairness-slices-table',
    caption: 'Slices that looked worst, and what the other half of the people says',
    columns: [
      { heading: 'Slice' },
      { heading: 'Mistakes' },
      { heading: 'Where it was found', numeric: true },
      { heading: 'Other half: slice', numeric: true },
      { heading: 'Other half: rest', numeric: true },
      { heading: 'Difference, points', numeric: true },
      { heading: 'p, Holm', numeric: true },
      { heading: 'Verdict' },
    ],
    rows: findings.map((finding) => ({
      heading: conditionWords(finding),
      cells: [
        finding.target,
        shareText(finding.seen),
        shareText(finding.confirmation),
        shareText(finding.rest),
        differenceText(finding),
        pText(finding.holm),
        finding.confirmed ? 'confirmed' : 'not confirmed',
      ],
    })),
    note: 'Where it was found, a slice looks worse than it is, because it was chosen for that.',
  });
}

function shareText({ mistakes, rows }: SliceShareResult): string {
  return isSuppressed(rows) ? HIDDEN : `${formatShare(mistakes, rows)} of ${formatCount(rows)}`;
}

function differenceText({ difference }: SliceResult): string {
  if (difference === null) return 'too few people';
  if (isSuppressed(difference)) return HIDDEN;
  const [estimate, lower, upper] = [difference.estimate, difference.lower, difference.upper].map((value) =>
    formatNumber(value, 'percent'),
  );
  return `${estimate} (${lower} to ${upper})`;
}
