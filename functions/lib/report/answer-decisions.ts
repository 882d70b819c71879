// Sentences on decisions at the first threshold of the contract.
import { list } from './answer.ts';
import { formatCount, formatFigure } from './format.ts';
import { siteGroups, told, untoldWords } from './groups.ts';
import type { Point } from './point.ts';
import {
  type Figure,
  type GroupResult,
  isSuppressed,
  type Performance,
  type ReportBody,
  SUPPRESSED,
} from './record.ts';
import { siteWords } from './site-words.ts';

const RATES = ['sensitivity', 'specificity'] as const;
type Rate = (typeof RATES)[number];

/** What is found and what is cleared at the first threshold. */
export function decisions({ primary, cohort, model }: ReportBody): Point {
  const [first] = model.thresholds;
  if (first === undefined) {
    const none = 'the contract names no threshold.';
    return { importance: 'result', brief: `No decisions: ${none}`, text: `Decisions: ${none}` };
  }
  const words = RATES.map((rate) => shareWords(rate, primary, siteWords(cohort))).join(' and ');
  const text = `Decisions: at the threshold “${first.name}” ${words}.`;
  const untold = RATES.filter((rate) => told(primary, rateOf(rate)).length === 0);
  if (untold.length > 0) {
    const brief = `At “${first.name}” ${untold.join(' and ')} cannot be told${seenWords(untold[0], primary)}.`;
    return { importance: 'cannot tell', brief, text };
  }
  return { importance: 'result', brief: `At “${first.name}” ${words}.`, text };
}

const rateOf =
  (name: Rate) =>
  (group: GroupResult): Figure =>
    group.thresholds[0]?.[name] ?? SUPPRESSED;

/** "sensitivity was 95.1 % (93.0 to 96.6) at oak", "specificity ran from … to … between hospitals", what was seen where it cannot be told. */
function shareWords(name: Rate, performance: Performance, sites: string): string {
  const shares = told(performance, rateOf(name));
  const values = shares
    .toSorted((a, b) => a.figure.estimate - b.figure.estimate)
    .map(({ figure }) => formatFigure(figure, 'percent'));
  if (shares.length === 0) return `${name} cannot be told${seenWords(name, performance)}`;
  const [lowest, highest] = [values[0], values[values.length - 1]];
  const untold = untoldWords(performance, rateOf(name));
  if (shares.length === 1) return `${name} was ${lowest} at ${shares[0].group.site}${untold}`;
  return lowest === highest
    ? `${name} was ${lowest} at ${untold === '' ? 'all' : shares.length} ${sites}${untold}`
    : `${name} ran from ${lowest} to ${highest} between ${sites}${untold}`;
}

/** " (seen: 9 of 9 at oak)": a share of few says less than the two numbers behind it. */
function seenWords(name: Rate, performance: Performance): string {
  const seen = siteGroups(performance).flatMap(({ site, thresholds: [first] }) => {
    if (first === undefined) return [];
    const [right, wrong] =
      name === 'sensitivity'
        ? [first.truePositives, first.falseNegatives]
        : [first.trueNegatives, first.falsePositives];
    if (isSuppressed(first[name]) || isSuppressed(right) || isSuppressed(wrong) || right + wrong === 0) return [];
    return [`${formatCount(right)} of ${formatCount(right + wrong)} at ${site}`];
  });
  return seen.length === 0 ? '' : ` (seen: ${list(seen)})`;
}
