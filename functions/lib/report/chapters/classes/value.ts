// What the chapter of classes holds: plain JSON.
import type { AurocEstimate } from '#lib/validation/auroc.ts';
import type { KappaEstimate } from '#lib/validation/kappa.ts';
import type { ClassFigure, SummaryFigure } from '../../classes/figure-words.ts';
import type { Count, Figure } from '../../record.ts';

export interface ClassResult {
  readonly class: string;
  /** Studies of this class that the model answered, and their people. */
  readonly n: Count;
  readonly people: Count;
  /** Studies of this class on which the model kept silent. */
  readonly silent: Count;
  readonly figures: Readonly<Record<ClassFigure, AurocEstimate | Figure>>;
}

export interface SiteClasses {
  /** null: all hospitals together. */
  readonly site: string | null;
  /** Studies with a class and an answer, and their people. */
  readonly n: Count;
  readonly subjects: Count;
  /** Of them with several classes: they count for each of their classes, and in no table of one class by one. */
  readonly several: Count;
  /** [class of the reference][class of the answer], the last column: no answer. */
  readonly matrix: readonly (readonly Count[])[];
  readonly classes: readonly ClassResult[];
  /** Classes that enough people have and that the model names: those that means over classes are taken over. */
  readonly judged: readonly string[];
  readonly summary: Readonly<Record<SummaryFigure, KappaEstimate | Figure>>;
  /** Studies that are here and not in the primary analysis, and the reverse, with the outcome and without. */
  readonly onlyHere: Count;
  readonly onlyPrimaryEvents: Count;
  readonly onlyPrimaryNonEvents: Count;
}

/** What a value of a label says, and how many studies have it. */
export interface MappedValue {
  readonly class: string | null;
  readonly label: string;
  readonly value: number;
  readonly meaning: string;
  readonly studies: Count;
}

export interface LeftOut {
  readonly site: string;
  readonly why: string;
  readonly studies: Count;
}

export interface Classes {
  /** In the order of the model. */
  readonly classes: readonly string[];
  /** Classes for which the model gives no answer where they are probable: silence is how it names them. */
  readonly refused: readonly string[];
  /** Why nothing can be said; null where something can. */
  readonly absent: string | null;
  readonly mapping: readonly MappedValue[];
  readonly left: readonly LeftOut[];
  /** Hospitals, and all of them where there are several. */
  readonly sites: readonly SiteClasses[];
}
