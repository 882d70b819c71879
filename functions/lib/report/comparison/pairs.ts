// Studies that two reports judged, one by one.
import type { ModelContract } from '#lib/inference/contract.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import type { PredictionsLine } from '../predictions-table.ts';

type Thresholds = ModelContract['thresholds'];

/** Both scores of one study. */
interface Pair {
  readonly site: string;
  readonly subject: number;
  readonly label: 0 | 1;
  readonly first: Scored;
  readonly second: Scored;
}

interface Scored {
  readonly score: number;
  readonly file: string | null;
}

export interface Paired {
  readonly pairs: readonly Pair[];
  /** Studies in both whose labels are not the same: they are not compared. */
  readonly contradicting: number;
}

/** The studies of the primary analyses of both reports. */
export function pairStudies(first: readonly PredictionsLine[], second: readonly PredictionsLine[]): Paired {
  const others = new Map(primaryOf(second).map((line) => [keyOf(line), line]));
  const met = primaryOf(first).flatMap((line) => {
    const other = others.get(keyOf(line));
    return other === undefined ? [] : [[line, other] as const];
  });
  const alike = met.filter(([one, two]) => one.label === two.label);
  return {
    pairs: alike.map(([one, two]) => ({
      site: one.site,
      subject: one.subject,
      label: one.label as 0 | 1,
      first: { score: one.score as number, file: one.file },
      second: { score: two.score as number, file: two.file },
    })),
    contradicting: met.length - alike.length,
  };
}

const primaryOf = (lines: readonly PredictionsLine[]) => lines.filter(({ analysis }) => analysis === 'primary');
const keyOf = ({ site, studyKey }: PredictionsLine): string => JSON.stringify([site, studyKey]);

/** People as clusters, only where somebody has more than one study. */
function clustersOf(pairs: readonly Pair[]): Int32Array | undefined {
  const clusters = Int32Array.from(pairs, ({ subject }) => subject);
  return new Set(clusters).size < clusters.length ? clusters : undefined;
}

/** AUROC of the second minus that of the first, over the same studies (DeLong, Obuchowski). */
export function aurocChange(pairs: readonly Pair[]): Estimate | CannotTell {
  const clusters = clustersOf(pairs);
  const scoresOf = (side: 'first' | 'second') => Float64Array.from(pairs, (pair) => pair[side].score);
  const labels = Uint8Array.from(pairs, ({ label }) => label);
  const second = { scores: scoresOf('second'), labels, ...(clusters && { clusters }) };
  return compareAuroc(second, scoresOf('first'));
}

/** Brier score of the second minus that of the first. */
export function brierChange(pairs: readonly Pair[]): Estimate | CannotTell {
  const losses = (side: 'first' | 'second') => Float64Array.from(pairs, (pair) => (pair[side].score - pair.label) ** 2);
  return pairedMeans({ first: losses('first'), second: losses('second'), clusters: clustersOf(pairs) });
}

/** Change, second minus first, of the share that is called right among those with this label: of sensitivity, or of specificity. */
export function rightChange(
  pairs: readonly Pair[],
  label: 0 | 1,
  thresholds: { readonly first: Thresholds[number]; readonly second: Thresholds[number] },
): Estimate | CannotTell {
  const among = pairs.filter((pair) => pair.label === label);
  const right = (side: 'first' | 'second') =>
    Uint8Array.from(among, (pair) => {
      const positive = pair[side].score >= thresholdOf(thresholds[side], pair[side].file);
      return Number(positive === (label === 1));
    });
  const clusters = clustersOf(among);
  return pairedDifference({ first: right('second'), second: right('first'), ...(clusters && { clusters }) });
}
