export interface ScoreOrder {
  /** Rows by ascending score, rows of equal score in their own order. */
  readonly rows: Uint32Array;
  /** Their scores. */
  readonly scores: Float64Array;
}

/** Bits of a double that are sorted at a time, as shifts into its lower and its upper half. */
const DIGITS = [
  { word: 0, shift: 0 },
  { word: 0, shift: 11 },
  { word: 0, shift: 22 },
  { word: 1, shift: 0 },
  { word: 1, shift: 11 },
  { word: 1, shift: 22 },
] as const;
const BUCKETS = 2048;

/**
 * Order of scores that are not negative, by radix sort (least significant digit first; Knuth, volume 3, section 5.2.5): such
 * doubles sort as the whole numbers that their bits are. Six passes over the rows, fewer where scores have fewer digits.
 */
export function ascendingOrder(scores: Float64Array): ScoreOrder {
  const count = scores.length;
  // Adding 0 makes a negative zero positive: the two are one score.
  let from = { scores: scores.map((score) => score + 0), rows: new Uint32Array(count) };
  for (let row = 0; row < count; row++) from.rows[row] = row;
  let to = { scores: new Float64Array(count), rows: new Uint32Array(count) };
  for (const digit of DIGITS) {
    const places = firstPlaces(from.scores, digit);
    if (places === undefined) continue;
    scatter(from, to, digit, places);
    [from, to] = [to, from];
  }
  return from;
}

type Digit = (typeof DIGITS)[number];

/** Where the rows of each digit begin; nothing where all rows share one. */
function firstPlaces(scores: Float64Array, { word, shift }: Digit): Uint32Array | undefined {
  const words = new Uint32Array(scores.buffer, scores.byteOffset, 2 * scores.length);
  const places = new Uint32Array(BUCKETS);
  for (let at = word; at < words.length; at += 2) places[(words[at] >>> shift) & (BUCKETS - 1)]++;
  let next = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const size = places[bucket];
    if (size === scores.length) return undefined;
    places[bucket] = next;
    next += size;
  }
  return places;
}

function scatter(from: ScoreOrder, to: ScoreOrder, { word, shift }: Digit, places: Uint32Array): void {
  const words = new Uint32Array(from.scores.buffer, from.scores.byteOffset, 2 * from.scores.length);
  const { scores, rows } = from;
  const { scores: toScores, rows: toRows } = to;
  for (let at = 0; at < scores.length; at++) {
    const place = places[(words[2 * at + word] >>> shift) & (BUCKETS - 1)]++;
    toScores[place] = scores[at];
    toRows[place] = rows[at];
  }
}
