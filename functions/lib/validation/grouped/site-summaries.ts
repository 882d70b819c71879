import { rankingEffect, ratioEffect, type SiteSummary, shareEffect, slopeEffect } from '../site-summary.ts';
import type { GroupPerformance } from './performance.ts';

/** What pooling needs of one hospital, from its figures: as `siteSummary` makes it from the rows, case-mix apart. */
export function summaryOfGroup(
  site: string,
  own: GroupPerformance,
  thresholds: readonly { readonly name: string }[],
): SiteSummary {
  const { n, events, expected } = own;
  const people = own.clusters ?? n;
  const clustered = own.clusters !== undefined;
  return {
    ...{ site, n, events },
    auroc: rankingEffect(own.withEvents, () => own.auroc),
    observedExpected: ratioEffect({ people, expected }, () => own.observedExpected),
    calibrationSlope: slopeEffect(own.slope),
    thresholds: own.thresholds.map(({ sensitivity, specificity, counts }, place) => ({
      name: thresholds[place].name,
      sensitivity: shareEffect(sensitivity, clustered ? () => counts.sensitivity : undefined),
      specificity: shareEffect(specificity, clustered ? () => counts.specificity : undefined),
    })),
    caseMix: { absent: 'the benchmark of the case-mix is not made of sums' },
  };
}
