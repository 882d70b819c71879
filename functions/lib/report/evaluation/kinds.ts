import { continuousKind } from './continuous/continuous.ts';
import type { ContinuousResults } from './continuous/record.ts';
import type { Kind, SharedEvaluation } from './kind.ts';
import { ordinalKind } from './ordinal/ordinal.ts';
import type { OrdinalResults } from './ordinal/record.ts';
import type { SegmentationResults } from './segmentation/record.ts';
import { segmentationKind } from './segmentation/segmentation.ts';
import type { TimeToEventResults } from './time-to-event/record.ts';
import { timeToEventKind } from './time-to-event/time-to-event.ts';

/** The figures of a report, by kind of answer. */
export type Results = ContinuousResults | TimeToEventResults | OrdinalResults | SegmentationResults;

/** A kind with the figures that it is about. */
type KindOfResults = ReturnType<typeof bound>;

/** What the kind of these figures adds to a report. */
export function kindOf(results: Results): KindOfResults {
  switch (results.kind) {
    case 'continuous':
      return bound(continuousKind, results);
    case 'time-to-event':
      return bound(timeToEventKind, results);
    case 'ordinal':
      return bound(ordinalKind, results);
    case 'segmentation':
      return bound(segmentationKind, results);
  }
}

function bound<Value extends Results>(kind: Kind<Value>, value: Value) {
  return {
    cells: () => kind.cells(value),
    share: (shared: SharedEvaluation): Results => kind.share(value, shared),
    headline: () => kind.headline(value),
    points: () => kind.points(value),
    cautions: () => kind.cautions(value),
    described: () => kind.described(value),
    sections: () => kind.sections(value),
    methods: () => kind.methods(value),
    tables: () => kind.tables(value),
  };
}
