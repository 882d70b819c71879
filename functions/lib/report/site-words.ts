import type { Cohort } from '#lib/cohort/rows.ts';

/** What the sites of the cohort are: hospitals unless it says otherwise. */
export const siteWords = ({ sitesAre }: Pick<Cohort, 'sitesAre'>): string => sitesAre ?? 'hospitals';

/** One of them. */
export const siteWord = (cohort: Pick<Cohort, 'sitesAre'>): string => siteWords(cohort).slice(0, -1);
