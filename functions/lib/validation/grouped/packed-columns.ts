import type { GroupColumn } from './table.ts';

/** Labels and group codes of a row in as few words as hold them: rows that are put in another order are then read once and not once per column. */
export interface PackedColumns {
  readonly words: readonly Uint32Array[];
  /** Where each column lies; the label is the lowest bit of the first word. */
  readonly places: readonly { readonly word: number; readonly shift: number; readonly bits: number }[];
}

const WORD_BITS = 32;

export function packColumns(labels: Uint8Array, columns: readonly GroupColumn[]): PackedColumns {
  let [word, shift] = [0, 1];
  const places = columns.map(({ values }) => {
    const bits = Math.max(1, Math.ceil(Math.log2(values.length)));
    if (shift + bits > WORD_BITS) [word, shift] = [word + 1, 0];
    const place = { word, shift, bits };
    shift += bits;
    return place;
  });
  const words = Array.from({ length: word + 1 }, () => new Uint32Array(labels.length));
  for (let row = 0; row < labels.length; row++) words[0][row] = labels[row];
  places.forEach((place, column) => {
    addBits(words[place.word], columns[column].codes, place.shift);
  });
  return { words, places };
}

function addBits(words: Uint32Array, codes: GroupColumn['codes'], shift: number): void {
  for (let row = 0; row < words.length; row++) words[row] |= codes[row] << shift;
}

/** The rows in another order. */
export function reorderPacked({ words, places }: PackedColumns, rows: Uint32Array): PackedColumns {
  return { words: words.map((word) => gatherWords(word, rows)), places };
}

function gatherWords(words: Uint32Array, rows: Uint32Array): Uint32Array {
  const gathered = new Uint32Array(rows.length);
  for (let place = 0; place < rows.length; place++) gathered[place] = words[rows[place]];
  return gathered;
}

/** Labels and columns as they were packed. */
export function unpackColumns(
  { words, places }: PackedColumns,
  columns: readonly GroupColumn[],
): { labels: Uint8Array; columns: GroupColumn[] } {
  const labels = new Uint8Array(words[0].length);
  for (let row = 0; row < labels.length; row++) labels[row] = words[0][row] & 1;
  return {
    labels,
    columns: columns.map((column, at) => {
      const { word, shift, bits } = places[at];
      const codes = bits <= 8 ? new Uint8Array(labels.length) : new Uint16Array(labels.length);
      takeBits(words[word], codes, shift, 2 ** bits - 1);
      return { ...column, codes };
    }),
  };
}

function takeBits(words: Uint32Array, codes: GroupColumn['codes'], shift: number, mask: number): void {
  for (let row = 0; row < words.length; row++) codes[row] = (words[row] >>> shift) & mask;
}
