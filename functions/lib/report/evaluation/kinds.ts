import { classesKind } from './classes/classes.ts';
import type { ClassesResults } from './classes/record.ts';
import { continuousKind } from './continuous/continuous.ts';
import type { ContinuousResults } from './continuous/record.ts';
import type { Kind, SharedEvaluation } from './kind.ts';
import { labelsKind } from './labels/labels.ts';
import type { LabelsResults } from './labels/record.ts';
import { ordinalKind } from './ordinal/ordinal.ts';
import type { OrdinalResults } from './ordinal/record.ts';
import { probabilityKind } from './probability/probability.ts';
import type { ProbabilityResults } from './probability/record.ts';
import type { SegmentationResults } from './segmentation/record.ts';
import { segmentationKind } from './segmentation/segmentation.ts';
import type { TimeToEventResults } from './time-to-event/record.ts';
import { timeToEventKind } from './time-to-event/time-to-event.ts';

/** The figures of a report, by kind of answer. */
export type Results =
  | ContinuousResults
  | TimeToEventResults
  | OrdinalResults
  | SegmentationResults
  | ClassesResults
  | LabelsResults
  | ProbabilityResults;

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
    case 'probability':
      return bound(probabilityKind, results);
    case 'segmentation':
      return bound(segmentationKind, results);
    case 'classes':
      return bound(classesKind, results);
    case 'labels':
      return bound(labelsKind, results);
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
    stepWords: kind.stepWords ?? {},
  };
}
