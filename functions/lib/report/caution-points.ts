// Cautions that may stand on the first page, in one sentence; in full they stand under Cautions.
import type { Importance, PlacedPoint } from './point.ts';
import type { Caution } from './record.ts';

interface Brief {
  readonly importance: Importance;
  readonly brief: (caution: Caution) => string;
}

/** A caution that limits every figure of the report: how people were chosen, how they were labelled, what is mixed with what. */
const serious = (brief: string): Brief => ({ importance: 'serious caution', brief: () => brief });

/** In the order in which they are told. */
const BRIEFS: Readonly<Record<string, Brief>> = {
  partial: { importance: 'cannot tell', brief: ({ text }) => text },
  withheld: { importance: 'cannot tell', brief: ({ text }) => text },
  'about-the-data': { importance: 'serious caution', brief: ({ text }) => text },
  'lost-studies': { importance: 'serious caution', brief: ({ text }) => text },
  'same-recording': serious(
    'Reference standards were read from the very recording that the model reads: errors of such a recording are hidden from every figure.',
  ),
  verification: serious(
    'Only people who got the reference standard are in the figures; they do not hold for those in whom the model might be used earlier (verification, spectrum).',
  ),
  'left-out-fold': serious(
    'Internal validation: the same people may stand in the training, so that performance in new people is probably lower.',
  ),
  'missingness-differs': serious(
    'What was measured depends on the hospital: the model may tell hospitals apart rather than patients (confounding).',
  ),
  'fairness-confounded': serious(
    'Hospitals differ in who their patients are, so that gaps between hospitals and gaps between groups cannot be told apart (confounding).',
  ),
};

/** Of cautions with the same code, which are of one kind, each stands by itself. */
export function cautionPoints(cautions: readonly Caution[]): PlacedPoint[] {
  return Object.entries(BRIEFS).flatMap(([code, { importance, brief }]) =>
    cautions
      .filter((caution) => caution.code === code)
      .map((caution) => ({ importance, section: 'cautions', title: 'Cautions', brief: brief(caution), text: null })),
  );
}
