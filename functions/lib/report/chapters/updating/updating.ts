import type { Chapter } from '../../chapter.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { isSuppressed } from '../../record.ts';
import { updatingSection } from './section.ts';
import { shareUpdating, type Updating, updatingOf } from './value.ts';
import { updatingMethods } from './words.ts';

/** What fitting the model to each hospital would bring to its next patients. */
export const updating: Chapter<Updating> = {
  title: 'What local updating would bring',
  compute: updatingOf,
  share: shareUpdating,
  section: updatingSection,
  tables: (value) => new Map([['updating.csv', table(value)]]),
  methods: updatingMethods,
  cautions: () => [],
  points: () => [],
};

function table({ sites }: Updating): string {
  const header = [
    ...['site', 'n', 'events', 'people_with_outcome', 'people_without_outcome'],
    ...['closed_test_choice', 'p_of_any_update', 'p_of_slope', 'offered', 'update', 'intercept', 'slope'],
    ...['calibration_slope', 'ici', 'brier', 'brier_gain', 'log_loss_gain'].flatMap(figureHeader),
  ];
  const empty = [null, null, null, null];
  const rows = sites.flatMap((site): Cell[][] => {
    const { test, offered } = site;
    const own: Cell[] = [
      site.site,
      ...[site.n, site.events, site.eventPeople, site.nonEventPeople].map(count),
      ...[test?.choice ?? null, test?.pOfAny ?? null, test?.pOfSlope ?? null, offered],
    ];
    const before = [site.slopeBefore, site.iciBefore, site.brierBefore].flatMap(figureCells);
    return [
      [...own, 'as it is', null, null, ...before, ...empty, ...empty],
      ...site.updates.map(({ method, intercept, slope, slopeAfter, iciAfter, brierGain, logLossGain }): Cell[] => [
        ...own,
        method,
        ...[intercept, slope].map((value) => (isSuppressed(value) ? 'hidden' : value)),
        ...[slopeAfter, iciAfter].flatMap(figureCells),
        ...empty,
        ...[brierGain, logLossGain].flatMap(figureCells),
      ]),
    ];
  });
  return csv(header, rows);
}
