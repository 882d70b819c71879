// What of the figures by label may leave the sites.
import { isSmall } from '../../disclosure.ts';
import { type Count, type Figure, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { cellOf, type SharedEvaluation } from '../kind.ts';
import { ANSWERS, isLabelClosed, ofLabel } from './cells.ts';
import type {
  Cardinality,
  LabelDecisions,
  LabelPair,
  LabelResult,
  LabelsGroup,
  LabelsResults,
  OverLabels,
  PairCounts,
} from './record.ts';

/** A figure stays where the counts that it tells may be told; pairs of labels and labels per study where no count of all studies is hidden. */
export function share(results: LabelsResults, { hidden, isOpen }: SharedEvaluation): LabelsResults {
  const [whole] = results.groups;
  const isClosed = (k: number): boolean => !isOpen(whole) || isLabelClosed(whole, k, whole.labels[k], hidden);
  const places = new Map(results.labels.map(({ name }, k) => [name, k]));
  const pairs = results.pairs.map((pair) =>
    isClosed(places.get(pair.first) ?? -1) || isClosed(places.get(pair.second) ?? -1) || hasSmall(pair)
      ? closedPair(pair)
      : pair,
  );
  const allOpen =
    results.labels.every((_, k) => !isClosed(k)) && pairs.every((pair) => !isSuppressed(pair.reference.both));
  const shows: Shows = (group, figure) => {
    const [name, k] = figure.split('/');
    const told = TELLS[name as keyof typeof TELLS];
    return isOpen(group) && !told.some((cell) => hidden.has(cellOf(group, ofLabel(Number(k), cell))));
  };
  return {
    ...results,
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
    labels: results.labels.map((label) => ({
      ...label,
      scoresDisagree: label.scoresDisagree !== null && isFew(label.scoresDisagree) ? SUPPRESSED : label.scoresDisagree,
    })),
    groups: results.groups.map((group) => shareGroup(group, isOpen(group), hidden)),
    claims: results.claims.map((claim, k) =>
      isOpen(whole) && isRankingOpen(whole, k, hidden) ? claim : withoutFigures(claim),
    ),
    cardinality: results.cardinality && shareCardinality(results.cardinality, allOpen),
    pairs,
  };
}

/** Counts that a figure by which groups are compared tells. */
const TELLS = {
  sensitivity: ['events', 'truePositives', 'falseNegatives'],
  specificity: ['nonEvents', 'trueNegatives', 'falsePositives'],
  auroc: ['known', 'events', 'nonEvents'],
} as const;

const isFew = (count: Count): boolean => typeof count === 'number' && isSmall(count);

const hasSmall = ({ reference, answers, errors }: LabelPair): boolean =>
  [reference, answers, errors].some((counts) => counts !== null && Object.values(counts).some(isFew));

const NO_PAIR: PairCounts = { both: SUPPRESSED, onlyFirst: SUPPRESSED, onlySecond: SUPPRESSED, neither: SUPPRESSED };

const closedPair = ({ first, second, answers, errors, errorCorrelation }: LabelPair): LabelPair => ({
  ...{ first, second, reference: NO_PAIR },
  answers: answers && NO_PAIR,
  errors: errors && NO_PAIR,
  errorCorrelation: errorCorrelation && SUPPRESSED,
});

function shareCardinality(cardinality: Cardinality, allOpen: boolean): Cardinality {
  const isOff =
    !allOpen ||
    cardinality.counts.some(({ reference, answer }) => isFew(reference) || (answer !== null && isFew(answer)));
  if (!isOff) return cardinality;
  return {
    reference: SUPPRESSED,
    answer: cardinality.answer && SUPPRESSED,
    counts: cardinality.counts.map(({ labels, answer }) => ({
      ...{ labels, reference: SUPPRESSED },
      answer: answer === null ? null : SUPPRESSED,
    })),
  };
}

/** An AUROC, an average precision and a ratio of observed to expected tell how many have the label and how many have not. */
const isRankingOpen = (group: LabelsGroup, k: number, hidden: ReadonlySet<string>): boolean =>
  ['known', 'events', 'nonEvents'].every((name) => !hidden.has(cellOf(group, ofLabel(k, name))));

function shareGroup(group: LabelsGroup, open: boolean, hidden: ReadonlySet<string>): LabelsGroup {
  const off = (name: string): boolean => !open || hidden.has(cellOf(group, name));
  const count = (name: 'complete' | 'exact' | 'inexact' | 'right' | 'wrong'): Count =>
    off(name) ? SUPPRESSED : group[name];
  const labels = group.labels.map((label, k) => shareLabel(label, (name) => off(ofLabel(k, name))));
  const judged = group.labels.flatMap((label, k) => (group.judged.includes(label.label) ? [k] : []));
  const rankingOff = !open || judged.some((k) => !isRankingOpen(group, k, hidden));
  const answersOff = !open || judged.some((k) => isLabelClosed(group, k, group.labels[k], hidden));
  const isOff: Readonly<Record<OverLabels, boolean>> = {
    macroAuroc: rankingOff,
    macroAveragePrecision: rankingOff,
    macroSensitivity: answersOff,
    macroSpecificity: answersOff,
    macroF1: answersOff,
    microF1: off('found') || off('wrong'),
    hammingLoss: off('wrong') || off('right') || off('heap'),
    exactMatch: off('complete') || off('exact') || off('inexact'),
  };
  const over = Object.entries(group.over).map(([name, figure]): [string, Figure | null] => [
    name,
    figure && (isOff[name as OverLabels] ? SUPPRESSED : figure),
  ]);
  return {
    ...group,
    labels,
    judged: open ? group.judged : [],
    over: Object.fromEntries(over) as LabelsGroup['over'],
    ...{ complete: count('complete'), exact: count('exact'), inexact: count('inexact') },
    ...{ right: count('right'), wrong: count('wrong') },
    errorsOfComplete: SUPPRESSED,
  };
}

function shareLabel(label: LabelResult, off: (name: string) => boolean): LabelResult {
  const count = (name: string, value: Count): Count => (off(name) ? SUPPRESSED : value);
  const ranked = !['known', 'events', 'nonEvents'].some(off);
  const { ranking, calibration, decisions } = label;
  return {
    label: label.label,
    n: count('known', label.n),
    unknown: count('unknown', label.unknown),
    unanswered: count('unanswered', label.unanswered),
    events: count('events', label.events),
    nonEvents: count('nonEvents', label.nonEvents),
    ranking: ranking && (ranked ? ranking : { ...withoutFigures(ranking), baseline: SUPPRESSED }),
    calibration: calibration && (ranked ? calibration : withoutFigures(calibration)),
    decisions: decisions && shareDecisions(decisions, off),
  };
}

/** Sensitivity and specificity tell two counts each, every other rate all four. */
function shareDecisions(decisions: LabelDecisions, off: (name: string) => boolean): LabelDecisions {
  const noSensitivity = ['events', 'truePositives', 'falseNegatives'].some(off);
  const noSpecificity = ['nonEvents', 'trueNegatives', 'falsePositives'].some(off);
  const entries = Object.entries(decisions).map(([name, value]: [string, Count | Figure]) => {
    if (ANSWERS.includes(name as (typeof ANSWERS)[number])) return [name, off(name) ? SUPPRESSED : value];
    const closed =
      name === 'sensitivity' ? noSensitivity : name === 'specificity' ? noSpecificity : noSensitivity || noSpecificity;
    return [name, closed ? SUPPRESSED : value];
  });
  return Object.fromEntries(entries) as LabelDecisions;
}
