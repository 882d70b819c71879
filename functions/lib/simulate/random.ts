import { createHash } from 'node:crypto';

/** A seeded stream of random numbers. The same seed gives the same numbers on every machine and Node version. */
export interface Random {
  /** Uniform integer in 0 … 2³²−1. */
  uint32(): number;
  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number;
  /** Uniform integer from `low` to `high`, both included, without modulo bias. */
  integer(low: number, high: number): number;
  /** True with this probability. */
  bernoulli(probability: number): boolean;
  /** Normal deviate by Box and Muller (doi 10.1214/aoms/1177706645), two uniforms each. */
  normal(mean?: number, standardDeviation?: number): number;
  /** One element, each equally likely. */
  pick<T>(values: readonly T[]): T;
  /** Reorders in place, every order equally likely (Durstenfeld, doi 10.1145/364520.364540), and returns the same array. */
  shuffle<T extends { readonly length: number; [index: number]: unknown }>(values: T): T;
  /** An independent stream of its own, decided by seed and name only: how much was drawn before plays no part. */
  fork(name: string): Random;
}

/**
 * Random numbers by xoshiro128** 1.1 (Blackman and Vigna, doi 10.1145/3460772, period 2¹²⁸−1).
 * The 128-bit state is the first 16 bytes of SHA-256 of the seed as text, read big-endian, so that any seed starts far from any other.
 */
export function random(seed: string | number): Random {
  const digest = createHash('sha256').update(String(seed)).digest();
  return randomFromState(
    [digest.readUInt32BE(0), digest.readUInt32BE(4), digest.readUInt32BE(8), digest.readUInt32BE(12)],
    seed,
  );
}

/** The generator from an explicit state of four 32-bit words, not all zero; `seed` names the stream for `fork`. */
export function randomFromState(
  state: readonly [number, number, number, number],
  seed: string | number = state.join(','),
): Random {
  if (state.every((word) => word >>> 0 === 0))
    throw new RangeError('random state: found four zero words, allowed: at least one other than zero');
  const uint32 = xoshiro128StarStar(state);
  const uniform = (): number => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;
  const integer = (low: number, high: number): number => low + below(uint32, checkedSpan(low, high));
  return {
    uint32,
    uniform,
    integer,
    bernoulli: (probability) => uniform() < probability,
    normal(mean = 0, standardDeviation = 1) {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return mean + standardDeviation * radius * Math.cos(2 * Math.PI * uniform());
    },
    pick(values) {
      if (values.length === 0) throw new RangeError('pick: found an empty list, allowed: at least one element');
      return values[integer(0, values.length - 1)];
    },
    shuffle(values) {
      const slots: { [index: number]: unknown } = values;
      for (let last = values.length - 1; last > 0; last--) {
        const other = integer(0, last);
        [slots[last], slots[other]] = [slots[other], slots[last]];
      }
      return values;
    },
    fork: (name) => random(`${seed}/${name}`),
  };
}

function xoshiro128StarStar(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state.map((word) => word >>> 0);
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function checkedSpan(low: number, high: number): number {
  const span = high - low + 1;
  if (!Number.isInteger(low) || !Number.isInteger(high) || span < 1 || span > 2 ** 32) {
    throw new RangeError(
      `random integer: found bounds ${low} and ${high}, allowed: integers, low <= high, at most 2^32 values`,
    );
  }
  return span;
}

/** Uniform in 0 … span−1: draws from the incomplete last block are thrown away, so no value is favoured. */
function below(uint32: () => number, span: number): number {
  const limit = Math.floor(2 ** 32 / span) * span;
  let draw = uint32();
  while (draw >= limit) draw = uint32();
  // The remainder, sooner than by %: exact, since a quotient of whole numbers up to 2³² is never rounded up to the next whole one.
  return draw - Math.floor(draw / span) * span;
}
