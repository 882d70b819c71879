import { describe, expect, it } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import { createInjector, type Injector } from '#infra/twin/faults/injector.ts';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';

const functions = [
  { logicalId: 'predictFunction01ABCDEF', name: 'Tricuspid-predictFunction01ABCDEF' },
  { logicalId: 'quarantineinsideFunction9128DDD7', name: 'Tricuspid-quarantineinsideFunction9128DDD7' },
];
const [predict, quarantine] = functions.map(({ name }) => name);

function injector(faults: readonly object[], log: string[] = []): Injector {
  const plan = parseFaultPlan('test', { seed: 'injector', faults });
  return createInjector({ plan, functions, log: (line) => log.push(line) });
}

const killed = (faults: Injector, caller: string): boolean =>
  faults.draw('kill-function', { id: faults.next(caller), caller, operation: 'Invoke' }) !== undefined;

describe('the injector', () => {
  it('strikes about as often as the plan says, at the same calls whenever the calls are the same', () => {
    const strikes = () => {
      const faults = injector([{ fault: 'kill-function', probability: 0.2 }]);
      return Array.from({ length: 1000 }, () => killed(faults, predict));
    };
    // 200 of 1000, standard deviation 12.6: four of them either way
    expect(Math.abs(strikes().filter(Boolean).length - 200)).toBeLessThan(51);
    expect(strikes()).toEqual(strikes());
  });

  it('decides for one function whatever another does in between', () => {
    const faults = [{ fault: 'kill-function', probability: 0.5 }];
    const alone = injector(faults);
    const together = injector(faults);
    const between = () => killed(together, quarantine);
    const expected = Array.from({ length: 50 }, () => killed(alone, predict));
    const found = Array.from({ length: 50 }, (_, n) => {
      if (n % 3 === 0) between();
      return killed(together, predict);
    });
    expect(found).toEqual(expected);
  });

  it('strikes the function that is named, by step, logical id or name, and no other', () => {
    for (const wanted of ['quarantine-inside', functions[1].logicalId, quarantine]) {
      const faults = injector([{ fault: 'kill-function', function: wanted, probability: 1 }]);
      expect([killed(faults, predict), killed(faults, quarantine)]).toEqual([false, true]);
    }
  });

  it('strikes the operation and the keys that are named', () => {
    const faults = injector([{ fault: 's3-unavailable', operation: 'PutObject', prefix: 'drops/', probability: 1 }]);
    const struck = (operation: string, key?: string) =>
      faults.draw('s3-unavailable', { id: faults.next('s3'), operation, ...(key && { key }) }) !== undefined;
    expect([struck('PutObject', 'drops/a'), struck('PutObject', 'units/a')]).toEqual([true, false]);
    expect([struck('GetObject', 'drops/a'), struck('PutObject')]).toEqual([false, false]);
  });

  it('stops at the most that is allowed, counts, and logs without keys', () => {
    const log: string[] = [];
    const faults = injector([{ fault: 's3-lost-answer', probability: 1, atMost: 2 }], log);
    const occasion = { caller: predict, operation: 'PutObject', key: 'drops/north/Mrs Example.csv' };
    const struck = [1, 2, 3].map((n) => faults.draw('s3-lost-answer', { ...occasion, id: `call/${n}` }) !== undefined);
    expect(struck).toEqual([true, true, false]);
    expect(faults.counts()).toEqual({ 's3-lost-answer': 2 });
    expect(log).toEqual(Array(2).fill(`fault 1 s3-lost-answer: PutObject by ${predict}`));
  });

  it('refuses a function that the template has not, and names those that it has', () => {
    const wrong = () => injector([{ fault: 'hang-function', function: 'predikt', probability: 1 }]);
    expect(wrong).toThrow(RefusedInput);
    expect(wrong).toThrow('faults: faults.1.function: found "predikt", allowed predict, quarantineinside');
  });
});
