// Studies that two evaluations judged, one by one.

import { clusterTotals, countClusters } from '#lib/validation/cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '#lib/validation/estimate.ts';
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { sum } from '#lib/validation/sum.ts';
import type { StudyLine } from '../../evaluation/studies-table.ts';

export interface StudyPair {
  readonly first: StudyLine;
  readonly second: StudyLine;
}

export interface PairedStudies {
  readonly pairs: readonly StudyPair[];
  /** Studies in both whose references are not the same: they are not compared. */
  readonly contradicting: number;
}

/** Studies in both, by site and key, of which `sameReference` holds. */
export function pairedStudies(
  first: readonly StudyLine[],
  second: readonly StudyLine[],
  sameReference: (pair: StudyPair) => boolean,
): PairedStudies {
  const others = new Map(second.map((line) => [keyOf(line), line]));
  const met = first.flatMap((line): StudyPair[] => {
    const other = others.get(keyOf(line));
    return other === undefined ? [] : [{ first: line, second: other }];
  });
  const pairs = met.filter(sameReference);
  return { pairs, contradicting: met.length - pairs.length };
}

const keyOf = ({ site, studyKey }: StudyLine): string => JSON.stringify([site, studyKey]);

/** Numbers of one column on one side. */
export const valuesOf = (pairs: readonly StudyPair[], side: keyof StudyPair, column: string): Float64Array =>
  Float64Array.from(pairs, (pair) => Number(pair[side][column]));

/** People as clusters, only where somebody has more than one study. */
export function clustersOf(pairs: readonly StudyPair[]): Int32Array | undefined {
  const clusters = Int32Array.from(pairs, ({ first }) => Number(first.subject));
  return countClusters(clusters) < clusters.length ? clusters : undefined;
}

interface Influenced {
  readonly estimate: number;
  readonly influence: Float64Array;
}

const FEWEST_PEOPLE = 10;

/** Second minus first of two figures of the same studies, from what each study adds to both; Student's t over people. */
export function changeOfInfluence(
  first: Influenced,
  second: Influenced,
  clusters: Int32Array | undefined,
  what: string,
): Estimate | CannotTell {
  const level = checkedLevel(undefined);
  const n = first.influence.length;
  const added = second.influence.map((value, row) => value - first.influence[row]);
  const totals = clusters === undefined ? added : clusterTotals(clusters, [added])[0];
  const people = totals.length;
  if (people < FEWEST_PEOPLE) return { cannotTell: `${people} people are fewer than ${FEWEST_PEOPLE}`, n, events: n };
  const error = Math.sqrt((people / (people - 1)) * sum(totals.map((total) => total * total)));
  const half = studentTMultiplier(level, people - 1) * error;
  const estimate = second.estimate - first.estimate;
  return {
    ...{ estimate, lower: estimate - half, upper: estimate + half, level, n, events: n },
    method: `change of ${what} of the same studies, from what each adds to both (infinitesimal jackknife), Student's t`,
    ...(clusters !== undefined && { clusters: people }),
  };
}

/** Second minus first of the share that is 1. */
export function changeOfShare(pairs: readonly StudyPair[], right: (side: keyof StudyPair) => Uint8Array) {
  const clusters = clustersOf(pairs);
  return pairedDifference({ first: right('second'), second: right('first'), ...(clusters && { clusters }) });
}
