// Studies that two reports judged, one by one.
import type { ModelContract } from '#lib/inference/contract.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import type { PredictionsLine } from '../predictions-table.ts';
import type { StudiesMet } from './record.ts';
import type { IsPositive, ScoredTwice } from './scored-twice.ts';

type Threshold = ModelContract['thresholds'][number];

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
  readonly met: StudiesMet;
}

/** The studies of the primary analyses of both reports. */
export function pairStudies(first: readonly PredictionsLine[], second: readonly PredictionsLine[]): Paired {
  const [ones, twos] = [primaryOf(first), primaryOf(second)];
  const others = new Map(twos.map((line) => [keyOf(line), line]));
  const met = ones.flatMap((line) => {
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
    met: {
      ...{ both: alike.length, contradicting: met.length - alike.length },
      ...{ onlyFirst: ones.length - met.length, onlySecond: twos.length - met.length },
    },
  };
}

const primaryOf = (lines: readonly PredictionsLine[]) => lines.filter(({ analysis }) => analysis === 'primary');
const keyOf = ({ site, studyKey }: PredictionsLine): string => JSON.stringify([site, studyKey]);

/** The scores of pairs as columns. */
export const scoredTwice = (pairs: readonly Pair[]): ScoredTwice => ({
  labels: Uint8Array.from(pairs, ({ label }) => label),
  first: Float64Array.from(pairs, ({ first }) => first.score),
  second: Float64Array.from(pairs, ({ second }) => second.score),
  subjects: Int32Array.from(pairs, ({ subject }) => subject),
});

/** Whether a score is positive by the threshold of the file that gave it. */
export const positiveAt =
  (pairs: readonly Pair[], thresholds: Readonly<Record<'first' | 'second', Threshold>>): IsPositive =>
  (side, row) =>
    pairs[row][side].score >= thresholdOf(thresholds[side], pairs[row][side].file);
