// Probabilities of two evaluations, of which there may be millions, study by study: by places, without an object for each.
import type { ProbabilityStudies } from '../../evaluation/probability/studies.ts';
import type { ScoredTwice } from '../scored-twice.ts';
import type { Pairing } from './pairs.ts';

const WORDS = 4;

/** The studies in both, by their keys (site, subject and study), that have the same label. */
export function pairedProbabilities(first: ProbabilityStudies, second: ProbabilityStudies): Pairing<ScoredTwice> {
  const places = placesIn(second.keys, first.keys);
  const isMet = Uint8Array.from(places, (place) => Number(place >= 0));
  const met = isMet.reduce((sum, value) => sum + value, 0);
  const rows = rowsWhere(isMet, (row) => first.labels[row] === second.labels[places[row]]);
  return {
    met: {
      ...{ both: rows.length, contradicting: met - rows.length },
      ...{ onlyFirst: first.labels.length - met, onlySecond: second.labels.length - met },
    },
    inGroup: ({ group, value }) => {
      const isIn = (row: number): boolean =>
        group === null || (isOf(first, group, value, row) && isOf(second, group, value, places[row]));
      const own = group === null ? rows : rows.filter(isIn);
      return { count: own.length, pairs: scoredTwice(first, second, own, places) };
    },
  };
}

function scoredTwice(
  first: ProbabilityStudies,
  second: ProbabilityStudies,
  rows: Int32Array,
  places: Int32Array,
): ScoredTwice {
  return {
    labels: Uint8Array.from(rows, (row) => first.labels[row]),
    first: Float64Array.from(rows, (row) => first.scores[row]),
    second: Float64Array.from(rows, (row) => second.scores[places[row]]),
    subjects: Int32Array.from(rows, (row) => first.subjects[row]),
  };
}

function isOf({ columns }: ProbabilityStudies, group: string, value: string | null, row: number): boolean {
  const column = columns.find(({ name }) => name === group);
  return column !== undefined && column.values[column.codes[row]] === value;
}

function rowsWhere(isMet: Uint8Array, isWanted: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(isMet.length);
  let count = 0;
  for (let row = 0; row < isMet.length; row++) if (isMet[row] === 1 && isWanted(row)) rows[count++] = row;
  return rows.subarray(0, count);
}

/** For each of the wanted keys its place among `keys`, −1 where it is not: a table of places, found by the key's first word, which is a hash. */
function placesIn(keys: Uint32Array, wanted: Uint32Array): Int32Array {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2((1.5 * keys.length) / WORDS + 2)));
  const mask = slots.length - 1;
  const slotOf = (of: Uint32Array, at: number): number => {
    let slot = of[at] & mask;
    while (slots[slot] !== 0 && !isSame(keys, WORDS * (slots[slot] - 1), of, at)) slot = (slot + 1) & mask;
    return slot;
  };
  for (let at = 0; at < keys.length; at += WORDS) slots[slotOf(keys, at)] = at / WORDS + 1;
  const places = new Int32Array(wanted.length / WORDS);
  for (let row = 0; row < places.length; row++) places[row] = slots[slotOf(wanted, WORDS * row)] - 1;
  return places;
}

function isSame(keys: Uint32Array, at: number, others: Uint32Array, other: number): boolean {
  for (let word = 0; word < WORDS; word++) if (keys[at + word] !== others[other + word]) return false;
  return true;
}
