import type { Chapter } from '../../chapter.ts';
import { type Cell, count, csv } from '../../csv.ts';
import { HIDDEN } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import { precisionSection } from './section.ts';
import { CRITERIA, type PrecisionOfStudy, precisionOf, sharePrecision } from './value.ts';
import { precisionMethods } from './words.ts';

/** How precise the main figures are, and how many studies would make them precise enough. */
export const precision: Chapter<PrecisionOfStudy> = {
  title: 'Precision and size of the study',
  repeatable: true,
  compute: precisionOf,
  share: sharePrecision,
  section: precisionSection,
  tables: (value) => new Map([['precision.csv', table(value)]]),
  methods: precisionMethods,
  cautions: () => [],
  points: () => [],
};

function table({ sites }: PrecisionOfStudy): string {
  const header = [
    ...['site', 'n', 'people', 'events', 'figure', 'wanted_width', 'width', 'studies_needed', 'people_needed'],
    ...['events_needed', 'cannot_tell'],
  ];
  const rows = sites.flatMap(({ site, n, subjects, events, figures }): Cell[][] => {
    const own: Cell[] = [site ?? 'all', count(n), count(subjects), count(events)];
    if (isSuppressed(figures)) return [[...own, CRITERIA.join(' '), null, HIDDEN, HIDDEN, HIDDEN, HIDDEN, null]];
    if ('cannotTell' in figures) {
      return [[...own, CRITERIA.join(' '), null, null, null, null, null, figures.cannotTell]];
    }
    return figures.map((figure) => [
      ...own,
      ...[figure.criterion, figure.wantedWidth, figure.width, figure.studies, figure.people, figure.events, null],
    ]);
  });
  return csv(header, rows);
}
