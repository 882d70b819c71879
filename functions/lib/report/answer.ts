// Sentences written from the numbers of a report: what the first screen says.
import type { Estimate } from '#lib/validation/estimate.ts';
import { formatCount, formatFigure, formatNumber } from './format.ts';
import { groupWords, silentGroups, siteGroups } from './groups.ts';
import { relationWords } from './reasons.ts';
import {
  type Figure,
  type GroupResult,
  isEstimate,
  isSuppressed,
  type Performance,
  type Report,
  type ReportBody,
  SUPPRESSED,
} from './record.ts';

/** One sentence (what model, whom) and the three things to know: ranking, risk, and at the threshold with what cannot be told. */
export function answerOf(body: ReportBody): Report['answer'] {
  return {
    headline: headline(body),
    points: [ranking(body.primary), risk(body.primary), decisions(body.primary)],
  };
}

function headline({ model, cohort, primary, flow }: ReportBody): string {
  const total = flow.find(({ site }) => site === null);
  const count = total?.steps.find((step) => step.name === 'primary')?.count ?? 0;
  const sites = siteGroups(primary).length;
  const evidence = primary.relations.map(relationWords).join('; ');
  const scope = `${formatCount(count)} studies from ${sites} ${sites === 1 ? 'hospital' : 'hospitals'}`;
  return `${model.title} (${model.name} ${model.version}), tested on ${scope}: ${cohort.title}. Evidence: ${evidence || 'none'}.`;
}

interface Told {
  readonly group: GroupResult;
  readonly figure: Estimate;
}

function told(performance: Performance, of: (group: GroupResult) => Figure): Told[] {
  return siteGroups(performance).flatMap((group) => {
    const figure = of(group);
    return isEstimate(figure) ? [{ group, figure }] : [];
  });
}

function ranking(performance: Performance): string {
  const aurocs = told(performance, (group) => group.auroc).sort((a, b) => a.figure.estimate - b.figure.estimate);
  if (aurocs.length === 0) return 'Ranking: cannot tell at any hospital how well the model orders patients.';
  const text = ({ group, figure }: Told) => `${formatFigure(figure, 'fraction')} at ${group.site}`;
  const lowest = aurocs[0];
  const highest = aurocs[aurocs.length - 1];
  if (aurocs.length === 1) return `Ranking: AUROC was ${text(lowest)}.`;
  const below = aurocs.filter(({ figure }) => figure.lower <= 0.5).map(({ group }) => group.site);
  const chance = below.length > 0 ? ` Chance (0.5) is not excluded at ${list(below)}.` : '';
  return `Ranking: AUROC ran from ${text(lowest)} to ${text(highest)}.${chance}`;
}

function risk(performance: Performance): string {
  const ratios = told(performance, (group) => group.observedExpected);
  if (ratios.length === 0) return 'Risk: cannot tell at any hospital whether predicted risks are right on average.';
  const text = ({ group, figure }: Told) => `${group.site} ${formatFigure(figure, 'ratio')}`;
  const low = ratios.filter(({ figure }) => figure.lower > 1);
  const high = ratios.filter(({ figure }) => figure.upper < 1);
  const agreed = ratios.filter(({ figure }) => figure.lower <= 1 && figure.upper >= 1);
  const verdicts = [
    ...(low.length > 0 ? [`too low at ${list(low.map(text))}`] : []),
    ...(high.length > 0 ? [`too high at ${list(high.map(text))}`] : []),
    ...(agreed.length > 0 ? [`not shown to be wrong at ${list(agreed.map(text))}`] : []),
  ];
  return `Risk: on average the predicted risk was ${verdicts.join('; ')} (observed / expected; 1 is right).`;
}

function decisions(performance: Performance): string {
  const sites = siteGroups(performance);
  const first = sites[0]?.thresholds[0];
  const at = (of: 'sensitivity' | 'specificity') =>
    told(performance, (group) => group.thresholds[0]?.[of] ?? SUPPRESSED).map(({ figure }) => figure.estimate);
  const range = (values: readonly number[], name: string) =>
    values.length === 0
      ? `${name} cannot be told`
      : `${name} ran from ${formatNumber(Math.min(...values), 'percent')} to ${formatNumber(Math.max(...values), 'percent')} %`;
  const numbers =
    first === undefined
      ? 'Decisions: the contract names no threshold.'
      : `Decisions: at the threshold “${first.name}” ${range(at('sensitivity'), 'sensitivity')} and ${range(at('specificity'), 'specificity')} between hospitals.`;
  return `${numbers} ${silence(performance)}`;
}

function silence(performance: Performance): string {
  const silent = silentGroups(performance).filter(({ group }) => group.ageBand === null);
  const hidden = performance.groups.filter((group) => group.ageBand === null && isSuppressed(group.auroc)).length;
  const parts = [
    ...(silent.length > 0
      ? [`Cannot tell the ranking: ${silent.map(({ group, why }) => `${groupWords(group)} (${why})`).join('; ')}.`]
      : []),
    ...(hidden > 0
      ? [`Hidden as small cells, or because they would give one away: ${hidden} results by hospital and sex.`]
      : []),
  ];
  return parts.length > 0 ? parts.join(' ') : 'No hospital and no sex had too few studies for an AUROC.';
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly (string | null)[]): string {
  const last = words[words.length - 1] ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
