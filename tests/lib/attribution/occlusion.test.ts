import { describe, expect, it } from 'vitest';
import { occlude } from '#lib/attribution/occlusion.ts';

const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A model that adds what each part is worth, in logits; silent without the parts that it needs. */
const model =
  (worth: Readonly<Record<string, number>>, needed: readonly string[] = []) =>
  async (left: ReadonlySet<string>): Promise<number | null> =>
    needed.some((name) => left.has(name))
      ? null
      : logistic(Object.entries(worth).reduce((sum, [name, logit]) => sum + (left.has(name) ? 0 : logit), 0));

const explained = async (worth: Readonly<Record<string, number>>, needed: readonly string[] = []) => {
  const ask = model(worth, needed);
  const score = await ask(new Set());
  if (score === null) throw new Error('silent');
  return occlude(score, Object.keys(worth), ask);
};

describe('occlude', () => {
  it('asks without each part and puts those that move the logit furthest first, up or down', async () => {
    const { parts, test } = await explained({ a: 0.1, b: -2, c: 1, d: 0.4 });
    expect(parts.map(({ name }) => name)).toEqual(['b', 'c', 'd', 'a']);
    expect(parts[0].score).toBeCloseTo(logistic(0.1 + 1 + 0.4), 12);
    expect(test).toMatchObject({ parts: 2, holds: true });
    expect(test?.withoutFirst).toBeCloseTo(logistic(0.5), 12);
    expect(test?.withoutLast).toBeCloseTo(logistic(-1), 12);
  });

  it('fails its test where parts stand for each other, so that none moves the answer alone', async () => {
    // Either of a and b is enough for 3 logits: without one nothing happens, without both everything does.
    const ask = async (left: ReadonlySet<string>) =>
      logistic((left.has('a') && left.has('b') ? 0 : 3) + (left.has('c') ? 0 : 0.2) + (left.has('d') ? 0 : 0.1));
    const { parts, test } = await occlude(await ask(new Set()), ['a', 'b', 'c', 'd'], ask);
    expect(parts.map(({ name }) => name)).toEqual(['c', 'd', 'a', 'b']);
    expect(test).toMatchObject({ parts: 2, holds: false });
  });

  it('leaves fewer out together where the model keeps silent without so many', async () => {
    const ask = async (left: ReadonlySet<string>) =>
      left.size > 2 ? null : logistic([...left].reduce((sum, name) => sum - Number(name), 0));
    const { test } = await occlude(0.5, ['1', '2', '3', '4', '5', '6'], ask);
    expect(test).toMatchObject({ parts: 2, holds: true });
    expect(test?.withoutFirst).toBeCloseTo(logistic(-11), 12);
  });

  it('puts parts without which the model is silent last, and has no test of fewer than four others', async () => {
    const { parts, test } = await explained({ age: 2, a: 1 }, ['age']);
    expect(parts).toEqual([
      { name: 'a', score: expect.any(Number) },
      { name: 'age', score: null },
    ]);
    expect(test).toBeNull();
    expect((await explained({})).parts).toEqual([]);
  });

  it('orders by what is left of scores of exactly 0 and 1', async () => {
    const ask = async (left: ReadonlySet<string>) => (left.has('a') ? 0 : left.has('b') ? 0.999 : 1);
    const { parts } = await occlude(1, ['b', 'a'], ask);
    expect(parts.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
