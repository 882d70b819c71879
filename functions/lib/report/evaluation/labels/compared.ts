import type { LabelsAnswers } from '#lib/cohort/evaluation/labels-answers.ts';
import { comparedStudies } from '../compared.ts';
import { answerRules, answerSamples } from '../compared-answers.ts';
import type { ComparedResults } from '../compared-record.ts';
import { labelTable } from './label-table.ts';

/** AUROC, sensitivity and specificity of every label. */
export function comparedLabels(answers: LabelsAnswers): ComparedResults {
  const { description, studies, labels } = answers;
  return comparedStudies({
    studies,
    rules: labels.flatMap((label, k) => answerRules(label, label.name, k, description.acceptableGap ?? {})),
    samplesOf: (places) => labelTable(answers, places).labels.flatMap(({ own }) => answerSamples(own)),
  });
}
