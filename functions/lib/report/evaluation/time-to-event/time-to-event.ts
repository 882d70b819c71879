import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { formatCount, formatPlain, HIDDEN } from '../../format.ts';
import { isSuppressed, type Suppressed } from '../../record.ts';
import { betweenTables } from '../between-section.ts';
import { comparisonTables } from '../comparison-words.ts';
import { type Kind, sameGroup } from '../kind.ts';
import type { TimeToEventResults } from './record.ts';
import { sections } from './section.ts';
import { cells, share } from './share.ts';
import { cautions, headline, lastOf, methods, points, timeWords } from './words.ts';

/** Reports on risks of an event in time, such as death within five years. */
export const timeToEventKind: Kind<TimeToEventResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: (results) => ({
    headings: [
      `Event by ${timeWords(results, lastOf(results.groups[0]).at)}`,
      ...(results.hasCompeting ? ['Competing event'] : []),
      'Censored before',
      'Followed beyond',
      `Median follow-up, ${results.timeUnit}`,
    ],
    cellsOf: (group) => {
      const own = results.groups.find((other) => sameGroup(other, group));
      if (own === undefined) return [];
      const { events, competing, censored, beyond } = lastOf(own);
      const counts = [events, ...(competing === null ? [] : [competing]), censored, beyond];
      return [...counts.map(formatCount), followUpText(own.medianFollowUp)];
    },
    note: 'Median follow-up by the reversed Kaplan-Meier curve.',
  }),
};

function followUpText(value: number | Suppressed | null): string {
  if (value === null) return 'not reached';
  return isSuppressed(value) ? HIDDEN : formatPlain(value);
}

const FIGURES = ['observed', 'observedExpected', 'auroc', 'brier', 'slope'] as const;

function tables({
  groups,
  calibration,
  riskGroups,
  between,
  comparison,
}: TimeToEventResults): ReadonlyMap<string, string> {
  const concordance = groups.map((group): Cell[] => [
    group.group ?? 'all',
    group.value,
    count(group.medianFollowUp),
    ...figureCells(group.harrellC),
    ...figureCells(group.unoC),
  ]);
  const horizons = groups.flatMap((group) =>
    group.horizons.map((horizon): Cell[] => [
      group.group ?? 'all',
      group.value,
      horizon.at,
      ...[horizon.events, horizon.competing, horizon.censored, horizon.beyond].map(count),
      count(horizon.expected),
      ...FIGURES.flatMap((name) => figureCells(horizon[name])),
    ]),
  );
  const bins = calibration.flatMap(({ at, bins }) =>
    bins.map((bin): Cell[] => [
      at,
      count(bin.predicted),
      count(bin.n),
      count(bin.events),
      ...figureCells(bin.observed),
    ]),
  );
  const curves = calibration.flatMap(({ at, curve }) =>
    Array.isArray(curve)
      ? curve.map((point): Cell[] => [at, point.predicted, point.observed, point.lower, point.upper])
      : [],
  );
  const incidence = riskGroups.flatMap(({ name, curve }) =>
    curve.map((point): Cell[] => [
      name,
      point.time,
      point.atRisk,
      point.events,
      point.incidence,
      point.lower,
      point.upper,
    ]),
  );
  const ends = ['events', 'competing', 'censored'];
  return new Map([
    [
      'concordance.csv',
      csv(['group', 'value', 'median_follow_up', ...figureHeader('harrell_c'), ...figureHeader('uno_c')], concordance),
    ],
    [
      'horizons.csv',
      csv(
        [
          'group',
          'value',
          'horizon',
          ...ends,
          'beyond',
          'mean_predicted',
          ...FIGURES.flatMap((name) => figureHeader(columnName(name))),
        ],
        horizons,
      ),
    ],
    ['calibration-bins.csv', csv(['horizon', 'mean_predicted', 'n', 'events', ...figureHeader('observed')], bins)],
    ['calibration-curves.csv', csv(['horizon', 'predicted', 'observed', 'observed_lower', 'observed_upper'], curves)],
    [
      'incidence.csv',
      csv(['risk_group', 'time', 'at_risk', 'events', 'incidence', 'incidence_lower', 'incidence_upper'], incidence),
    ],
    ...betweenTables(between),
    ...comparisonTables(comparison),
  ]);
}
