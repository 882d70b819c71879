// Which counts of a report on labels may leave.
import { isSmall } from '../../disclosure.ts';
import { openCount } from '../../open-count.ts';
import type { SharedEvaluation } from '../kind.ts';
import { openByColumn } from '../open-columns.ts';
import type { LabelPair, LabelResult, LabelsGroup, LabelsResults, PairCounts } from './record.ts';

/** What is told of a label in a group. */
export interface OpenLabel {
  /** How many studies know it, and have it. */
  readonly known: boolean;
  /** Of those with it, who was found; of those without, who was cleared. */
  readonly found: boolean;
  readonly cleared: boolean;
}

/** What is told of a group. */
export interface OpenGroup {
  readonly labels: readonly OpenLabel[];
  /** Right and wrong answers about all labels; and how many of the right ones found a label. */
  readonly answers: boolean;
  readonly foundOfAll: boolean;
  /** Studies that know every label, and those with all right. */
  readonly complete: boolean;
  readonly exact: boolean;
}

export interface OpenLabels {
  readonly of: (group: LabelsGroup) => OpenGroup;
  readonly isPairOpen: (pair: LabelPair) => boolean;
}

const isSafe = (...counts: readonly number[]): boolean => counts.every((count) => !isSmall(count));
const isOpenWhole = ({ known: is, found, cleared }: OpenLabel): boolean => is && found && cleared;

/**
 * Counts of all studies are told where they are 0 or above 10; sums over labels where what is hidden of them has several parts, above 10
 * together. Those of the groups of a column are told where the same holds in each of them, all or none, and all studies tell them.
 */
export function openLabels(results: LabelsResults, isOpen: SharedEvaluation['isOpen']): OpenLabels {
  const { groups } = results;
  const [whole] = groups;
  const labels = whole.labels.map((label) => openLabel(label, isOpen(whole)));
  const ofWhole = openWhole(whole, labels, isOpen(whole));
  return {
    of: openByColumn(groups, ofWhole, (own) => openColumn(own, ofWhole, isOpen)),
    isPairOpen: (pair) => isPairOpen(pair, results, ofWhole),
  };
}

function openLabel({ n, unknown, unanswered, events, nonEvents, decisions }: LabelResult, open: boolean): OpenLabel {
  const isKnown = open && isSafe(...[n, unknown, unanswered, events, nonEvents].map(openCount));
  if (decisions === null) return { known: isKnown, found: isKnown, cleared: isKnown };
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = decisions;
  return {
    known: isKnown,
    found: isKnown && isSafe(openCount(truePositives), openCount(falseNegatives)),
    cleared: isKnown && isSafe(openCount(trueNegatives), openCount(falsePositives)),
  };
}

function openWhole(group: LabelsGroup, labels: readonly OpenLabel[], open: boolean): OpenGroup {
  const complete = open && areStudiesSafe(group);
  const isEachKnown = labels.every((label) => label.known);
  const sums = hiddenSums(group, labels);
  const answers =
    open &&
    isEachKnown &&
    isSafe(openCount(group.right), openCount(group.wrong)) &&
    isHiddenWell(sums.parts.found + sums.parts.cleared, sums.right, sums.wrong);
  const foundOfAll =
    answers &&
    isHiddenWell(sums.parts.found, sums.found, sums.missed) &&
    isHiddenWell(sums.parts.cleared, sums.right - sums.found, sums.wrong - sums.missed);
  const isEachOpen = labels.every(isOpenWhole);
  const exact = complete && isExactSafe(group) && (isExcessSafe(group) || !isEachOpen);
  const isAnswersSafe = !exact || isExcessSafe(group);
  return { labels, answers: answers && isAnswersSafe, foundOfAll: foundOfAll && isAnswersSafe, complete, exact };
}

/** Nothing is hidden, or several parts whose sums, which then are known, are above 10. */
const isHiddenWell = (parts: number, ...sums: readonly number[]): boolean =>
  parts === 0 || (parts >= 2 && sums.every((sum) => sum > 0 && !isSmall(sum)));

/** Of the labels with something hidden: their hidden answers together. */
function hiddenSums(group: LabelsGroup, labels: readonly OpenLabel[]) {
  const parts = { found: 0, cleared: 0 };
  const sums = { found: 0, missed: 0, right: 0, wrong: 0 };
  for (const [k, { decisions }] of group.labels.entries()) {
    if (decisions === null) continue;
    const [found, missed] = [openCount(decisions.truePositives), openCount(decisions.falseNegatives)];
    if (!labels[k].found) {
      parts.found++;
      sums.found += found;
      sums.missed += missed;
      sums.right += found;
      sums.wrong += missed;
    }
    if (labels[k].cleared) continue;
    parts.cleared++;
    sums.right += openCount(decisions.trueNegatives);
    sums.wrong += openCount(decisions.falsePositives);
  }
  return { parts, ...sums };
}

function openColumn(groups: readonly LabelsGroup[], whole: OpenGroup, isOpen: SharedEvaluation['isOpen']): OpenGroup {
  const own = groups.map((group) => group.labels.map((label) => openLabel(label, isOpen(group))));
  const labels = whole.labels.map((label, k): OpenLabel => {
    const all = (of: (open: OpenLabel) => boolean): boolean => of(label) && own.every((labelsOf) => of(labelsOf[k]));
    return { known: all((open) => open.known), found: all((open) => open.found), cleared: all((open) => open.cleared) };
  });
  const each = (of: (group: LabelsGroup) => boolean): boolean => groups.every((group) => isOpen(group) && of(group));
  const isEachOpen = labels.every(isOpenWhole);
  const answers = whole.answers && isEachOpen && each(({ right, wrong }) => isSafe(openCount(right), openCount(wrong)));
  const complete = whole.complete && each(areStudiesSafe);
  return {
    labels,
    answers,
    foundOfAll: answers && whole.foundOfAll,
    complete,
    exact: complete && whole.exact && each(isExactSafe) && (each(isExcessSafe) || !(isEachOpen || answers)),
  };
}

function areStudiesSafe(group: LabelsGroup): boolean {
  const { n, unknown, unanswered } = group.labels[0];
  const complete = openCount(group.complete);
  return isSafe(complete, openCount(n) + openCount(unknown) + openCount(unanswered) - complete);
}

/** Not where some finding is only ranked: then nothing is all right. */
const isExactSafe = ({ exact, inexact }: LabelsGroup): boolean =>
  exact !== null && inexact !== null && isSafe(openCount(exact), openCount(inexact));

/** Wrong answers beyond one for each study with an error. */
const isExcessSafe = ({ wrong, inexact }: LabelsGroup): boolean =>
  inexact === null || isSafe(openCount(wrong) - openCount(inexact));

/** All counts of both labels are told, those of the pair are safe, and so is what is left of each label in studies that lack the other. */
function isPairOpen(
  { first, second, ...tables }: LabelPair,
  { labels, groups }: LabelsResults,
  whole: OpenGroup,
): boolean {
  const own = [first, second].map((name) => labels.findIndex((label) => label.name === name));
  if (!own.every((k) => isOpenWhole(whole.labels[k]))) return false;
  const [a, b] = own.map((k) => groups[0].labels[k]);
  const total = (counts: PairCounts): number =>
    [counts.both, counts.onlyFirst, counts.onlySecond, counts.neither]
      .map(openCount)
      .reduce((sum, count) => sum + count, 0);
  const studies = total(tables.reference);
  const all = openCount(a.n) + openCount(a.unknown) + openCount(a.unanswered);
  const left = [
    openCount(a.n) - studies,
    openCount(b.n) - studies,
    all - openCount(a.n) - openCount(b.n) + studies,
    all - studies,
  ];
  const margins = (['reference', 'answers', 'errors'] as const).flatMap((name) => {
    const counts = tables[name];
    if (counts === null) return [];
    const [both, onlyFirst, onlySecond, neither] = [
      counts.both,
      counts.onlyFirst,
      counts.onlySecond,
      counts.neither,
    ].map(openCount);
    const [ofFirst, ofSecond] = [a, b].map((label) => positivesOf(label, name));
    return [
      ...[both, onlyFirst, onlySecond, neither],
      ...[ofFirst - both - onlyFirst, ofSecond - both - onlySecond],
      ...[openCount(a.n) - ofFirst - onlySecond - neither, openCount(b.n) - ofSecond - onlyFirst - neither],
    ];
  });
  return isSafe(...left, ...margins);
}

/** Studies with the label by the reference or by the answer, or with a wrong answer about it. */
function positivesOf({ events, decisions }: LabelResult, name: 'reference' | 'answers' | 'errors'): number {
  if (name === 'reference') return openCount(events);
  if (decisions === null) return Number.NaN;
  const { truePositives, falseNegatives, falsePositives } = decisions;
  return openCount(name === 'answers' ? truePositives : falseNegatives) + openCount(falsePositives);
}
