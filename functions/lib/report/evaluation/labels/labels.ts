import { formatShare } from '../../format.ts';
import { type Kind, sameGroup } from '../kind.ts';
import type { LabelsResults } from './record.ts';
import { sections } from './section.ts';
import { cells, share } from './share.ts';
import { tables } from './tables.ts';
import { cautions, headline, methods, points } from './words.ts';

/** Reports on several yes-or-no labels of each study, such as the findings of an ECG. */
export const labelsKind: Kind<LabelsResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: ({ labels, groups }) => ({
    headings: labels.map(({ name }) => name),
    cellsOf: (group) =>
      groups.find((other) => sameGroup(other, group))?.labels.map(({ events, n }) => formatShare(events, n)) ?? [],
    note: 'Studies with each finding by the reference, of those whose reference and answer are known for it. One study may have several.',
  }),
};
