import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeTest } from '#lib/cohort/readers/code-test.ts';
import { filesOf, openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { readerBody, readerFiles, readerReport } from '#lib/report/readers/body.ts';
import { isWholeGroup } from '#lib/report/readers/record.ts';
import { isEstimate } from '#lib/report/record.ts';

const folder = join(import.meta.dirname, '../../../../../shared/data/code-test-ribeiro2020');

describe.skipIf(!existsSync(folder))('the CODE test set (skipped where its published files are absent)', () => {
  let body: ReturnType<typeof readerBody>;

  beforeAll(() => {
    const files = new Map(filesOf(codeTest).map((file) => [file, readFileSync(join(folder, file))]));
    body = readerBody({
      study: openReaderStudy(codeTest, files),
      publicData: true,
      command: '',
      software: '',
      inputs: [{ name: 'gold_standard.csv', sha256: '' }],
    });
  });

  it('gives every one of the 96 published cells: precision, recall, specificity and F1 of the network and three groups of readers', () => {
    expect(body.published).toHaveLength(96);
    expect(body.published.filter(({ agrees }) => agrees !== true)).toEqual([]);
  });

  it('has the studies that the publication describes', () => {
    expect(body.n).toBe(827);
    expect(body.groups.map(({ n }) => n).slice(1, 3)).toEqual([506, 321]);
    expect(body.groups[0].events).toEqual([28, 34, 30, 16, 13, 37]);
    expect(body.groups[1].events).toEqual([11, 15, 14, 4, 5, 22]);
  });

  it('gives each figure an interval or a reason, and each AUROC as scikit-learn does', () => {
    // sklearn.metrics.roc_auc_score over dnn_probabilities.csv, to three decimals
    const areas = body.rankings
      .filter(isWholeGroup)
      .map(({ auroc }) => (isEstimate(auroc) ? auroc.estimate.toFixed(3) : 'none'));
    expect(areas).toEqual(['0.994', '0.999', '1.000', '0.997', '0.997', '0.999']);
    for (const { metrics, kappa } of body.results) {
      for (const figure of [...Object.values(metrics), kappa])
        expect('cannotTell' in figure || isEstimate(figure)).toBe(true);
    }
  });

  it('tells on the first page how large a shown difference is, with its interval', () => {
    // numpy over the studies with a finding: (151 - 134) / 158, variance from the totals per study of difference less mean, n / (n - 1), and scipy.stats.t
    const { points } = readerReport(body).answer;
    expect(points[2]).toContain(
      'sensitivity of the network 10.8 points (4.5 to 17.0) above that of the cardiology residents over all findings',
    );
  });

  it('hides nothing of public data and says that scores and answers differ', () => {
    const [internal, shareable] = ['internal', 'shareable'].map((edition) =>
      readerFiles(body).get(`${edition}/tables/results.csv`),
    );
    expect(shareable).toBe(internal);
    const network = body.raters.find(({ id }) => id === 'dnn');
    expect(network?.scoresDisagree.map(({ label }) => label)).toEqual(['1dAVb', 'SB', 'AF', 'ST']);
  });
});
