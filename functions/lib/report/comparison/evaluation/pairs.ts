// Studies that two evaluations judged, one by one.
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import type { EvaluationGroup } from '../../evaluation/record.ts';
import type { StudyLine } from '../../evaluation/studies-table.ts';
import { groupColumn } from '../../evaluation/study-columns.ts';
import type { StudiesMet } from '../record.ts';
import { clustersOf as severalOf } from '../scored-twice.ts';

export interface StudyPair {
  readonly first: StudyLine;
  readonly second: StudyLine;
}

/** The studies that two evaluations have in common, and those of a group that both put into it. */
export interface Pairing<Pairs> {
  readonly met: StudiesMet;
  readonly inGroup: (group: EvaluationGroup) => { readonly count: number; readonly pairs: Pairs };
}

/** Studies in both, by site and key, of which `sameReference` holds. */
export function pairedStudies(
  first: readonly StudyLine[],
  second: readonly StudyLine[],
  sameReference: (pair: StudyPair) => boolean,
): Pairing<readonly StudyPair[]> {
  const others = new Map(second.map((line) => [keyOf(line), line]));
  const met = first.flatMap((line): StudyPair[] => {
    const other = others.get(keyOf(line));
    return other === undefined ? [] : [{ first: line, second: other }];
  });
  const all = met.filter(sameReference);
  return {
    met: {
      ...{ both: all.length, contradicting: met.length - all.length },
      ...{ onlyFirst: first.length - met.length, onlySecond: second.length - met.length },
    },
    inGroup: ({ group, value }) => {
      const column = group === null || group === 'site' ? 'site' : groupColumn(group);
      const pairs = group === null ? all : all.filter((pair) => isBoth(pair, column, value));
      return { count: pairs.length, pairs };
    },
  };
}

const isBoth = ({ first, second }: StudyPair, column: string, value: string | null): boolean =>
  first[column] === value && second[column] === value;

const keyOf = ({ site, studyKey }: StudyLine): string => JSON.stringify([site, studyKey]);

/** Numbers of one column on one side. */
export const valuesOf = (pairs: readonly StudyPair[], side: keyof StudyPair, column: string): Float64Array =>
  Float64Array.from(pairs, (pair) => Number(pair[side][column]));

/** Whose study each is. */
export const subjectsOf = (pairs: readonly StudyPair[]): Int32Array =>
  Int32Array.from(pairs, ({ first }) => Number(first.subject));

/** People as clusters, only where somebody has more than one study. */
export const clustersOf = (pairs: readonly StudyPair[]): Int32Array | undefined => severalOf(subjectsOf(pairs));

/** Second minus first of the share that is 1. */
export function changeOfShare(pairs: readonly StudyPair[], right: (side: keyof StudyPair) => Uint8Array) {
  const clusters = clustersOf(pairs);
  return pairedDifference({ first: right('second'), second: right('first'), ...(clusters && { clusters }) });
}
