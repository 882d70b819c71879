import type { Rater, ReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { SEEN } from '#lib/validation/decision-metrics.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import { type PairedAnswers, pairedDifference } from '#lib/validation/mcnemar.ts';
import { isSuppressed } from '../record.ts';
import { decisionsOf, kappaOfDecisions } from './measure.ts';
import {
  type Agreement,
  ALL_FINDINGS,
  type Comparison,
  isWholeGroup,
  type PublishedResult,
  type RaterResult,
  REFERENCE,
} from './record.ts';

/**
 * Which raters are compared: every model with every rater that did not form the reference; where there is no model, those with each
 * other. Who formed the reference agrees with it by construction.
 */
export function comparedPairs(raters: readonly Rater[]): [Rater, Rater][] {
  const free = raters.filter(({ formedReference }) => !formedReference);
  const models = free.filter(({ kind }) => kind === 'model');
  const firsts = models.length > 0 ? models : free;
  return firsts.flatMap((first) => {
    const others = free.slice(free.indexOf(first) + 1);
    const before = models.length > 0 ? free.slice(0, free.indexOf(first)).filter(({ kind }) => kind === 'readers') : [];
    return [...before, ...others].map((second): [Rater, Rater] => [first, second]);
  });
}

/** Paired differences of sensitivity and of specificity by finding and over all findings, p values corrected by Holm over all of them. */
export function comparisonsOf(study: ReaderStudy): Comparison[] {
  const findings = study.description.labels.map(({ column }, k) => ({ label: column, columns: [k] }));
  const together = findings.length > 1 ? [{ label: ALL_FINDINGS, columns: findings.map((_, k) => k) }] : [];
  const comparisons = [...findings, ...together].flatMap(({ label, columns }) =>
    comparedPairs(study.raters).flatMap(([first, second]) =>
      (['sensitivity', 'specificity'] as const).map((of): Comparison => {
        const answers = pairedAnswers(study, columns, of, [first, second]);
        const difference = pairedDifference(answers);
        const told = isCannotTell(difference) ? undefined : difference;
        const only = (a: Uint8Array, b: Uint8Array): number =>
          a.reduce((total, right, row) => total + Number(right > b[row]), 0);
        return {
          ...{ label, first: first.id, second: second.id, of, difference },
          onlyFirst: only(answers.first, answers.second),
          onlySecond: only(answers.second, answers.first),
          pValue: told?.pValue ?? null,
          exactPValue: told?.exactPValue ?? null,
          adjustedPValue: null,
        };
      }),
    ),
  );
  const adjusted = holm(comparisons.map(({ pValue }) => (isSuppressed(pValue) ? null : pValue)));
  return comparisons.map((comparison, i) => ({ ...comparison, adjustedPValue: adjusted[i] }));
}

/** Who was right about the findings `columns` among the answers where the reference has them (sensitivity) or has them not. */
function pairedAnswers(
  { reference, studies, clusters }: ReaderStudy,
  columns: readonly number[],
  of: Comparison['of'],
  [first, second]: readonly [Rater, Rater],
): PairedAnswers {
  const wanted = Number(of === 'sensitivity');
  const places = columns.flatMap((k) =>
    Array.from({ length: studies }, (_, row) => ({ k, row })).filter(({ row }) => reference[k][row] === wanted),
  );
  const right = ({ answers }: Rater): Uint8Array =>
    Uint8Array.from(places, ({ k, row }) => Number(answers[k][row] === wanted));
  const isClustered = clusters !== undefined || columns.length > 1;
  return {
    first: right(first),
    second: right(second),
    ...(isClustered && { clusters: Int32Array.from(places, ({ row }) => clusters?.[row] ?? row) }),
  };
}

/** Holm's correction (1979, Scandinavian Journal of Statistics 6:65-70) over the p values that are told. */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const told = pValues.flatMap((p, place) => (p === null ? [] : [{ p, place }])).sort((a, b) => a.p - b.p);
  const adjusted = pValues.map((): number | null => null);
  let largest = 0;
  for (const [rank, { p, place }] of told.entries()) {
    largest = Math.max(largest, Math.min(1, p * (told.length - rank)));
    adjusted[place] = largest;
  }
  return adjusted;
}

/** Kappa of every rater with the reference and of every two raters. */
export function agreementsOf(study: ReaderStudy): Agreement[] {
  const all = Uint32Array.from({ length: study.studies }, (_, row) => row);
  const everyone = [
    { id: REFERENCE, answers: study.reference },
    ...study.raters.map(({ id, answers }) => ({ id, answers })),
  ];
  return study.description.labels.flatMap(({ column }, k) =>
    everyone.flatMap((first, i) =>
      everyone.slice(i + 1).map((second): Agreement => {
        const figure = kappaOfDecisions(decisionsOf(study, all, second.answers[k], first.answers[k]));
        const same = first.answers[k].reduce(
          (total, answer, row) => total + Number(answer === second.answers[k][row]),
          0,
        );
        const bothRight = (wanted: number): number =>
          study.reference[k].reduce(
            (total, truth, row) =>
              total + Number([truth, first.answers[k][row], second.answers[k][row]].every((said) => said === wanted)),
            0,
          );
        return {
          ...{ label: column, first: first.id, second: second.id, kappa: figure, observed: same / study.studies },
          bothRight: [bothRight(1), bothRight(0)],
        };
      }),
    ),
  );
}

/** The published cells beside those computed here. */
export function publishedOf(study: ReaderStudy, results: readonly RaterResult[]): PublishedResult[] {
  const decimals = study.description.published?.decimals ?? 0;
  return study.published.map(({ label, rater, metric, value }) => {
    const found = results.find((result) => result.label === label && result.rater === rater && isWholeGroup(result));
    const computed = found === undefined ? Number.NaN : SEEN[metric](countsOf(found));
    return {
      ...{ label, rater, metric, published: value },
      computed: Number.isFinite(computed) ? computed : null,
      // Half a unit of the last digit: programs round a tie up or to even.
      agrees: Math.abs(computed - value) <= 0.5 * 10 ** -decimals + 1e-12,
    };
  });
}

function countsOf({ truePositives, falseNegatives, trueNegatives, falsePositives }: RaterResult) {
  const number = (count: RaterResult['truePositives']): number => (isSuppressed(count) ? Number.NaN : count);
  return {
    truePositives: number(truePositives),
    falseNegatives: number(falseNegatives),
    trueNegatives: number(trueNegatives),
    falsePositives: number(falsePositives),
  };
}
