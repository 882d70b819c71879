import type { TimeToEventAnswers } from '#lib/cohort/evaluation/time-to-event-answers.ts';
import { sum } from '#lib/validation/sum.ts';
import { aurocAt, brierAt } from '#lib/validation/survival/at-horizon.ts';
import { slopeAt } from '#lib/validation/survival/calibration-at.ts';
import { harrellC, unoC } from '#lib/validation/survival/concordance.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import { medianFollowUp, withoutCompeting } from '#lib/validation/survival/follow-up-time.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
import { comparedRisks } from './compared.ts';
import { horizonCalibration, riskGroups } from './curves.ts';
import { followUpOf, incidenceAt, ratioAt } from './follow-up-of-rows.ts';
import type { HorizonResult, TimeToEventGroup, TimeToEventResults } from './record.ts';

/** Discrimination and calibration of risks of an event in time: all studies, by site and group. */
export function timeToEventResults(answers: TimeToEventAnswers): TimeToEventResults {
  const { description, studies, followUp, horizons } = answers;
  return {
    kind: 'time-to-event',
    event: description.event,
    timeUnit: description.timeUnit,
    hasCompeting: (description.codes.competing ?? []).length > 0,
    ownScore: description.columns.score !== undefined,
    groups: groupsOf(studies).map((group) => groupResults(answers, group)),
    calibration: horizons.flatMap(({ at, risks }) => (risks === null ? [] : [horizonCalibration(followUp, risks, at)])),
    riskGroups: riskGroups(answers),
    ...comparedRisks(answers),
  };
}

function groupResults(answers: TimeToEventAnswers, { group, value, places }: GroupPlaces): TimeToEventGroup {
  const own = followUpOf(answers.followUp, places);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(places, (place) => values[place]);
  const scores = pick(answers.scores);
  const hasCompeting = (answers.description.codes.competing ?? []).length > 0;
  const last = answers.horizons[answers.horizons.length - 1].at;
  const harrell = harrellC(withoutCompeting(own), scores, { horizon: last });
  return {
    group,
    value,
    medianFollowUp: medianFollowUp(own) ?? null,
    harrellC:
      hasCompeting && 'method' in harrell
        ? { ...harrell, method: `${harrell.method}, competing events as never` }
        : harrell,
    unoC: unoC(own, scores, { horizon: last }),
    horizons: answers.horizons.map(({ at, risks }) =>
      horizonResult(own, { at, hasCompeting, scores, risks: risks === null ? null : pick(risks) }),
    ),
  };
}

interface AtHorizon {
  readonly at: number;
  readonly hasCompeting: boolean;
  readonly scores: Float64Array;
  readonly risks: Float64Array | null;
}

function horizonResult(own: FollowUp, { at, hasCompeting, scores, risks }: AtHorizon): HorizonResult {
  const { times, causes } = own;
  const count = (is: (row: number) => boolean): number => times.reduce((n, _, row) => n + Number(is(row)), 0);
  return {
    at,
    events: count((row) => causes[row] === 1 && times[row] <= at),
    competing: hasCompeting ? count((row) => causes[row] > 1 && times[row] <= at) : null,
    censored: count((row) => causes[row] === 0 && times[row] <= at),
    beyond: count((row) => times[row] > at),
    observed: incidenceAt(own, at),
    expected: risks === null || risks.length === 0 ? null : sum(risks) / risks.length,
    observedExpected: risks === null ? null : ratioAt(own, risks, at),
    auroc: aurocAt(own, risks ?? scores, at),
    brier: risks === null ? null : brierAt(own, risks, at),
    slope: risks === null ? null : slopeAt(own, risks, at),
  };
}
