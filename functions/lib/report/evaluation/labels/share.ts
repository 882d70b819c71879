// What of the figures by label may leave the sites.
import { isSmall } from '../../disclosure.ts';
import { type AnswerCounts, type Count, type Figure, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { withRoundedLimits } from '../grades.ts';
import { type Cells, type SharedEvaluation, sameGroup } from '../kind.ts';
import { type OpenGroup, type OpenLabel, openLabels } from './open-labels.ts';
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

/** Counts of groups are all that the whole report has to protect; those of labels are protected here. */
export const cells = (): Cells => ({ cells: [], sums: [] });

export function share(results: LabelsResults, { isOpen }: SharedEvaluation): LabelsResults {
  const open = openLabels(results, isOpen);
  const whole = open.of(results.groups[0]);
  const shows: Shows = (group, figure) => {
    const found = results.groups.find((other) => sameGroup(other, group));
    const [name, k] = figure.split('/');
    const label = found && open.of(found).labels[Number(k)];
    if (label === undefined) return false;
    return name === 'sensitivity' ? label.found : name === 'specificity' ? label.cleared : label.known;
  };
  const pairs = results.pairs.map((pair) => (open.isPairOpen(pair) ? pair : closedPair(pair)));
  const isAllOpen =
    whole.complete &&
    whole.labels.every(({ known, found, cleared }) => known && found && cleared) &&
    pairs.every(({ reference }) => !isSuppressed(reference.both));
  return {
    ...results,
    labels: results.labels.map((label) => ({
      ...label,
      scoresDisagree: label.scoresDisagree !== null && isFew(label.scoresDisagree) ? SUPPRESSED : label.scoresDisagree,
    })),
    groups: results.groups.map((group) => shareGroup(group, open.of(group))),
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
    claims: results.claims.map((claim, k) => (whole.labels[k].known ? claim : withoutFigures(claim))),
    cardinality: results.cardinality && shareCardinality(results.cardinality, isAllOpen),
    pairs,
  };
}

const isFew = (count: Count): boolean => typeof count === 'number' && isSmall(count);

const NO_PAIR: PairCounts = { both: SUPPRESSED, onlyFirst: SUPPRESSED, onlySecond: SUPPRESSED, neither: SUPPRESSED };

const closedPair = ({ first, second, answers, errors, errorCorrelation }: LabelPair): LabelPair => ({
  ...{ first, second, reference: NO_PAIR },
  answers: answers && NO_PAIR,
  errors: errors && NO_PAIR,
  errorCorrelation: errorCorrelation && SUPPRESSED,
});

function shareCardinality(cardinality: Cardinality, isAllOpen: boolean): Cardinality {
  const hasFew = cardinality.counts.some(
    ({ reference, answer }) => isFew(reference) || (answer !== null && isFew(answer)),
  );
  if (isAllOpen && !hasFew) return cardinality;
  return {
    reference: SUPPRESSED,
    answer: cardinality.answer && SUPPRESSED,
    counts: cardinality.counts.map(({ labels, answer }) => ({
      ...{ labels, reference: SUPPRESSED },
      answer: answer === null ? null : SUPPRESSED,
    })),
  };
}

function shareGroup(group: LabelsGroup, open: OpenGroup): LabelsGroup {
  const count = <Value extends Count | null>(is: boolean, value: Value): Value | typeof SUPPRESSED =>
    is || value === null ? value : SUPPRESSED;
  const judged = group.labels.flatMap(({ label }, k) => (group.judged.includes(label) ? [open.labels[k]] : []));
  const rankings = judged.every(({ known }) => known);
  const rates = judged.every(({ known, found, cleared }) => known && found && cleared);
  const isOpen: Readonly<Record<OverLabels, boolean>> = {
    macroAuroc: rankings,
    macroAveragePrecision: rankings,
    macroSensitivity: rates,
    macroSpecificity: rates,
    macroF1: rates,
    microF1: open.foundOfAll,
    hammingLoss: open.answers,
    exactMatch: open.exact,
  };
  const over = Object.entries(group.over).map(([name, figure]): [string, Figure | null] => [
    name,
    figure && (isOpen[name as OverLabels] ? roundedLimits(name as OverLabels, figure) : SUPPRESSED),
  ]);
  return {
    ...group,
    labels: group.labels.map((label, k) => shareLabel(label, open.labels[k])),
    judged: open.labels.every(({ known }) => known) ? group.judged : [],
    over: Object.fromEntries(over) as LabelsGroup['over'],
    complete: count(open.complete, group.complete),
    ...{ exact: count(open.exact, group.exact), inexact: count(open.exact, group.inexact) },
    ...{ right: count(open.answers, group.right), wrong: count(open.answers, group.wrong) },
  };
}

/**
 * Limits of means over labels depend on which labels are wrong together, those of one heap on how many errors a study has: rounded outwards
 * they fit many tables.
 */
function roundedLimits(name: OverLabels, figure: Figure): Figure {
  if (name === 'hammingLoss') return withOneDigit(figure);
  return ['macroSensitivity', 'macroSpecificity', 'macroF1', 'microF1'].includes(name)
    ? withRoundedLimits(figure)
    : figure;
}

/** Limits of a small share, outwards to one digit that counts. */
function withOneDigit(figure: Figure): Figure {
  if (!isEstimate(figure)) return figure;
  const unit = (value: number): number => (value > 0 ? 10 ** Math.floor(Math.log10(value)) : 1);
  const [low, high] = [unit(figure.lower), unit(figure.upper)];
  return {
    ...figure,
    lower: Math.floor(figure.lower / low) * low,
    upper: Math.min(1, Math.ceil(figure.upper / high) * high),
  };
}

function shareLabel(label: LabelResult, open: OpenLabel): LabelResult {
  const count = (value: Count): Count => (open.known ? value : SUPPRESSED);
  const { ranking, calibration, decisions } = label;
  return {
    label: label.label,
    n: count(label.n),
    unknown: count(label.unknown),
    unanswered: count(label.unanswered),
    events: count(label.events),
    nonEvents: count(label.nonEvents),
    ranking: ranking && (open.known ? ranking : { ...withoutFigures(ranking), baseline: SUPPRESSED }),
    calibration: calibration && (open.known ? calibration : withoutFigures(calibration)),
    decisions: decisions && shareDecisions(decisions, open),
  };
}

/** Sensitivity and specificity tell two counts each, every other rate all four. */
function shareDecisions(decisions: LabelDecisions, { found, cleared }: OpenLabel): LabelDecisions {
  const ofCounts: Readonly<Record<keyof AnswerCounts | 'sensitivity' | 'specificity', boolean>> = {
    ...{ truePositives: found, falseNegatives: found, sensitivity: found },
    ...{ trueNegatives: cleared, falsePositives: cleared, specificity: cleared },
  };
  const entries = Object.entries(decisions).map(([name, value]: [string, Count | Figure]) => {
    const isOpen = name in ofCounts ? ofCounts[name as keyof typeof ofCounts] : found && cleared;
    return [name, isOpen ? value : SUPPRESSED];
  });
  return Object.fromEntries(entries) as LabelDecisions;
}
