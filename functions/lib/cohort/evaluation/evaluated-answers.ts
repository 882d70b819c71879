import type { Columns } from '../readers/columns.ts';
import { sourceOfColumns } from './cell-source.ts';
import { type ClassesAnswers, classesAnswers } from './classes-answers.ts';
import { type ContinuousAnswers, continuousAnswers } from './continuous-answers.ts';
import type { EvaluationDescription } from './description.ts';
import { type LabelsAnswers, labelsAnswers } from './labels-answers.ts';
import { type OrdinalAnswers, ordinalAnswers } from './ordinal-answers.ts';
import { type ProbabilityAnswers, probabilityAnswers } from './probability-answers.ts';
import { type MaskSource, type SegmentationAnswers, segmentationAnswers } from './segmentation-answers.ts';
import { type TimeToEventAnswers, timeToEventAnswers } from './time-to-event-answers.ts';

/** Answers with their references, of any kind. */
export type EvaluatedAnswers =
  | ContinuousAnswers
  | TimeToEventAnswers
  | OrdinalAnswers
  | SegmentationAnswers
  | ClassesAnswers
  | LabelsAnswers
  | ProbabilityAnswers;

/** What the description names, from its table; masks by their paths from `masks`. */
export async function evaluatedAnswers(
  description: EvaluationDescription,
  table: Columns,
  masks: MaskSource,
): Promise<EvaluatedAnswers> {
  switch (description.answer) {
    case 'continuous':
      return continuousAnswers(description, table);
    case 'time-to-event':
      return timeToEventAnswers(description, table);
    case 'ordinal':
      return ordinalAnswers(description, table);
    case 'probability':
      return probabilityAnswers(description, sourceOfColumns(table));
    case 'classes':
      return classesAnswers(description, table);
    case 'labels':
      return labelsAnswers(description, table);
    case 'segmentation':
      return segmentationAnswers(description, table, masks);
  }
}
