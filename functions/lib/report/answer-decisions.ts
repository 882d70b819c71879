// Sentences on decisions at the first threshold of the contract.
import { list } from './answer.ts';
import { formatCount, formatFigure, formatNumber } from './format.ts';
import { siteGroups, told } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
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

type Rate = 'sensitivity' | 'specificity';

/** What is found and what is cleared at the first threshold. */
export function decisions({ primary, cohort }: ReportBody): Point {
  const first = siteGroups(primary)[0]?.thresholds[0];
  if (first === undefined) {
    const none = 'the contract names no threshold.';
    return { importance: 'result', brief: `No decisions: ${none}`, text: `Decisions: ${none}` };
  }
  const words = (of: Rate) => shareWords(of, primary, siteWords(cohort));
  const full = `at the threshold “${first.name}” ${words('sensitivity')} and ${words('specificity')}.`;
  const [found, cleared] = [rangeWords('sensitivity', primary), rangeWords('specificity', primary)];
  const untold = [...(found === null ? ['sensitivity'] : []), ...(cleared === null ? ['specificity'] : [])];
  if (found === null || cleared === null) {
    const seen = found === null ? seenWords('sensitivity', primary) : seenWords('specificity', primary);
    const brief = `At “${first.name}” ${untold.join(' and ')} cannot be told${seen}.`;
    return { importance: 'cannot tell', brief, text: `Decisions: ${full}` };
  }
  const brief = `At “${first.name}” the model finds ${found} of those with ${outcomeWords(cohort.label)} and clears ${cleared} of the others.`;
  return { importance: 'result', brief, text: `Decisions: ${full}` };
}

const rateOf =
  (name: Rate) =>
  (group: GroupResult): Figure =>
    group.thresholds[0]?.[name] ?? SUPPRESSED;

/** "75.5 to 79.9 %": between the sites at which it is told; null where it is at none. */
function rangeWords(name: Rate, performance: Performance): string | null {
  const values = told(performance, rateOf(name)).map(({ figure }) => figure.estimate);
  if (values.length === 0) return null;
  const [lowest, highest] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, 'percent'));
  return lowest === highest ? `${lowest} %` : `${lowest} to ${highest} %`;
}

/** "sensitivity was 95.1 % (93.0 to 96.6) at oak", "specificity ran from … to … between hospitals", what was seen where it cannot be told. */
function shareWords(name: Rate, performance: Performance, sites: string): string {
  const shares = told(performance, rateOf(name));
  const values = shares
    .toSorted((a, b) => a.figure.estimate - b.figure.estimate)
    .map(({ figure }) => formatFigure(figure, 'percent'));
  if (shares.length === 0) return `${name} cannot be told${seenWords(name, performance)}`;
  if (shares.length === 1) return `${name} was ${values[0]} at ${shares[0].group.site}`;
  const [lowest, highest] = [values[0], values[values.length - 1]];
  return lowest === highest
    ? `${name} was ${lowest} at all ${sites}`
    : `${name} ran from ${lowest} to ${highest} between ${sites}`;
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
