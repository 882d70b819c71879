// One invented person referred for angiography: latent disease first, then what the tests show.
// Parameters are the pooled figures of the 920 people of the UCI heart disease database by angiographic result
// (doi 10.24432/C52P4X, CC BY 4.0; directions of effect as in Detrano et al., Am J Cardiol 64:304-310, 1989), counted
// from its four processed files and rounded. Tests are drawn independently given disease and presentation.
import type { MeasurementName } from '#lib/formats/vocabulary.ts';
import type { Random } from './random.ts';

export interface CaseMix {
  /** Share with disease among people of the site's mean age and mix of sexes. */
  readonly prevalence: number;
  readonly maleShare: number;
  readonly meanAgeYears: number;
  readonly ageDeviationYears: number;
}

export interface Person {
  readonly sex: 'F' | 'M';
  readonly age: number;
  readonly diseased: boolean;
  /** All tests, in the units of the vocabulary, before anything goes missing. */
  readonly measured: Readonly<Record<MeasurementName, number | string>>;
}

/** 90 % of men and 65 % of women's share among the diseased and the others: an odds ratio of 4.85. */
const maleLogOdds = Math.log(4.85);
/** Mean ages 55.9 and 50.5, pooled deviation 9 years: (55.9 - 50.5) / 9². */
const ageLogOddsPerYear = 0.066;
/**
 * Share of people whose tests look like those of the other group. Without it, independent tests would add up to a
 * discrimination that no hospital sees (single tests overlap, and they overlap in the same people).
 */
const atypicalShare = 0.12;

/** What tests show in people without (0) and with (1) narrowing above 50 %. */
const presentations = [
  {
    age: 50.5,
    bloodPressure: 129.9,
    cholesterol: 240,
    heartRate: 148.8,
    noStDepression: 0.64,
    stDepression: 1.16,
    exerciseAngina: [0.86, 0.14],
    fastingSugar: [0.89, 0.11],
    chestPain: [0.063, 0.365, 0.319, 0.253],
    restingEcg: [0.652, 0.148, 0.2],
    slope: [0.573, 0.362, 0.065],
    vessels: [0.806, 0.127, 0.048, 0.019],
    thallium: [0.738, 0.059, 0.203],
  },
  {
    age: 55.9,
    bloodPressure: 134.3,
    cholesterol: 254,
    heartRate: 128.3,
    noStDepression: 0.29,
    stDepression: 1.8,
    exerciseAngina: [0.4, 0.6],
    fastingSugar: [0.78, 0.22],
    chestPain: [0.039, 0.047, 0.144, 0.77],
    restingEcg: [0.558, 0.233, 0.209],
    slope: [0.198, 0.677, 0.125],
    vessels: [0.333, 0.319, 0.23, 0.118],
    thallium: [0.235, 0.142, 0.623],
  },
] as const;

/** Draws a person of this case mix. */
export function simulatePerson(random: Random, mix: CaseMix): Person {
  const sex = random.bernoulli(mix.maleShare) ? 'M' : 'F';
  const age = within(Math.round(random.normal(mix.meanAgeYears, mix.ageDeviationYears)), 25, 95);
  const diseased = random.bernoulli(diseaseProbability(sex, age, mix));
  const atypical = random.bernoulli(atypicalShare);
  return { sex, age, diseased, measured: simulateTests(random, sex, age, diseased !== atypical ? 1 : 0) };
}

function diseaseProbability(sex: 'F' | 'M', age: number, mix: CaseMix): number {
  const base = Math.log(mix.prevalence / (1 - mix.prevalence));
  const bySex = maleLogOdds * ((sex === 'M' ? 1 : 0) - mix.maleShare);
  return 1 / (1 + Math.exp(-(base + bySex + ageLogOddsPerYear * (age - mix.meanAgeYears))));
}

function simulateTests(random: Random, sex: 'F' | 'M', age: number, presentation: 0 | 1): Person['measured'] {
  const shown = presentations[presentation];
  const olderYears = age - shown.age;
  const cholesterol = shown.cholesterol + (sex === 'F' ? 10 : -3);
  return {
    age,
    sex,
    chestPain: drawn(random, [1, 2, 3, 4], shown.chestPain),
    restingBloodPressure: within(Math.round(random.normal(shown.bloodPressure + 0.5 * olderYears, 17.5)), 80, 220),
    cholesterol: within(Math.round(random.normal(cholesterol, 57)), 100, 600),
    fastingBloodSugarOver120: drawn(random, [0, 1], shown.fastingSugar),
    restingEcg: drawn(random, [0, 1, 2], shown.restingEcg),
    maximumHeartRate: within(Math.round(random.normal(shown.heartRate - 0.8 * olderYears, 22)), 60, 205),
    exerciseAngina: drawn(random, [0, 1], shown.exerciseAngina),
    stDepression: random.bernoulli(shown.noStDepression) ? 0 : stDepressionMm(random, shown.stDepression),
    stSlope: drawn(random, [1, 2, 3], shown.slope),
    majorVessels: drawn(random, [0, 1, 2, 3], shown.vessels),
    thallium: drawn(random, [3, 6, 7], shown.thallium),
  };
}

/** Exponential above the smallest depression that readers note, 0.1 mm, rounded to 0.1 mm. */
function stDepressionMm(random: Random, meanMm: number): number {
  const depression = 0.1 - (meanMm - 0.1) * Math.log(1 - random.uniform());
  return Math.round(within(depression, 0.1, 6.2) * 10) / 10;
}

function drawn(random: Random, values: readonly number[], shares: readonly number[]): number {
  let left = random.uniform();
  for (const [index, share] of shares.entries()) {
    left -= share;
    if (left < 0) return values[index];
  }
  return values[values.length - 1];
}

function within(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
