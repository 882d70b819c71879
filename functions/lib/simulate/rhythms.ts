// What the heart of an invented person does while it is recorded.
import { logit } from '#lib/validation/logit.ts';
import type { EcgOptions } from './ecg.ts';
import type { Territory } from './ecg-complexes.ts';
import type { Conduction } from './ecg-dipole.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';

export type Rhythm =
  | 'sinus'
  | 'sinus-tachycardia'
  | 'sinus-bradycardia'
  | 'atrial-premature'
  | 'ventricular-premature'
  | 'first-degree-block'
  | 'wenckebach'
  | 'mobitz-2'
  | 'fibrillation'
  | 'paroxysmal-fibrillation';

export interface Heart {
  readonly rhythm: Rhythm;
  readonly options: Partial<EcgOptions>;
}

/**
 * Log odds of fibrillation per year of age and for men: prevalence rises from 0.1 % below 55 to 9 % from 80, with 1.1 % of men and
 * 0.8 % of women (ATRIA, Go et al. 2001, doi 10.1001/jama.285.18.2370). How many of a hospital's own patients have it is its habit.
 */
const logOddsPerYear = 0.1;
const maleLogOdds = 0.3;

/** Shares of the other rhythms among people without fibrillation; ours, as a clinic might see them. */
const otherRhythms: readonly (readonly [Rhythm, number])[] = [
  ['sinus', 0.58],
  ['sinus-tachycardia', 0.08],
  ['sinus-bradycardia', 0.08],
  ['atrial-premature', 0.08],
  ['ventricular-premature', 0.08],
  ['first-degree-block', 0.06],
  ['wenckebach', 0.02],
  ['mobitz-2', 0.02],
];
const paroxysmalShare = 0.1;
const shortestForEpisodesS = 25;
const bundleBlockShareAt65 = 0.06;
const ischaemiaShareOfDiseased = 0.12;
const territories: readonly Territory[] = ['septal', 'anterior', 'lateral', 'inferior'];

/** Draws rhythm, conduction and ST of a person of this age, sex and disease. */
export function heartOf(person: Person, fibrillationShareAt65: number, durationS: number, random: Random): Heart {
  const odds =
    logit(fibrillationShareAt65) + logOddsPerYear * (person.age - 65) + (person.sex === 'M' ? maleLogOdds : 0);
  const isFibrillating = random.bernoulli(1 / (1 + Math.exp(-odds)));
  const canBeEpisode = durationS >= shortestForEpisodesS && random.bernoulli(paroxysmalShare);
  const rhythm = isFibrillating ? (canBeEpisode ? 'paroxysmal-fibrillation' : 'fibrillation') : drawOther(random);
  return {
    rhythm,
    options: { ...rhythmOptions(rhythm, durationS, random), ...conductionOf(person, random), ...stOf(person, random) },
  };
}

function drawOther(random: Random): Rhythm {
  let left = random.uniform();
  for (const [rhythm, share] of otherRhythms) {
    left -= share;
    if (left < 0) return rhythm;
  }
  return 'sinus';
}

function rhythmOptions(rhythm: Rhythm, durationS: number, random: Random): Partial<EcgOptions> {
  const rate = (mean: number, deviation: number, low: number, high: number) => ({
    heartRateBpm: Math.min(high, Math.max(low, random.normal(mean, deviation))),
  });
  const sinus = () => ({ ...rate(72, 10, 56, 98), rrDeviationMs: 15 + 45 * random.uniform() });
  const premature = () => random.integer(1, Math.max(1, Math.floor(durationS / 6)));
  switch (rhythm) {
    case 'sinus':
      return sinus();
    case 'sinus-tachycardia':
      return { ...rate(115, 10, 101, 145), rrDeviationMs: 10 };
    case 'sinus-bradycardia':
      return { ...rate(50, 4, 42, 55), rrDeviationMs: 20 + 50 * random.uniform() };
    case 'atrial-premature':
      return { ...sinus(), premature: { atrial: premature() } };
    case 'ventricular-premature':
      return { ...sinus(), premature: { ventricular: premature() } };
    case 'first-degree-block':
      return { ...sinus(), avBlock: 'first-degree' };
    case 'wenckebach':
      return { ...sinus(), avBlock: 'wenckebach' };
    case 'mobitz-2':
      return { ...sinus(), avBlock: 'mobitz-2' };
    case 'fibrillation':
      return { ...rate(92, 20, 55, 150), fibrillation: 'always' };
    case 'paroxysmal-fibrillation':
      return { ...sinus(), fibrillation: [episode(durationS, random)] };
  }
}

/** A third to two thirds of the recording. */
function episode(durationS: number, random: Random) {
  const lengthS = durationS * (1 / 3 + random.uniform() / 3);
  const startS = (durationS - lengthS) * random.uniform();
  return { startS, endS: startS + lengthS };
}

function conductionOf({ age }: Person, random: Random): { conduction: Conduction } {
  const share = bundleBlockShareAt65 * Math.exp(0.04 * (age - 65));
  if (!random.bernoulli(share)) return { conduction: 'normal' };
  return { conduction: random.bernoulli(0.35) ? 'left-bundle-branch-block' : 'right-bundle-branch-block' };
}

function stOf({ diseased }: Person, random: Random): Partial<EcgOptions> {
  const isShifted = random.bernoulli(ischaemiaShareOfDiseased) && diseased;
  if (!isShifted) return {};
  const depression = random.bernoulli(0.8);
  const shiftMv = (depression ? -1 : 1) * (0.1 + 0.15 * random.uniform());
  return { stShift: { territory: random.pick(territories), shiftMv } };
}
