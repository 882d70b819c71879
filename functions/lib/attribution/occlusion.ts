// What a model says of one study without parts of its input. Every score is asked of the model; nothing is derived from its weights.
import { logit } from '#lib/validation/logit.ts';

/** One part of the input, and the score without it; null where the model would have kept silent. */
export interface OccludedPart {
  readonly name: string;
  readonly score: number | null;
}

/** Whether the parts named first are those that carry the answer: as many of the first and of the last left out together. */
export interface OcclusionTest {
  readonly parts: number;
  readonly withoutFirst: number | null;
  readonly withoutLast: number | null;
  /** Without the first the answer moves further, in logits, than without the last; null where the model is silent without either. */
  readonly holds: boolean | null;
}

export interface Occlusion {
  /** As it stands, computed again. */
  readonly score: number;
  /** The part that moves the answer furthest first, in logits; those without which the model is silent last. */
  readonly parts: readonly OccludedPart[];
  /** Null where fewer than four parts can be left out: none to set against each other. */
  readonly test: OcclusionTest | null;
}

export interface Explanation extends Occlusion {
  readonly site: string;
  readonly studyKey: string;
  readonly of: 'values left out' | 'stretches made flat';
}

/** Parts that the test leaves out together: of one alone the order says itself what it does. */
const MOST_TOGETHER = 3;
const FEWEST_TOGETHER = 2;

/** Asks for the score without each part by itself, then without the first few together and without the last few. */
export async function occlude(
  score: number,
  names: readonly string[],
  scoreWithout: (left: ReadonlySet<string>) => Promise<number | null>,
): Promise<Occlusion> {
  const parts: OccludedPart[] = [];
  for (const name of names) parts.push({ name, score: await scoreWithout(new Set([name])) });
  const told = parts.filter((part): part is Told => part.score !== null);
  const ordered = told.sort((a, b) => moved(score, b.score) - moved(score, a.score));
  const without = (of: readonly Told[]) => scoreWithout(new Set(of.map(({ name }) => name)));
  let test: OcclusionTest | null = null;
  const most = Math.min(MOST_TOGETHER, Math.floor(ordered.length / 2));
  // Fewer where the model keeps silent without so many.
  for (let count = most; count >= FEWEST_TOGETHER && (test === null || test.holds === null); count--)
    test = testOf(score, count, await without(ordered.slice(0, count)), await without(ordered.slice(-count)));
  return { score, parts: [...ordered, ...parts.filter((part) => part.score === null)], test };
}

type Told = OccludedPart & { readonly score: number };

function testOf(score: number, parts: number, withoutFirst: number | null, withoutLast: number | null): OcclusionTest {
  const holds =
    withoutFirst === null || withoutLast === null ? null : moved(score, withoutFirst) > moved(score, withoutLast);
  return { parts, withoutFirst, withoutLast, holds };
}

/** How far the answer moves, in logits. */
const moved = (from: number, to: number): number => Math.abs(logit(within(to)) - logit(within(from)));

/** Scores of exactly 0 and 1 are taken for the nearest that 32 bits tell from them. */
const SMALLEST = 2 ** -24;

const within = (score: number): number => Math.min(1 - SMALLEST, Math.max(SMALLEST, score));
