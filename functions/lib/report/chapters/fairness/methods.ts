import type { GapMetric } from '#lib/fairness/gap.ts';
import { list } from '../../answer.ts';
import { capitalised } from '../../format.ts';
import { pClause } from '../../gap-words.ts';
import type { Point } from '../../point.ts';
import { type Caution, isEstimate, isSuppressed } from '../../record.ts';
import { tiedPairs } from './association-part.ts';
import { briefOf, type NamedGap } from './brief.ts';
import type { FairnessGap, FairnessValue } from './value.ts';
import { isClaim, tallyOf } from './verdicts.ts';
import {
  columnWords,
  gapFigure,
  groupInSentence,
  isSuggested,
  judgedFigure,
  metricInSentence,
  verdictWords,
} from './words.ts';

/** How gaps and their corrections were made. */
export function gapMethods(
  value: Pick<FairnessValue, 'families' | 'intersectionFamilies' | 'margins' | 'columns'>,
): string[] {
  const { families, intersectionFamilies, margins, columns } = value;
  const isClustered = columns.some(({ groups }) => groups.some(({ n, people }) => n !== people));
  const sizes = isClustered
    ? ', at effective sample sizes where people have several studies (Rao and Scott, doi:10.2307/2532311)'
    : '';
  return [
    `Fairness: each group of a column is compared with the largest known one, or with the one that is named as its reference${columns.some(({ folded }) => folded !== null) ? '; of more than 20 groups the smallest are put together' : ''}; a missing value is a group. Differences and ratios of sensitivity, false positive rate, predictive values and share flagged have Miettinen and Nurminen's score intervals and tests (doi:10.1002/sim.4780040211)${sizes}; where fewer than 20 are expected in a cell, the p of no difference is that of Fisher's exact test (doi:10.2307/2340521); differences of AUROC the interval recovered from both AUROC (MOVER, doi:10.1002/sim.3095), its p by inversion; ratios of observed : expected and differences of calibration intercepts Wald's on the log and the logit scale. Equalized odds is the larger gap of sensitivity and false positive rate (doi:10.48550/arXiv.1610.02413). Fewer than 10 people in a denominator, or of either class, are not tested.`,
    `Corrections: gaps in sensitivity, false positive rate, AUROC and observed : expected at all thresholds are one family (${families.performance} tests, of intersections ${intersectionFamilies.performance}), gaps in predictive values and share flagged another (${families.predictive} and ${intersectionFamilies.predictive}), because these differ wherever the outcome is not equally common. A gap is claimed where Holm's p (Scandinavian Journal of Statistics 1979;6:65-70) is below 5 %; Benjamini and Hochberg's (doi:10.1111/j.2517-6161.1995.tb02031.x) stands beside it. Equivalence is claimed where two one-sided tests (doi:10.1007/BF01068419) rule out ${margins.rate * 100} points (AUROC ${margins.auroc}, observed : expected a factor of ${margins.observedExpectedRatio}), Holm's correction likewise. The gap that could have been seen has 80 % power at the level of Holm's first step. Lowest and highest groups have simultaneous intervals (Bonferroni over the groups of the column).`,
  ];
}

/** Paragraphs for the methods section. */
export function fairnessMethods(value: FairnessValue): string[] {
  return [
    ...gapMethods(value),
    `Slices: people were halved at random; in one half all groups, all pairs and triples grown from the 20 worst pairs were ranked by the score statistic of missed cases and of false alarms against the rest, and the three worst distinct ones of each kind tested in the other half by Fisher's exact test (doi:10.2307/2340521), one-sided, Holm over all. What goes together: Cramér's V, the chi-squared statistic less its degrees of freedom, with the noncentral interval (doi:10.4135/9781412983761), one study per person.`,
    ...(value.simulations.length === 0
      ? []
      : [
          'Thresholds per group are simulated by cross-fitting: each half of the people is judged at thresholds that reach the wanted sensitivity in the other half.',
        ]),
  ];
}

/** What a reader must bear in mind of the gaps. */
export function fairnessCautions(value: FairnessValue): Caution[] {
  const name = (column: string) => columnWords(column).toLowerCase();
  const tied = tiedPairs(value).filter(({ first, second }) => first === 'site' || second === 'outcome');
  const withSite = tied.filter(({ first, second }) => first === 'site' && second !== 'outcome');
  const withOutcome = tied.filter(({ second }) => second === 'outcome');
  return [
    ...(withSite.length === 0
      ? []
      : [
          {
            code: 'fairness-confounded',
            text: `Hospital goes together with ${list(withSite.map(({ second }) => name(second)))}: a gap between hospitals may be one between ${list(withSite.map(({ second }) => `groups by ${name(second)}`))}, and the reverse.`,
          },
        ]),
    ...(withOutcome.length === 0
      ? []
      : [
          {
            code: 'fairness-prevalence',
            text: `How common the outcome is depends on ${list(withOutcome.map(({ first }) => name(first)))}: gaps between such groups mix what the model does with who was studied (spectrum) and who was sent for the reference standard (verification).`,
          },
        ]),
  ];
}

/** What differs, what is suggested, or that nothing can be said; gaps at the first threshold before others. */
export function fairnessPoints({
  columns,
  margins,
  thresholds,
}: Pick<FairnessValue, 'columns' | 'margins' | 'thresholds'>): Point[] {
  const gaps = columns.flatMap(({ column, gaps: own }) => own.map((gap) => ({ column, gap })));
  const tally = tallyOf(gaps.map(({ gap }) => gap));
  const ranked = gaps
    .filter(({ gap }) => gap.family === 'performance' && gap.pValue !== null)
    .toSorted(
      (a, b) =>
        rankOf(a.gap, thresholds[0]) - rankOf(b.gap, thresholds[0]) || (a.gap.pValue ?? 1) - (b.gap.pValue ?? 1),
    );
  const crude = (column: string) =>
    column !== 'site' && columns.some((other) => other.column === 'site') ? ' (all sites, crude)' : '';
  const isHarm = ({ gap: { verdict } }: NamedGap) => verdict === 'differs';
  const claim = ranked.find(isHarm) ?? ranked.find(({ gap }) => isClaim(gap));
  if (claim !== undefined) {
    const more =
      tally.differs === 1
        ? ''
        : `; ${tally.differs - 1} further ${tally.differs === 2 ? 'gap' : 'gaps'} in section Fairness`;
    const gap = `${gapSentence(claim)} differs by ${figureOf(claim)}`;
    return [
      {
        importance: isHarm(claim) ? 'shown harm' : 'result',
        brief: `${capitalised(briefOf(claim, otherOf(claim, gaps)))}.`,
        text: `Fairness: ${gap}${crude(claim.column)}, corrected ${pClause(claim.gap.holm)}${otherSide(claim, gaps)}${more}.`,
      },
    ];
  }
  const unseen = tally.hidden === 0 ? '' : `; ${tally.hidden} more hidden in this edition`;
  const [hint] = ranked.filter(({ gap }) => isSuggested(gap));
  if (hint !== undefined) {
    const gap = `no gap between groups is shown after correction; suggested is one in ${gapSentence(hint)} of ${figureOf(hint)}`;
    const text = `Fairness: ${gap}${crude(hint.column)}${otherSide(hint, gaps)}${unseen}.`;
    const brief = `No gap between groups is shown after correction; suggested only: ${briefOf(hint, undefined)}${unseen}.`;
    return [{ importance: 'cannot tell', brief, text }];
  }
  if (tally.tested === 0 && tally.hidden > 0) {
    const hidden = 'gaps between groups are hidden in this edition.';
    return [{ importance: 'cannot tell', brief: capitalised(hidden), text: `Fairness: ${hidden}` }];
  }
  if (tally.open + tally.hidden === 0) return [];
  const open = `no gap between groups is shown, and ${tally.open} of ${tally.tested} could not be told from one of ${margins.rate * 100} points (AUROC ${margins.auroc})${unseen}: no reassurance.`;
  return [{ importance: 'cannot tell', brief: capitalised(open), text: `Fairness: ${open}` }];
}

const rankOf = ({ threshold }: FairnessGap, first: string): number => Number(threshold !== null && threshold !== first);

const figureOf = ({ gap }: NamedGap): string => gapFigure(gap.metric, judgedFigure(gap));

const OTHER_SIDE: Partial<Record<GapMetric, GapMetric>> = {
  sensitivity: 'falsePositiveRate',
  falsePositiveRate: 'sensitivity',
};

/** The same group's gap in the other kind of mistake. */
function otherOf({ column, gap }: NamedGap, gaps: readonly NamedGap[]): NamedGap | undefined {
  const wanted = OTHER_SIDE[gap.metric];
  return gaps.find(
    (one) =>
      one.column === column &&
      one.gap.metric === wanted &&
      one.gap.threshold === gap.threshold &&
      one.gap.group === gap.group,
  );
}

/** "; their sensitivity by −17.7 points (−32.1 to −5.0), suggested, not shown": fewer false alarms are no gift where more cases are missed. */
function otherSide(named: NamedGap, gaps: readonly NamedGap[]): string {
  const other = otherOf(named, gaps);
  if (other === undefined) return '';
  const name = metricInSentence({ metric: other.gap.metric, threshold: null });
  const figure = judgedFigure(other.gap);
  if (isSuppressed(figure)) return `; the gap in ${name} is hidden`;
  if (!isEstimate(figure)) return `; the gap in ${name} cannot be told`;
  return `; in ${name} the gap is ${gapFigure(other.gap.metric, figure)}: ${verdictWords(other.gap)}`;
}

/** "sensitivity at “balanced” of women against men". */
function gapSentence({ column, gap }: NamedGap): string {
  return `${metricInSentence(gap)} of ${groupInSentence([column], gap.group)} against ${groupInSentence([column], gap.reference)}`;
}
