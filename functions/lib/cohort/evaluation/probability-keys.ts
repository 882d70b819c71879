// Whose rows are whose, of tables with more rows than there is room for texts: 16 bytes for each different key.
import { RefusedInput } from '#functions/errors.ts';
import { cellText } from './answers-table.ts';
import { type CellSource, eachCell, type Wanted } from './cell-source.ts';

/** A number for each different key, in the order in which they first appear. */
export interface NumberedKeys {
  /** For each row its key's; −1 where the row is not wanted. */
  readonly numbers: Int32Array;
  readonly count: number;
}

const WORDS = 4;
/** Stands where the hash of a text has a word that no whole number has. */
const WHOLE_NUMBER = 0x77686f6c;

/**
 * Numbers the different values of a column within the groups of rows that `within` tells apart. Whole numbers are told apart
 * exactly; texts by 128 bits of MurmurHash3: among 10⁷ different texts any two fall together with probability 10⁷² / 2¹²⁹,
 * about 1.5 · 10⁻²⁵, as long as nobody made them to. An empty cell of a wanted row is refused.
 */
export async function numberKeys(
  source: Pick<CellSource, 'file' | 'rows' | 'each'>,
  { column, what, within, wanted }: KeyColumn,
): Promise<NumberedKeys> {
  const { rows, file } = source;
  const numbers = new Int32Array(rows).fill(-1);
  const keys = new Uint32Array(WORDS * rows);
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(1.5 * rows + 2)));
  const mask = slots.length - 1;
  const words = new Uint32Array(WORDS);
  let count = 0;
  await eachCell(source, column, wanted, (cell, row) => {
    if (!keyOf(cell, within[row], words)) {
      const text = cellText(file, column, row, cell);
      if (text === '')
        throw new RefusedInput(`${file}: column ${column}, row ${row + 1}: found an empty cell, allowed a ${what}`);
      textHash(text, within[row], words);
    }
    let slot = slotOf(words) & mask;
    while (slots[slot] !== 0 && !isKey(keys, WORDS * (slots[slot] - 1), words)) slot = (slot + 1) & mask;
    if (slots[slot] === 0) {
      for (let word = 0; word < WORDS; word++) keys[WORDS * count + word] = words[word];
      slots[slot] = ++count;
    }
    numbers[row] = slots[slot] - 1;
  });
  return { numbers, count };
}

export interface KeyColumn {
  readonly column: string;
  /** "study" or "subject", for the refusal. */
  readonly what: string;
  /** A number for each row: equal values of rows with different ones are different keys. */
  readonly within: ArrayLike<number>;
  readonly wanted: Wanted;
}

/** The key of a whole number: itself. False for anything else. */
function keyOf(cell: unknown, within: number, words: Uint32Array): boolean {
  if (typeof cell === 'bigint') {
    words[0] = Number(BigInt.asUintN(32, cell));
    words[1] = Number(BigInt.asUintN(32, cell >> 32n));
  } else if (typeof cell === 'number' && Number.isSafeInteger(cell)) {
    words[0] = cell;
    words[1] = Math.floor(cell / 2 ** 32);
  } else return false;
  words[2] = within;
  words[3] = WHOLE_NUMBER;
  return true;
}

const isKey = (keys: Uint32Array, at: number, words: Uint32Array): boolean =>
  keys[at] === words[0] && keys[at + 1] === words[1] && keys[at + 2] === words[2] && keys[at + 3] === words[3];

const slotOf = (words: Uint32Array): number =>
  mixed(words[0] ^ Math.imul(words[1], 0x9e3779b1) ^ Math.imul(words[2], 0x85ebca77));

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Austin Appleby's finalizer of 32 bits. */
function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** MurmurHash3_x86_128 (Austin Appleby, public domain) of a text in UTF-16, little end first, into four words. */
export function textHash(text: string, seed: number, words: Uint32Array): void {
  const units = text.length;
  const pair = (at: number): number =>
    (at < units ? text.charCodeAt(at) : 0) | ((at + 1 < units ? text.charCodeAt(at + 1) : 0) << 16);
  let [h1, h2, h3, h4] = [seed | 0, seed | 0, seed | 0, seed | 0];
  let at = 0;
  for (; at + 8 <= units; at += 8) {
    h1 ^= Math.imul(rotated(Math.imul(pair(at), C1), 15), C2);
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotated(Math.imul(pair(at + 2), C2), 16), C3);
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotated(Math.imul(pair(at + 4), C3), 17), C4);
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotated(Math.imul(pair(at + 6), C4), 18), C1);
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  // What is left of a block, filled up with zeros, which change nothing.
  h4 ^= Math.imul(rotated(Math.imul(pair(at + 6), C4), 18), C1);
  h3 ^= Math.imul(rotated(Math.imul(pair(at + 4), C3), 17), C4);
  h2 ^= Math.imul(rotated(Math.imul(pair(at + 2), C2), 16), C3);
  h1 ^= Math.imul(rotated(Math.imul(pair(at), C1), 15), C2);
  const bytes = 2 * units;
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  [h2, h3, h4] = [mixed(h2 + h1), mixed(h3 + h1), mixed(h4 + h1)];
  h1 = mixed(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  words[0] = h1;
  words[1] = h2 + h1;
  words[2] = h3 + h1;
  words[3] = h4 + h1;
}

const [C1, C2, C3, C4] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
