// Draws which fault strikes when, counts what was injected, and says so in a log.
import { RefusedInput } from '#functions/errors.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import type { Principal } from '../contract.ts';
import type { FunctionDescription } from '../template/descriptions.ts';
import type { Fault, FaultKind, FaultOf, FaultPlan } from './plan.ts';

/** One moment at which a fault may strike. */
export interface Occasion {
  /** Decides, with the seed and the place of the fault in the plan, whether it strikes: no two occasions share one. */
  readonly id: string;
  /** Name of the function that calls or runs. */
  readonly caller?: string;
  readonly operation?: string;
  /** Object key. Never logged: it may hold what a hospital calls its patients. */
  readonly key?: string;
}

/** A fault that strikes, and the numbers from which its size is drawn. */
export interface Strike<Kind extends FaultKind> {
  readonly fault: FaultOf<Kind>;
  readonly draw: Random;
}

/** How many faults of each kind were injected since the twin started. */
export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>;

export interface Injector {
  /** Whether anything can strike now; where nothing can nothing needs to be asked. */
  readonly active: boolean;
  /** Names the next occasion of a stream, such as `s3/predict/PutObject`: the first is 1. */
  next(stream: string): string;
  /** The first fault of this kind that fits and strikes; it counts as injected. */
  draw<Kind extends FaultKind>(kind: Kind, occasion: Occasion): Strike<Kind> | undefined;
  counts(): FaultCounts;
}

export const NO_FAULTS: Injector = {
  active: false,
  next: (stream) => stream,
  draw: () => undefined,
  counts: () => ({}),
};

export interface InjectorOptions {
  readonly plan: FaultPlan;
  readonly functions: readonly Pick<FunctionDescription, 'logicalId' | 'name'>[];
  readonly log: (line: string) => void;
  /** Nothing strikes before. */
  readonly started?: () => boolean;
}

interface Rule {
  readonly number: number;
  readonly fault: Fault;
  /** Name of the function that it is for; undefined for all callers. */
  readonly caller: string | undefined;
  struck: number;
}

/** The faults of a plan; throws RefusedInput for one that names a function that the template has not. */
export function createInjector({ plan, functions, log, started = () => true }: InjectorOptions): Injector {
  const rules = plan.faults.map((fault, index): Rule => {
    const caller = 'function' in fault && fault.function !== undefined ? fault.function : undefined;
    return { number: index + 1, fault, caller: caller && functionNamed(caller, functions, index + 1), struck: 0 };
  });
  const calls = new Map<string, number>();

  function draw<Kind extends FaultKind>(kind: Kind, occasion: Occasion): Strike<Kind> | undefined {
    for (const rule of rules) {
      if (rule.fault.fault !== kind || !fits(rule, occasion)) continue;
      const stream = random(`${plan.seed}/${rule.number}/${occasion.id}`);
      if (!stream.bernoulli(rule.fault.probability)) continue;
      rule.struck += 1;
      log(`fault ${rule.number} ${kind}: ${[occasion.operation, occasion.caller].filter(Boolean).join(' by ')}`);
      return { fault: rule.fault as FaultOf<Kind>, draw: stream };
    }
    return undefined;
  }

  function counts(): FaultCounts {
    const sums = new Map<FaultKind, number>();
    for (const { fault, struck } of rules) sums.set(fault.fault, (sums.get(fault.fault) ?? 0) + struck);
    return Object.fromEntries(sums);
  }

  return {
    get active() {
      return rules.length > 0 && started();
    },
    next(stream) {
      const number = (calls.get(stream) ?? 0) + 1;
      calls.set(stream, number);
      return `${stream}/${number}`;
    },
    draw,
    counts,
  };
}

/** The name by which the twin knows who calls: a function's own, a person's session. */
export const callerOf = (principal: Principal): string =>
  principal.kind === 'service' ? principal.service : principal.sessionName;

function fits({ fault, caller, struck }: Rule, occasion: Occasion): boolean {
  if (fault.atMost !== undefined && struck >= fault.atMost) return false;
  if (caller !== undefined && caller !== occasion.caller) return false;
  if ('operation' in fault && fault.operation !== undefined && fault.operation !== occasion.operation) return false;
  const prefix = 'prefix' in fault ? fault.prefix : undefined;
  return prefix === undefined || occasion.key?.startsWith(prefix) === true;
}

/** A step's function has the step's name without hyphens, `Function` and a hash as its logical id. */
function functionNamed(wanted: string, functions: InjectorOptions['functions'], place: number): string {
  const found = functions.find(
    ({ logicalId, name }) => [logicalId, name].includes(wanted) || stepOf(logicalId) === wanted.replaceAll('-', ''),
  );
  if (found) return found.name;
  const known = functions.map(({ logicalId }) => stepOf(logicalId) ?? logicalId).join(', ');
  throw new RefusedInput(`faults: faults.${place}.function: found "${wanted}", allowed ${known || 'none'}`);
}

const stepOf = (logicalId: string): string | undefined => /^(.+)Function[0-9A-F]{8}$/.exec(logicalId)?.[1];
