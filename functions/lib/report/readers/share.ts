import { isSmall } from '../disclosure.ts';
import { type Count, type Figure, SUPPRESSED } from '../record.ts';
import { type COUNTS, cellId, groupId, type Hidden, hiddenCells, isClosed, raterCell, WHOLE } from './cells.ts';
import { matrixCell, valueLabel } from './class-cells.ts';
import { cellsOfAgreement, cellsOfComparison } from './pair-cells.ts';
import {
  type Agreement,
  ALL_FINDINGS,
  type ClassResult,
  type Comparison,
  isWholeGroup,
  METRICS,
  type Ranking,
  type RaterResult,
  type RaterSummary,
  type ReaderBody,
  type ReaderGroup,
} from './record.ts';

/**
 * The report that may leave: counts of 1 to 10 and as many others as it takes that none follows by subtraction are hidden, with every
 * figure from which one could be computed. Public data stay as they are, and the report says so.
 */
export function shareableReaderBody(body: ReaderBody): ReaderBody {
  if (body.publicData) return { ...body, audience: 'shareable' };
  const hidden = hiddenCells(body);
  const eventsHidden = (group: ReaderGroup, label: string): boolean =>
    ['events', 'nonEvents'].some((name) => hidden.has(cellId(group, label, name)));
  const groupHidden = (group: ReaderGroup): boolean => hidden.has(groupId(group));
  const fewPeople = isSmallCount(body.subjects);
  const shared: ReaderBody = {
    ...body,
    audience: 'shareable',
    n: hidden.has(groupId(WHOLE)) ? SUPPRESSED : body.n,
    subjects: fewPeople ? SUPPRESSED : body.subjects,
    groups: body.groups.map((group) => ({
      ...group,
      n: groupHidden(group) ? SUPPRESSED : group.n,
      events: group.events.map((count, k) =>
        hidden.has(cellId(group, body.labels[k].id, 'events')) ? SUPPRESSED : count,
      ),
    })),
    age:
      groupHidden(WHOLE) || body.age === null
        ? null
        : { ...body.age, minimumYears: SUPPRESSED, maximumYears: SUPPRESSED },
    raters: body.raters.map((rater) => ({
      ...rater,
      scoresDisagree: rater.scoresDisagree.map(({ label, answers }) => ({ label, answers: shareCount(answers) })),
    })),
    results: body.results.map((result) => shareResult(result, hidden)),
    summaries: body.summaries.map((summary) => shareSummary(summary, body.results, hidden)),
    comparisons: body.comparisons.map((comparison) =>
      shareComparison(comparison, body.comparisons, body.results, hidden),
    ),
    agreements: body.agreements.map((agreement) => shareAgreement(agreement, body, hidden)),
    rankings: body.rankings.map((ranking) => shareRanking(ranking, eventsHidden(ranking, ranking.label))),
    classes: body.classes.map((result) => shareClasses(result, body.results, hidden)),
    published: body.published.map((cell) => {
      const closed = body.results.some(
        (result) =>
          result.label === cell.label &&
          result.rater === cell.rater &&
          isWholeGroup(result) &&
          isClosed(result, hidden),
      );
      return closed ? { ...cell, computed: SUPPRESSED, agrees: null } : cell;
    }),
  };
  return body.subjects === null ? shared : withoutPeople(shared);
}

/**
 * Where people have several studies, the clusters of a figure and the reasons for silence count people behind a part of the studies; of a
 * figure of at most ten people the interval does too.
 */
export function withoutPeople<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((entry) => withoutPeople(entry)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  // A figure counts rows; a mean over hospitals that is not made does not.
  if ('cannotTell' in value && 'n' in value) return SUPPRESSED as Value;
  if ('clusters' in value && typeof value.clusters === 'number' && isSmall(value.clusters)) return SUPPRESSED as Value;
  const entries = Object.entries(value).filter(([name]) => name !== 'clusters');
  return Object.fromEntries(entries.map(([name, entry]) => [name, withoutPeople(entry)])) as Value;
}

const isSmallCount = (count: Count | null): boolean => typeof count === 'number' && isSmall(count);

const shareCount = (count: Count): Count => (isSmallCount(count) ? SUPPRESSED : count);

function shareResult(result: RaterResult, hidden: Hidden): RaterResult {
  const count = (name: (typeof COUNTS)[number]): Count =>
    hidden.has(raterCell(result, name)) ? SUPPRESSED : result[name];
  const any = (...names: string[]): boolean =>
    names.some((name) => hidden.has(raterCell(result, name)) || hidden.has(cellId(result, result.label, name)));
  const noSensitivity = any('events', 'truePositives', 'falseNegatives');
  const noSpecificity = any('nonEvents', 'trueNegatives', 'falsePositives');
  const closed = isClosed(result, hidden);
  const share = (name: (typeof METRICS)[number]): Figure => {
    const isOff = name === 'sensitivity' ? noSensitivity : name === 'specificity' ? noSpecificity : closed;
    return isOff ? SUPPRESSED : result.metrics[name];
  };
  return {
    ...result,
    truePositives: count('truePositives'),
    falseNegatives: count('falseNegatives'),
    trueNegatives: count('trueNegatives'),
    falsePositives: count('falsePositives'),
    metrics: Object.fromEntries(METRICS.map((name) => [name, share(name)])) as RaterResult['metrics'],
    kappa: closed ? SUPPRESSED : result.kappa,
  };
}

/** Figures over all findings stay only where every finding of the group is open. */
function shareSummary(summary: RaterSummary, results: readonly RaterResult[], hidden: Hidden): RaterSummary {
  const closed = results.some(
    (result) => result.rater === summary.rater && groupId(result) === groupId(summary) && isClosed(result, hidden),
  );
  if (!closed) return summary;
  return { ...summary, macroF1: SUPPRESSED, microF1: SUPPRESSED, macroAuroc: summary.macroAuroc && SUPPRESSED };
}

/**
 * Difference, interval and p value together give the discordant counts, and with the shares those in which both are right or wrong; of a
 * p value that Holm's correction took over from a hidden one, the hidden one.
 */
function shareComparison(
  comparison: Comparison,
  all: readonly Comparison[],
  results: readonly RaterResult[],
  hidden: Hidden,
): Comparison {
  const isShown = (other: Comparison): boolean => isComparisonOpen(other, results, hidden);
  const p = (value: Comparison['pValue']): Comparison['pValue'] => (value === null ? null : SUPPRESSED);
  if (isShown(comparison))
    return isOwnCorrection(comparison, all.filter(isShown))
      ? comparison
      : { ...comparison, adjustedPValue: p(comparison.adjustedPValue) };
  return {
    ...comparison,
    difference: SUPPRESSED,
    onlyFirst: SUPPRESSED,
    onlySecond: SUPPRESSED,
    pValue: p(comparison.pValue),
    exactPValue: p(comparison.exactPValue),
    adjustedPValue: p(comparison.adjustedPValue),
  };
}

function isComparisonOpen(comparison: Comparison, results: readonly RaterResult[], hidden: Hidden): boolean {
  const { label, first, second } = comparison;
  const own = results.filter((result) => (label === ALL_FINDINGS || result.label === label) && isWholeGroup(result));
  const closed = own.some((result) => [first, second].includes(result.rater) && isClosed(result, hidden));
  return !closed && !cellsOfComparison(comparison).some((id) => hidden.has(id));
}

/** The corrected p is a multiple of a p that is shown, or 1. */
function isOwnCorrection({ adjustedPValue }: Comparison, shown: readonly Comparison[]): boolean {
  if (typeof adjustedPValue !== 'number' || adjustedPValue === 1) return true;
  return shown.some(({ pValue }) => {
    const times = typeof pValue === 'number' ? adjustedPValue / pValue : Number.NaN;
    return Math.abs(times - Math.round(times)) < 1e-9 * times;
  });
}

/**
 * Kappa and the share of equal answers give the four cells of the two raters and how often each said yes: shown only where each of them may
 * be.
 */
function shareAgreement(agreement: Agreement, { results }: ReaderBody, hidden: Hidden): Agreement {
  const closed = results.some(
    (result) =>
      result.label === agreement.label &&
      [agreement.first, agreement.second].includes(result.rater) &&
      isWholeGroup(result) &&
      isClosed(result, hidden),
  );
  const bothRight = [SUPPRESSED, SUPPRESSED] as const;
  if (!closed && !cellsOfAgreement(agreement).some((id) => hidden.has(id))) return { ...agreement, bothRight };
  return { ...agreement, kappa: SUPPRESSED, observed: SUPPRESSED, bothRight };
}

/** A question stays inside as a whole where a cell of its matrix, or a count of one of its values, is hidden. */
function shareClasses(result: ClassResult, results: readonly RaterResult[], hidden: Hidden): ClassResult {
  const closed = results.some(
    (other) =>
      other.rater === result.rater &&
      isWholeGroup(other) &&
      result.values.some((value) => other.label === valueLabel(result.column, value)) &&
      isClosed(other, hidden),
  );
  const isOpen = (r: number, a: number): boolean => !hidden.has(matrixCell(result, r, a));
  if (!closed && result.matrix.every((row, r) => row.every((_, a) => isOpen(r, a)))) return result;
  const hide = (figure: Figure | null): Figure | null => figure && SUPPRESSED;
  return {
    ...result,
    matrix: result.matrix.map((row) => row.map(() => SUPPRESSED)),
    accuracy: SUPPRESSED,
    macroF1: SUPPRESSED,
    kappa: SUPPRESSED,
    weightedKappa: hide(result.weightedKappa),
    handTill: hide(result.handTill),
    concordance: hide(result.concordance),
  };
}

/** The curve steps from study to study, so that it stays inside; figures of a ranking tell no count but that of the finding. */
function shareRanking(ranking: Ranking, closed: boolean): Ranking {
  if (!closed) return { ...ranking, curve: [] };
  return {
    ...ranking,
    auroc: SUPPRESSED,
    partialAuroc: SUPPRESSED,
    averagePrecision: SUPPRESSED,
    baseline: SUPPRESSED,
    curve: [],
  };
}
