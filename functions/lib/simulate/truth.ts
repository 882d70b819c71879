import type { Tally } from '#functions/study.ts';
import type { Payer } from './payer.ts';

/** What must become of the items of a drop or site; whether a model publishes or abstains is the model's affair. */
export interface Expected extends Readonly<Pick<Tally, 'filed' | 'repeated' | 'rejected'>> {
  readonly items: number;
  /** Items that reach the models: published and abstained. */
  readonly scored: number;
  /** Rejected items by reason code. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface DropTruth extends Expected {
  readonly site: string;
  readonly path: string;
  /** Path of an earlier drop with the same content: whichever is read first counts, so their sum alone is certain. */
  readonly sameAs?: string;
}

export interface SiteTruth extends Expected {
  /** Objects put: each is a drop of its own in the ledger. */
  readonly drops: number;
  readonly people: number;
  /** People whose study is in the archive in the end: two rows that contradict each other leave none. */
  readonly studies: number;
  readonly diseased: number;
  /** Studies by who pays, as the tables have it; those of which they do not say it are in none. */
  readonly payers: Readonly<Record<Payer, number>>;
  /** Studies that have a label in the end. */
  readonly labelled: number;
  readonly labelsWithoutStudy: number;
}

const nothing: Expected = { items: 0, scored: 0, filed: 0, repeated: 0, rejected: 0, reasons: {} };

/** Expectation of a table: what is not said is zero, and rejected is the sum of the reasons. */
export function expected(parts: Partial<Omit<Expected, 'items' | 'rejected'>>): Expected {
  const merged = { ...nothing, ...parts };
  const rejected = Object.values(merged.reasons).reduce((sum, count) => sum + count, 0);
  return { ...merged, rejected, items: merged.scored + merged.filed + merged.repeated + rejected };
}

/** Sum over drops. */
export function sumOf(drops: readonly Expected[]): Expected {
  const reasons: Record<string, number> = {};
  for (const drop of drops) {
    for (const [code, count] of Object.entries(drop.reasons)) reasons[code] = (reasons[code] ?? 0) + count;
  }
  const sum = (name: 'scored' | 'filed' | 'repeated') => drops.reduce((total, drop) => total + drop[name], 0);
  return expected({ scored: sum('scored'), filed: sum('filed'), repeated: sum('repeated'), reasons });
}
