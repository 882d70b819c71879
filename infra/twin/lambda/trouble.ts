// Faults of functions: a process that is killed, stops answering or grows beyond its memory, in the middle of an invocation.
import type { Injector } from '../faults/injector.ts';

/** How an invocation is struck, and how long after its start; at its answer where that comes first, so that it never misses. */
export interface Trouble {
  readonly kind: 'kill' | 'hang' | 'memory';
  readonly afterMilliseconds: number;
}

const KINDS = [
  ['kill-function', 'kill'],
  ['hang-function', 'hang'],
  ['exhaust-memory', 'memory'],
] as const;

/** What strikes the next invocation of this function, if anything does. */
export function troubleOf(injector: Injector, functionName: string): Trouble | undefined {
  if (!injector.active) return undefined;
  const occasion = { id: injector.next(`invoke/${functionName}`), caller: functionName, operation: 'Invoke' };
  for (const [fault, kind] of KINDS) {
    const strike = injector.draw(fault, occasion);
    if (strike) return { kind, afterMilliseconds: strike.draw.integer(0, strike.fault.withinMilliseconds) };
  }
  return undefined;
}

/** Trouble on its way to one invocation. */
export interface Impending {
  /** Strikes now unless it has struck, at the answer of the function; the answer is lost then. */
  strikeNow(): void;
  cancel(): void;
}

/** Strikes once, when its time has come. */
export function impending({ kind, afterMilliseconds }: Trouble, strike: (kind: Trouble['kind']) => void): Impending {
  let hasStruck = false;
  const strikeNow = () => {
    if (hasStruck) return;
    hasStruck = true;
    clearTimeout(timer);
    strike(kind);
  };
  const timer = setTimeout(strikeNow, afterMilliseconds);
  return { strikeNow, cancel: () => clearTimeout(timer) };
}
