import { formatCount, formatShare } from '../../format.ts';
import { type Kind, sameGroup } from '../kind.ts';
import type { ProbabilityResults } from './record.ts';
import { sections } from './section.ts';
import { cells, share } from './share.ts';
import { tables } from './tables.ts';
import { cautions, headline, methods, points } from './words.ts';

/** Reports on probabilities of an event, such as atrial fibrillation: yes or no. */
export const probabilityKind: Kind<ProbabilityResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: ({ groups, event }) => ({
    headings: [`With ${event}`, `Without ${event}`],
    cellsOf: (group) => {
      const own = groups.find((other) => sameGroup(other, group));
      return own === undefined ? [] : [formatShare(own.events, own.n), formatCount(own.nonEvents)];
    },
    note: 'With its share among the studies of the row.',
  }),
};
