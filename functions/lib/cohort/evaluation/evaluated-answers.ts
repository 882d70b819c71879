import type { Columns } from '../readers/columns.ts';
import { type ContinuousAnswers, continuousAnswers } from './continuous-answers.ts';
import type { EvaluationDescription } from './description.ts';
import { type OrdinalAnswers, ordinalAnswers } from './ordinal-answers.ts';
import { type MaskSource, type SegmentationAnswers, segmentationAnswers } from './segmentation-answers.ts';
import { type TimeToEventAnswers, timeToEventAnswers } from './time-to-event-answers.ts';

/** Answers with their references, of any kind. */
export type EvaluatedAnswers = ContinuousAnswers | TimeToEventAnswers | OrdinalAnswers | SegmentationAnswers;

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
    case 'segmentation':
      return segmentationAnswers(description, table, masks);
  }
}
