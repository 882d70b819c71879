import type { Measurements } from '#functions/study.ts';

export interface Population {
  readonly age?: { readonly minimumYears: number; readonly maximumYears: number } | undefined;
  readonly sex?: readonly ('F' | 'M')[] | undefined;
}

/** `age-outside` or `sex-outside` where a study says an age in years or a sex that the model does not accept. */
export function outsidePopulation({ age, sex }: Population, study: Measurements): string | undefined {
  const years = study.age;
  if (age && typeof years === 'number' && (years < age.minimumYears || years > age.maximumYears)) return 'age-outside';
  if (sex && study.sex !== undefined && !sex.some((accepted) => accepted === study.sex)) return 'sex-outside';
  return undefined;
}
