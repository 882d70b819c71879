// The network of the CODE test set, by `evaluate` and by `readers`: the same answers must give the same figures.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeTest } from '#lib/cohort/readers/code-test.ts';
import { columnOf, readColumns } from '#lib/cohort/readers/columns.ts';
import { filesOf, openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { rankingsOf, resultsOf, summariesOf } from '#lib/report/readers/measure.ts';
import { bodyOf, estimateOf, resultsOf as evaluatedOf } from './evaluated.ts';

const folder = join(import.meta.dirname, '../../../../../shared/data/code-test-ribeiro2020');
const METRICS = ['positivePredictiveValue', 'sensitivity', 'specificity', 'f1', 'matthewsCorrelation'] as const;

describe.skipIf(!existsSync(folder))(
  'the CODE test set, evaluated (skipped where its published files are absent)',
  () => {
    it('gives every figure that the reader study gives of the network, published ones among them', async () => {
      const bytes = (file: string): Uint8Array => readFileSync(join(folder, file));
      const column = (file: string, name: string) => columnOf(readColumns(file, bytes(file)), name);
      const columns: Record<string, readonly string[]> = { sex: column('attributes.csv', 'sex') };
      columns.ecg = columns.sex.map((_, row) => `e${row}`);
      for (const { column: name } of codeTest.labels) {
        columns[`ref_${name}`] = column('gold_standard.csv', name);
        columns[`dnn_${name}`] = column('dnn.csv', name);
        columns[`p_${name}`] = column('dnn_probabilities.csv', name);
      }
      const evaluated = await bodyOf(
        `title: CODE test
answer: labels
columns: { study: ecg }
labels:
${codeTest.labels.map(({ column: c, title }) => `  - { name: ${title}, reference: ref_${c}, score: p_${c}, answer: dnn_${c} }`).join('\n')}`,
        columns,
      );
      const [whole] = evaluatedOf(evaluated, 'labels').groups;

      const study = openReaderStudy(codeTest, new Map(filesOf(codeTest).map((file) => [file, bytes(file)])));
      const all = { sex: null, ageBand: null, rows: Uint32Array.from({ length: study.studies }, (_, row) => row) };
      const ofNetwork = <Result extends { readonly rater: string }>(them: readonly Result[]): Result[] =>
        them.filter(({ rater }) => rater === 'dnn');
      const rankings = ofNetwork(rankingsOf(study, all));
      for (const [k, expected] of ofNetwork(resultsOf(study, all)).entries()) {
        const { decisions, ranking } = whole.labels[k];
        for (const name of METRICS) expect(decisions?.[name]).toEqual(expected.metrics[name]);
        expect(ranking?.averagePrecision).toMatchObject({ estimate: estimateOf(rankings[k].averagePrecision) });
        expect(ranking?.auroc).toMatchObject({ estimate: estimateOf(rankings[k].auroc) });
      }
      const [{ macroF1, microF1, macroAuroc }] = ofNetwork(summariesOf(study, all));
      expect(whole.over.macroF1).toMatchObject({ estimate: estimateOf(macroF1) });
      expect(whole.over).toMatchObject({ microF1, macroAuroc });
      // Published with the data (scores.csv): F1 of the network.
      const published = whole.labels.map(({ decisions }) => estimateOf(decisions?.f1).toFixed(3));
      expect(published).toEqual(['0.897', '0.944', '1.000', '0.882', '0.870', '0.960']);
    });
  },
);
