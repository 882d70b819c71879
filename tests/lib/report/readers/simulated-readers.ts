import type { StudyDescription } from '#lib/cohort/readers/description.ts';
import { random } from '#lib/simulate/random.ts';

export const description: StudyDescription = {
  title: 'Simulated readers',
  studies: 'simulated ECGs',
  labels: [
    { column: 'AF', title: 'Atrial fibrillation' },
    { column: 'LBBB', title: 'Left bundle branch block' },
  ],
  reference: { file: 'reference.csv', method: 'drawn by a random number generator' },
  raters: [
    { id: 'model', title: 'Model', kind: 'model', file: 'model.csv', scores: 'scores.csv' },
    { id: 'residents', title: 'Residents', kind: 'readers', file: 'residents.csv' },
    { id: 'first', title: 'First expert', kind: 'readers', file: 'first.csv', formedReference: true },
  ],
  attributes: { file: 'attributes.csv', sex: 'sex', ageYears: 'age' },
};

interface Skill {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** Tables of a study whose readers see and clear with known probabilities; the model calls scores from 0.5 on. */
export function simulatedFiles(studies: number, residents: Skill, seed = 'readers'): Map<string, Uint8Array> {
  const source = random(seed);
  const rows = Array.from({ length: studies }, () => {
    const truth = [0.3, 0.2].map((share) => Number(source.bernoulli(share)));
    const scores = truth.map((label) => 1 / (1 + Math.exp(1.2 - source.normal(2.6 * label))));
    const answer = ({ sensitivity, specificity }: Skill) =>
      truth.map((label) => Number(source.bernoulli(label === 1 ? sensitivity : 1 - specificity)));
    return {
      'reference.csv': truth,
      'scores.csv': scores,
      'model.csv': scores.map((score) => Number(score >= 0.5)),
      'residents.csv': answer(residents),
      'first.csv': answer({ sensitivity: 0.98, specificity: 0.99 }),
      'attributes.csv': [source.bernoulli(0.5) ? 'F' : 'M', source.integer(20, 90)],
    };
  });
  const header: Record<string, string> = { 'attributes.csv': 'sex,age' };
  const names = Object.keys(rows[0]) as (keyof (typeof rows)[number])[];
  return new Map(
    names.map((name) => [name, csvOf([header[name] ?? 'AF,LBBB', ...rows.map((row) => row[name].join(','))])]),
  );
}

export const csvOf = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\n')}\n`);
