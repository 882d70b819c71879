import type { LabelsAnswers } from '#lib/cohort/evaluation/labels-answers.ts';
import { confusionCounts } from '#lib/validation/confusion.ts';
import {
  exactMatch,
  hammingLoss,
  type LabelSet,
  macroAurocOfLabels,
  macroAveragePrecisionOfLabels,
  macroF1OfLabels,
  macroShareOfLabels,
  microF1OfLabels,
} from '#lib/validation/multilabel.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { fewestDiffering } from '../../classes/answers-by-score.ts';
import { decisionFigures, scoreFigure, whyFew } from '../../classes/one-against-rest.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import type { Figure } from '../../record.ts';
import { plainFigure } from '../grades.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
import { comparedLabels } from './compared.ts';
import { type LabelColumns, type LabelTable, labelTable } from './label-table.ts';
import type { LabelClaim, LabelResult, LabelsGroup, LabelsResults } from './record.ts';
import { cardinalityOf, pairsOf } from './together.ts';

/** Figures of several labels: all studies, by site and group. */
export function labelsResults(answers: LabelsAnswers): LabelsResults {
  const { labels, studies, areProbabilities } = answers;
  const groups = groupsOf(studies);
  const whole = labelTable(answers, groups[0].places);
  return {
    kind: 'labels',
    labels: labels.map(({ name, threshold, positive, scores }, k) => ({
      ...{ name, threshold },
      answers: positive === null ? 'none' : threshold === null ? 'column' : 'threshold',
      scores: scores === null ? 'none' : areProbabilities ? 'probabilities' : 'ranks',
      scoresDisagree: disagreement(whole.labels[k]),
    })),
    groups: groups.map((group) => groupResults(answers, group)),
    claims: claimsOf(whole, areProbabilities),
    cardinality: cardinalityOf(whole),
    pairs: pairsOf(whole),
    ...comparedLabels(answers),
  };
}

function disagreement({ own: { positive, scores } }: LabelColumns): number | null {
  return positive === null || scores === null ? null : fewestDiffering(positive, scores);
}

function groupResults(answers: LabelsAnswers, { group, value, places }: GroupPlaces): LabelsGroup {
  const table = labelTable(answers, places);
  const judged = table.labels.filter((label) => whyOf(label) === undefined);
  const decided = table.labels.filter(({ positive }) => positive !== null);
  const known = setOf(decided, table);
  const rows = table.labels.map((label) => labelResult(label, answers.areProbabilities));
  const isDecided = decided.length === table.labels.length;
  const { complete, exact } = completeCounts(table);
  const [right, wrong] = heapCounts(decided);
  return {
    ...{ group, value, right, wrong },
    labels: rows,
    judged: judged.map(({ name }) => name),
    over: {
      ...rankingMeans(judged, table),
      ...decisionMeans(judged, table),
      microF1: decided.length < 2 ? null : microF1OfLabels(known, positivesOf(decided)),
      hammingLoss: decided.length < 2 ? null : hammingLoss(known, positivesOf(decided)),
      exactMatch: isDecided ? exactMatch(known, positivesOf(decided)) : null,
    },
    complete,
    exact: isDecided ? exact : null,
    inexact: isDecided ? complete - exact : null,
  };
}

const whyOf = ({ name, own }: LabelColumns): string | undefined => whyFew(own, name, `no study with ${name}`);

const positivesOf = (labels: readonly LabelColumns[]): Uint8Array[] =>
  labels.map(({ positive, reference }) => positive ?? new Uint8Array(reference.length));

const setOf = (labels: readonly LabelColumns[], { clusters }: LabelTable): LabelSet => ({
  names: labels.map(({ name }) => name),
  labels: labels.map(({ reference }) => reference),
  known: labels.map(({ known }) => known),
  ...(clusters && { clusters }),
});

const few = (n: number): Figure => ({
  cannotTell: `fewer than two findings that ${MINIMUM_ROWS} people have and ${MINIMUM_ROWS} have not`,
  ...{ n, events: 0 },
});

function rankingMeans(judged: readonly LabelColumns[], table: LabelTable) {
  if (table.labels.every(({ scores }) => scores === null)) return { macroAuroc: null, macroAveragePrecision: null };
  const ranked = judged.flatMap((label) => (label.scores === null ? [] : [{ ...label, scores: label.scores }]));
  if (ranked.length < 2) return { macroAuroc: few(table.rows), macroAveragePrecision: few(table.rows) };
  const scores = ranked.map((label) => label.scores);
  return {
    macroAuroc: macroAurocOfLabels(setOf(ranked, table), scores),
    macroAveragePrecision: macroAveragePrecisionOfLabels(setOf(ranked, table), scores),
  };
}

function decisionMeans(judged: readonly LabelColumns[], table: LabelTable) {
  const none = { macroSensitivity: null, macroSpecificity: null, macroF1: null };
  if (table.labels.every(({ positive }) => positive === null)) return none;
  const decided = judged.filter(({ positive }) => positive !== null);
  const set = setOf(decided, table);
  const mean = (figure: () => Figure): Figure => (decided.length < 2 ? few(table.rows) : figure());
  const positive = positivesOf(decided);
  return {
    macroSensitivity: mean(() => macroShareOfLabels(set, positive, 'sensitivity')),
    macroSpecificity: mean(() => macroShareOfLabels(set, positive, 'specificity')),
    macroF1: mean(() => macroF1OfLabels(set, positive)),
  };
}

/** Studies of which every label is known, and those with all right. */
function completeCounts({ labels, rows }: LabelTable) {
  let [complete, exact] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (!labels.every(({ known }) => known[row] === 1)) continue;
    complete++;
    exact += Number(labels.every(({ reference, positive }) => positive?.[row] === reference[row]));
  }
  return { complete, exact };
}

/** Answers about labels that are right, and wrong. */
function heapCounts(decided: readonly LabelColumns[]): [right: number, wrong: number] {
  let [right, wrong] = [0, 0];
  for (const { known, reference, positive } of decided)
    known.forEach((is, row) => {
      if (is === 0) return;
      if (positive?.[row] === reference[row]) right++;
      else wrong++;
    });
  return [right, wrong];
}

function labelResult(label: LabelColumns, areProbabilities: boolean): LabelResult {
  const { name, own, unknown, unanswered } = label;
  const why = whyOf(label);
  const n = own.labels.length;
  const events = own.labels.reduce((total, is) => total + is, 0);
  return {
    label: name,
    ...{ n, unknown, unanswered, events, nonEvents: n - events },
    decisions: own.positive === null ? null : decisionsOf({ ...own, positive: own.positive }, why),
    ranking:
      own.scores === null
        ? null
        : { ...rankingOf({ ...own, scores: own.scores }, why), baseline: n === 0 ? null : events / n },
    calibration: own.scores === null || !areProbabilities ? null : calibrationOf({ ...own, scores: own.scores }, why),
  };
}

function decisionsOf(
  decisions: LabelColumns['own'] & { readonly positive: Uint8Array },
  why: string | undefined,
): NonNullable<LabelResult['decisions']> {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusionCounts(decisions);
  return { truePositives, falseNegatives, trueNegatives, falsePositives, ...decisionFigures(decisions, why) };
}

const rankingOf = (predictions: Predictions, why: string | undefined) => ({
  auroc: plainFigure(scoreFigure('auroc', predictions, why)),
  averagePrecision: plainFigure(scoreFigure('averagePrecision', predictions, why)),
});

const calibrationOf = (predictions: Predictions, why: string | undefined) => ({
  observedExpected: scoreFigure('observedExpected', predictions, why),
  intercept: scoreFigure('intercept', predictions, why),
  slope: scoreFigure('slope', predictions, why),
});

/** What is claimed of several labels holds for all of them together with 95 %: intervals at 1 − 0.05 / labels. */
function claimsOf({ labels }: LabelTable, areProbabilities: boolean): LabelClaim[] {
  const level = 1 - 0.05 / labels.length;
  return labels.map((label): LabelClaim => {
    const { own, name } = label;
    const why = whyOf(label);
    const { scores } = own;
    return {
      label: name,
      auroc: scores && plainFigure(scoreFigure('auroc', { ...own, scores }, why, { level })),
      observedExpected:
        scores && areProbabilities ? scoreFigure('observedExpected', { ...own, scores }, why, { level }) : null,
    };
  });
}
