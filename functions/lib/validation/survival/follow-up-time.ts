import type { FollowUp } from './follow-up.ts';
import { productLimit } from './product-limit.ts';

/** Median time of follow-up by the reverse Kaplan-Meier method (Schemper and Smith 1996, doi 10.1016/0197-2456(96)00075-X); undefined where fewer than half were censored early enough. */
export function medianFollowUp(followUp: FollowUp): number | undefined {
  const { times, survival } = productLimit(followUp, (cause) => cause === 0);
  const place = survival.findIndex((share) => share <= 0.5);
  return place < 0 ? undefined : times[place];
}

/**
 * The same people with competing events as never having the event: then Harrell's C counts whoever had the event as earlier than they
 * (Wolbers et al. 2009, doi 10.1097/EDE.0b013e3181a39056).
 */
export function withoutCompeting({ times, causes, ...rest }: FollowUp): FollowUp {
  const last = times.reduce((most, time) => Math.max(most, time), 0) + 1;
  return {
    ...rest,
    times: times.map((time, row) => (causes[row] > 1 ? last : time)),
    causes: causes.map((cause) => Number(cause === 1)),
  };
}
