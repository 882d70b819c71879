// The evaluation of models/cad-measurements by this pipeline: UCI hospitals dropped, each judged by weights that never saw it,
// compared with the logistic regression's scores for the same rows by paired DeLong. Usage: node bench/cad-measurements.ts <folder>
import { readFile } from 'node:fs/promises';
import { datasetNamed } from '#lib/cohort/datasets/datasets.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import type { AurocEstimate } from '#lib/validation/auroc.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import { openCloud } from '../cli/cloud.ts';
import { dropAll, setUpSites, untilSettled } from '../cli/pass.ts';

interface Scored {
  readonly site: string;
  readonly row: number;
  readonly score: number;
  readonly label: number;
  readonly relation: string | null;
}

const baselineFile = new URL('../models/cad-measurements/recipe/baseline-scores.json', import.meta.url);

async function scoresOf(folder: string): Promise<readonly Scored[]> {
  const dataset = datasetNamed('uci-heart');
  const { sites, drops } = await dataset.open(folder);
  const cloud = await openCloud({ publishedSecret: true });
  try {
    await setUpSites(cloud, sites);
    await untilSettled(cloud, await dropAll(cloud, drops()), () => undefined);
    await cloud.twin.idle();
    const { archive } = cloud.researcher;
    const labels = await readObjects(archive, 'labels', await tableObjects(archive, 'labels'));
    const predictions = await readObjects(archive, 'predictions', await tableObjects(archive, 'predictions'));
    const labelOf = new Map(labels.map(({ site, studyKey, value }) => [`${site} ${studyKey}`, value]));
    return predictions.map(({ site, row, studyKey, score, relation }) => ({
      site,
      row,
      relation,
      score: score as number,
      label: labelOf.get(`${site} ${studyKey}`) as number,
    }));
  } finally {
    await cloud.close();
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('found no folder, expected the folder of the UCI heart disease files');
const rows = await scoresOf(folder);
const baseline = JSON.parse(await readFile(baselineFile, 'utf8')) as { scores: Record<string, number[]> };
const interval = ({ estimate, lower, upper }: Pick<AurocEstimate, 'estimate' | 'lower' | 'upper'>): string =>
  `${estimate.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;

process.stdout.write(
  '| left-out hospital | people | judged by | AUROC | logistic regression | difference | p |\n|---|---|---|---|---|---|---|\n',
);
for (const [site, ofSite] of Map.groupBy(rows, (row) => row.site)) {
  const sorted = ofSite.toSorted((a, b) => a.row - b.row);
  const labels = Uint8Array.from(sorted, (row) => row.label);
  const model = { scores: Float64Array.from(sorted, (row) => row.score), labels };
  const others = Float64Array.from(sorted, (row) => (baseline.scores[site] as number[])[row.row - 1] as number);
  const difference = compareAuroc(model, others, { minimumPerClass: 5 });
  const ours = auroc(model);
  const theirs = auroc({ scores: others, labels });
  const cells = [
    isCannotTell(ours) ? 'cannot tell' : interval(ours),
    isCannotTell(theirs) ? 'cannot tell' : interval(theirs),
  ];
  const compared = isCannotTell(difference)
    ? ['cannot tell', '']
    : [interval(difference), difference.pValue.toFixed(3)];
  const relations = [...new Set(sorted.map((row) => row.relation))].join(', ');
  process.stdout.write(`| ${[site, sorted.length, relations, ...cells, ...compared].join(' | ')} |\n`);
}
