// Cautions in the order in which they weigh: what may make the figures wrong, whether they hold elsewhere, how to read them.
import type { Caution } from './record.ts';

/** The kinds, with the heading of each; the weightiest first. */
const KINDS = {
  truth: 'May the figures be wrong for these people?',
  elsewhere: 'Do they hold elsewhere, and in everyday use?',
  reading: 'How to read and compare them',
  edition: 'About this edition',
} as const;

const KIND_OF: Readonly<Record<string, keyof typeof KINDS>> = {
  'prevalence-differs': 'elsewhere',
  'missingness-differs': 'elsewhere',
  'training-population': 'elsewhere',
  'coverage-not-carried': 'elsewhere',
  'expected-without-labels-fails': 'elsewhere',
  'not-robust': 'elsewhere',
  'robustness-not-run': 'elsewhere',
  'no-net-benefit': 'elsewhere',
  'worse-than-the-share': 'elsewhere',
  'pooled-not-crude': 'reading',
  'few-hospitals-pooled': 'reading',
  'fairness-confounded': 'reading',
  'fairness-prevalence': 'reading',
  'prevalence-in-metrics': 'reading',
  'no-class': 'reading',
  'other-hospitals': 'edition',
  'public-data': 'edition',
  internal: 'edition',
  'hidden-cells': 'edition',
  'between-reports': 'edition',
};

export interface CautionKind {
  readonly heading: string;
  readonly cautions: readonly Caution[];
}

/** The cautions under the heading of their kind; kinds without any are left out. One of no named kind counts among the weightiest. */
export function cautionKinds(cautions: readonly Caution[]): CautionKind[] {
  const byKind = Map.groupBy(cautions, ({ code }) => KIND_OF[code] ?? 'truth');
  return (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) => {
    const own = byKind.get(kind);
    return own === undefined ? [] : [{ heading: KINDS[kind], cautions: own }];
  });
}
