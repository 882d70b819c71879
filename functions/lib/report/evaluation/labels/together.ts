// Labels of the same study: how many there are, which go together, and which are wrong together.

import { confusionCounts } from '#lib/validation/confusion.ts';
import { decisionMetrics } from '#lib/validation/decision-metrics.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { meanOfRows } from '#lib/validation/mean-of-rows.ts';
import { peopleOnBothSides } from '../../classes/one-against-rest.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import type { LabelColumns, LabelTable } from './label-table.ts';
import type { Cardinality, LabelPair, PairCounts } from './record.ts';

/** Studies with so many labels or more are one line. */
export const MOST_LABELS = 4;

/** Labels per study by reference and by answer; null where no study knows every label. */
export function cardinalityOf({ labels, rows, clusters }: LabelTable): Cardinality | null {
  const complete = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) =>
    labels.every(({ known }) => known[row] === 1),
  );
  if (complete.length === 0) return null;
  const people = clusters && Int32Array.from(complete, (row) => clusters[row]);
  const numbers = (of: (label: LabelColumns, row: number) => number): Float64Array =>
    Float64Array.from(complete, (row) => labels.reduce((total, label) => total + of(label, row), 0));
  const reference = numbers((label, row) => label.reference[row]);
  const isDecided = labels.every(({ positive }) => positive !== null);
  const answer = isDecided ? numbers(({ positive }, row) => positive?.[row] ?? 0) : null;
  const last = Math.min(MOST_LABELS, Math.max(...reference, ...(answer ?? [])));
  const count = (of: Float64Array, wanted: number): number =>
    of.reduce((total, number) => total + Number(Math.min(number, MOST_LABELS) === wanted), 0);
  return {
    reference: meanOfRows(reference, people),
    answer: answer && meanOfRows(answer, people),
    counts: Array.from({ length: last + 1 }, (_, wanted) => ({
      labels: wanted,
      reference: count(reference, wanted),
      answer: answer && count(answer, wanted),
    })),
  };
}

/** Every two labels, over the studies that know both. */
export function pairsOf({ labels, clusters }: LabelTable): LabelPair[] {
  const pairs = labels.flatMap((first, i) => labels.slice(i + 1).map((second) => ({ first, second })));
  const level = 1 - 0.05 / pairs.length;
  return pairs.map(({ first, second }): LabelPair => {
    const rows = Uint32Array.from(first.known.keys()).filter(
      (row) => first.known[row] === 1 && second.known[row] === 1,
    );
    const pick = (values: Uint8Array): Uint8Array => Uint8Array.from(rows, (row) => values[row]);
    const errors = [first, second].map(({ positive, reference }) =>
      positive === null ? null : pick(reference.map((is, row) => is ^ positive[row])),
    );
    const answers = [first, second].map(({ positive }) => positive && pick(positive));
    const people = clusters && Int32Array.from(rows, (row) => clusters[row]);
    const [a, b] = errors;
    return {
      ...{ first: first.name, second: second.name },
      reference: pairCounts([pick(first.reference), pick(second.reference)]) ?? NONE,
      answers: pairCounts(answers),
      errors: pairCounts(errors),
      errorCorrelation: a === null || b === null ? null : correlationOfErrors(a, b, people, level),
    };
  });
}

/** Phi of two errors, from ten people with each on; decision metrics ask for ten with the second and ten without. */
function correlationOfErrors(
  a: Uint8Array,
  b: Uint8Array,
  clusters: Int32Array | undefined,
  level: number,
): Estimate | CannotTell {
  const people = [a, b].map((labels) => peopleOnBothSides({ labels, ...(clusters && { clusters }) }).with);
  if (Math.min(...people) < MINIMUM_ROWS) {
    const cannotTell = `fewer than ${MINIMUM_ROWS} people with an error in one of the two findings`;
    return { cannotTell, n: a.length, events: 0 };
  }
  return decisionMetrics({ positive: a, labels: b, ...(clusters && { clusters }) }, { level }).matthewsCorrelation;
}

const NONE: PairCounts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };

function pairCounts([first, second]: readonly (Uint8Array | null)[]): PairCounts | null {
  if (first === null || second === null) return null;
  const counts = confusionCounts({ positive: first, labels: second });
  return {
    both: counts.truePositives,
    onlyFirst: counts.falsePositives,
    onlySecond: counts.falseNegatives,
    neither: counts.trueNegatives,
  };
}
