import type { VNode } from 'preact';
import type { AnswerDetail } from '#functions/study.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { element } from '../element.ts';
import { formatNumber } from '../format.ts';
import { dataTable } from '../table.ts';
import { classHeading, classWords } from './words.ts';

/** The probabilities of all classes as numbers and bars, the positive class set in bold; where the model keeps silent they are no answer. */
export function probabilitiesTable(
  id: string,
  { probabilities }: AnswerDetail,
  { name: model, version, positive, calibration: { prevalence } }: EcgContract,
  { isAnswer, of }: { readonly isAnswer: boolean; readonly of: string },
): VNode {
  const classes = Object.entries(probabilities);
  return element('div', { class: 'bars' }, [
    dataTable({
      id,
      caption: `Probability of each of the ${classes.length} classes (${model} ${version})${of}${isAnswer ? '' : ': not an answer, the model keeps silent'}`,
      columns: [{ heading: 'Class' }, { heading: 'Probability', numeric: true }, { heading: '0 to 1' }],
      rows: classes.map(([name, probability]) => ({
        heading: classHeading(name),
        cells: [formatNumber(probability, 'fraction'), bar(probability)],
        ...(name === positive && { kind: 'strong' as const }),
      })),
      ...(prevalence !== undefined && { note: calibratedTo(positive, prevalence) }),
    }),
  ]);
}

const bar = (probability: number): VNode =>
  element('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, [
    element('rect', { width: 100, height: 8, class: 'whole' }),
    element('rect', { width: Math.round(probability * 1000) / 10, height: 8, class: 'part' }),
  ]);

const calibratedTo = (positive: string, prevalence: Readonly<Record<string, number>>): string =>
  `Calibrated to recordings of which ${formatNumber(prevalence[positive], 'percent')} % show ${classWords(positive)}: where it is rarer these probabilities are too high, where it is more frequent too low.`;
