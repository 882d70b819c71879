import { describe, expect, it } from 'vitest';
import { parseDescription } from '#lib/cohort/readers/description.ts';
import { openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { readerBody, readerReport } from '#lib/report/readers/body.ts';
import { readersCsv } from '#lib/report/readers/csv.ts';
import { readerPage } from '#lib/report/readers/page.ts';
import { shareableReaderBody } from '#lib/report/readers/share.ts';
import { isEstimate, isSuppressed } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { csvOf } from './simulated-readers.ts';

const GRADES = ['none', 'mild', 'severe'];

const description = parseDescription({
  title: 'Simulated grades',
  studies: 'simulated echocardiograms',
  labels: [],
  classes: [{ column: 'stenosis', title: 'Aortic stenosis', values: GRADES, ordered: true }],
  reference: { file: 'reference.csv', method: 'drawn by a random number generator' },
  raters: [
    { id: 'model', title: 'Model', kind: 'model', file: 'model.csv', scores: 'scores.csv' },
    { id: 'residents', title: 'Residents', kind: 'readers', file: 'residents.csv' },
  ],
  attributes: { file: 'attributes.csv', person: 'person' },
});

function files(studies: number, perPerson = 1): Map<string, Uint8Array> {
  const source = random('grades');
  const rows = Array.from({ length: studies }, (_, row) => {
    const grade = source.integer(0, 2);
    const weights = [0, 1, 2].map((k) => Math.exp(source.normal(k === grade ? 2 : 0)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const near = source.bernoulli(0.7) ? grade : Math.min(2, Math.max(0, grade + (source.bernoulli(0.5) ? 1 : -1)));
    return {
      'reference.csv': [GRADES[grade]],
      'model.csv': [GRADES[weights.indexOf(Math.max(...weights))]],
      'scores.csv': weights.map((weight) => weight / total),
      'residents.csv': [GRADES[near]],
      'attributes.csv': [`p${Math.floor(row / perPerson)}`],
    };
  });
  const headers: Record<string, string> = {
    'scores.csv': GRADES.map((grade) => `stenosis=${grade}`).join(','),
    'attributes.csv': 'person',
  };
  const names = Object.keys(rows[0]) as (keyof (typeof rows)[number])[];
  return new Map(
    names.map((name) => [name, csvOf([headers[name] ?? 'stenosis', ...rows.map((row) => row[name].join(','))])]),
  );
}

const bodyOf = (studies: number, perPerson = 1) =>
  readerBody({
    study: openReaderStudy(description, files(studies, perPerson)),
    publicData: false,
    command: '',
    software: '',
    inputs: [],
  });

describe('a question with one of several answers', () => {
  const body = bodyOf(600);
  const page = readerPage(readerReport(body));

  it('has a confusion matrix of all studies, and every value as a finding of its own', () => {
    for (const { matrix } of body.classes) {
      expect(matrix.flat().reduce<number>((total, count) => total + Number(count), 0)).toBe(600);
    }
    expect(body.labels.map(({ id }) => id)).toEqual(GRADES.map((grade) => `stenosis=${grade}`));
    const severe = body.results.find(
      ({ label, rater, sex }) => label === 'stenosis=severe' && rater === 'residents' && sex === null,
    );
    const residents = body.classes.find(({ rater }) => rater === 'residents');
    expect(severe?.truePositives).toBe(residents?.matrix[2][2]);
    expect(severe?.falseNegatives).toBe(Number(residents?.matrix[2][0]) + Number(residents?.matrix[2][1]));
  });

  it('finds the share of right answers that readers were given, and grades those near as nearly right', () => {
    const residents = body.classes.find(({ rater }) => rater === 'residents');
    if (residents === undefined || residents.weightedKappa === null) throw new Error('no result');
    const { accuracy, kappa, weightedKappa } = residents;
    if (!isEstimate(accuracy) || !isEstimate(kappa) || !isEstimate(weightedKappa)) throw new Error('no estimate');
    // 0.7, and of the lowest and the highest grade half of the others, who would have gone below or above.
    expect(accuracy.lower).toBeLessThan(0.8);
    expect(accuracy.upper).toBeGreaterThan(0.8);
    expect(weightedKappa.estimate).toBeGreaterThan(kappa.estimate);
    expect(residents.handTill).toBeNull();
  });

  it('judges the scores of a model', () => {
    const model = body.classes.find(({ rater }) => rater === 'model');
    for (const figure of [model?.handTill, model?.concordance]) {
      if (figure === null || figure === undefined || !isEstimate(figure)) throw new Error('no estimate');
      expect(figure.lower).toBeGreaterThan(0.7);
    }
    expect(page).toContain('Aortic stenosis: one of none, mild, severe');
    expect(page).toContain('no scores');
    expect(readersCsv(readerReport(body)).get('confusion-matrices.csv')?.split('\r\n')).toHaveLength(2 + 2 * 9);
  });

  it('stays inside where a cell is 1 to 10', () => {
    const small = bodyOf(120);
    const shared = shareableReaderBody(small);
    for (const [i, { matrix, accuracy, handTill }] of shared.classes.entries()) {
      const isSmallCell = small.classes[i].matrix
        .flat()
        .some((count) => typeof count === 'number' && count >= 1 && count <= 10);
      expect(isSmallCell).toBe(true);
      expect(matrix.flat().every(isSuppressed)).toBe(true);
      expect(isSuppressed(accuracy)).toBe(true);
      expect(handTill === null || isSuppressed(handTill)).toBe(true);
    }
  });

  it('counts people where they have several studies, and tells no number of them outside', () => {
    const clustered = bodyOf(600, 3);
    expect(clustered.subjects).toBe(200);
    expect(clustered.classes[0].accuracy).toMatchObject({ n: 600, clusters: 200 });
    expect(JSON.stringify(shareableReaderBody(clustered))).not.toContain('"clusters"');
  });

  it('is refused with an answer that is no value', () => {
    const wrong = new Map([...files(30), ['residents.csv', csvOf(['stenosis', ...new Array(30).fill('moderate')])]]);
    expect(() => openReaderStudy(description, wrong)).toThrow(
      'residents.csv: column stenosis, row 1: found another value, accepted none, mild, severe',
    );
  });
});
