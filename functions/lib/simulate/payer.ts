// Who pays for an invented person: by age alone, so that whatever a report finds between payers at equal age and sex is chance.
import type { Person } from './person.ts';
import type { Random } from './random.ts';

/** Values of the group `insurance` in the descriptions of the sites. */
export const PAYERS = ['public', 'private', 'none'] as const;
export type Payer = (typeof PAYERS)[number];

const OLD_YEARS = 65;
/** Invented shares of public and private, the rest pays for itself. */
const SHARES = { young: [0.38, 0.5], old: [0.86, 0.11] } as const;

/** Draws who pays; knows of the person nothing but the age. */
export function payerOf({ age }: Pick<Person, 'age'>, random: Random): Payer {
  const [publicShare, privateShare] = age >= OLD_YEARS ? SHARES.old : SHARES.young;
  const draw = random.uniform();
  if (draw < publicShare) return 'public';
  return draw < publicShare + privateShare ? 'private' : 'none';
}
