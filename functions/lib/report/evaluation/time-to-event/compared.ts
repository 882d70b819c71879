import type { TimeToEventAnswers } from '#lib/cohort/evaluation/time-to-event-answers.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { sum } from '#lib/validation/sum.ts';
import { slopeAt } from '#lib/validation/survival/calibration-at.ts';
import { unoC, unoInfluence } from '#lib/validation/survival/concordance.ts';
import { incidenceInfluence } from '#lib/validation/survival/cumulative-incidence.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import { comparedStudies, type FigureRule, type GroupSample } from '../compared.ts';
import type { ComparedResults } from '../compared-record.ts';
import { followUpOf, ratioAt } from './follow-up-of-rows.ts';
import { timeWords } from './words.ts';

/**
 * Uno's C on the logit, O:E at each horizon on the logarithm, slope as it is (Debray and others, doi 10.1177/0962280218785504). Uno's and not
 * Harrell's C, because hospitals and groups are followed for different times.
 */
export function comparedRisks({
  description,
  studies,
  followUp,
  scores,
  horizons,
}: TimeToEventAnswers): ComparedResults {
  const { acceptableGap = {} } = description;
  const given = horizons.flatMap(({ at, risks }) => (risks === null ? [] : [{ at, risks }]));
  const last = horizons[horizons.length - 1].at;
  const rules = given.flatMap(({ at }, k): FigureRule[] => {
    const when = timeWords(description, at);
    const isLast = k === given.length - 1;
    return [
      {
        ...{ id: ratioId(at), name: `O:E at ${when}`, pooledOn: 'log', gap: isLast ? 'ratio' : null, ideal: 1 },
        acceptableGap: acceptableGap.observedExpected,
      },
      { id: slopeId(at), name: `Calibration slope at ${when}`, pooledOn: 'identity', gap: null, ideal: 1 },
    ];
  });
  return comparedStudies({
    studies,
    rules: [
      {
        ...{ id: 'concordance', name: `Uno's C, up to ${timeWords(description, last)}`, pooledOn: 'logit' },
        ...{ gap: 'bounded', ideal: 0.5, acceptableGap: acceptableGap.concordance },
      },
      ...rules,
    ],
    samplesOf: (places) => {
      const own = followUpOf(followUp, places);
      const pick = (values: Float64Array): Float64Array => Float64Array.from(places, (place) => values[place]);
      return [
        rankingSample(own, pick(scores), last),
        ...given.flatMap(({ at, risks }) => riskSamples(own, pick(risks), at)),
      ];
    },
  });
}

export const ratioId = (horizon: number): string => `observedExpected/${horizon}`;
export const slopeId = (horizon: number): string => `slope/${horizon}`;

function rankingSample(own: FollowUp, scores: Float64Array, horizon: number): GroupSample {
  const figure = unoC(own, scores, { horizon });
  const influence = isCannotTell(figure) ? undefined : unoInfluence(own, scores, horizon)?.influence;
  return { kind: 'figure', figure, clusters: own.clusters, influence: influence ?? new Float64Array(scores.length) };
}

/** O:E with what each row adds to the incidence, the mean risk taken as fixed, and the slope. */
function riskSamples(own: FollowUp, risks: Float64Array, at: number): GroupSample[] {
  const ratio = ratioAt(own, risks, at);
  const expected = sum(risks) / risks.length;
  const influence = isCannotTell(ratio)
    ? new Float64Array(risks.length)
    : incidenceInfluence(own, at).influence.map((value) => value / expected);
  const slope = slopeAt(own, risks, at);
  return [
    { kind: 'figure', figure: ratio, clusters: own.clusters, influence },
    { kind: 'error', figure: slope, standardError: waldError(slope) },
  ];
}

const waldError = (figure: Estimate | CannotTell): number =>
  isCannotTell(figure) ? 0 : (figure.upper - figure.lower) / 2 / normalMultiplier(figure.level);
