import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { aurocAt, aurocInfluence, brierAt, brierInfluence } from '#lib/validation/survival/at-horizon.ts';
import { unoC, unoInfluence } from '#lib/validation/survival/concordance.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import { riskColumn } from '../../evaluation/studies-table.ts';
import type { TimeToEventResults } from '../../evaluation/time-to-event/record.ts';
import { timeWords } from '../../evaluation/time-to-event/words.ts';
import { changeOfExpected, changeOfInfluence } from '../influence-change.ts';
import type { EvaluationFigure } from './figures.ts';
import { clustersOf, type StudyPair, valuesOf } from './pairs.ts';

/** A figure up to a horizon, and what each study adds to it. */
interface ChangingFigure {
  readonly what: string;
  readonly figure: (followUp: FollowUp, values: Float64Array, at: number) => Estimate | CannotTell;
  readonly of: (followUp: FollowUp, values: Float64Array, at: number) => ReturnType<typeof brierInfluence> | undefined;
}

/** Figures of events in time, each change from what the same people add to both. */
export function ofTimes(one: TimeToEventResults, two: TimeToEventResults, i: number, j: number): EvaluationFigure[] {
  const [first, second] = [one.groups[i], two.groups[j]];
  const last = first.horizons[first.horizons.length - 1].at;
  const sameLast = second.horizons[second.horizons.length - 1].at === last;
  const followUpOf = (pairs: readonly StudyPair[]): FollowUp => {
    const clusters = clustersOf(pairs);
    return {
      times: valuesOf(pairs, 'first', 'time'),
      timeUnit: one.timeUnit,
      causes: Uint8Array.from(pairs, (pair) => Number(pair.first.cause)),
      ...(clusters && { clusters }),
    };
  };
  const shared = first.horizons.flatMap((horizon) => {
    const other = second.horizons.find(({ at }) => at === horizon.at);
    return other === undefined ? [] : [[horizon, other] as const];
  });
  const hasRisk = (results: TimeToEventResults, at: number) => results.calibration.some((of) => of.at === at);
  const changing =
    (column: (results: TimeToEventResults) => string, at: number, { what, figure, of }: ChangingFigure) =>
    (pairs: readonly StudyPair[]): Estimate | CannotTell => {
      const followUp = followUpOf(pairs);
      const values = [valuesOf(pairs, 'first', column(one)), valuesOf(pairs, 'second', column(two))] as const;
      // What cannot be told of either, for too few events or because all scores are equal, has no change either.
      const untold = values.map((own) => figure(followUp, own, at)).find(isCannotTell);
      if (untold !== undefined) return untold;
      const [a, b] = values.map((own) => of(followUp, own, at));
      const n = pairs.length;
      if (a === undefined || b === undefined || !Number.isFinite(a.estimate) || !Number.isFinite(b.estimate))
        return { cannotTell: 'of no two people is it known who had the event first', n, events: n };
      return changeOfInfluence(a, b, followUp.clusters, what);
    };
  return [
    ...(sameLast
      ? [
          {
            ...({ name: `Uno's C, up to ${timeWords(one, last)}`, style: 'fraction', isRatio: false } as const),
            ...{ first: first.unoC, second: second.unoC },
            paired: changing(() => 'score', last, {
              what: "Uno's C",
              figure: (followUp, scores, horizon) => unoC(followUp, scores, { horizon }),
              of: unoInfluence,
            }),
          },
        ]
      : []),
    ...shared.flatMap(([horizon, other]): EvaluationFigure[] => {
      const { at } = horizon;
      const when = timeWords(one, at);
      const risks = (results: TimeToEventResults): string => (hasRisk(results, at) ? riskColumn(at) : 'score');
      const common = { style: 'fraction', isRatio: false } as const;
      return [
        {
          ...{ ...common, name: `AUROC at ${when}`, first: horizon.auroc, second: other.auroc },
          paired: changing(risks, at, { what: 'AUROC', figure: aurocAt, of: aurocInfluence }),
        },
        ...(horizon.brier === null || other.brier === null
          ? []
          : [
              {
                ...{ ...common, name: `Brier score at ${when}`, first: horizon.brier, second: other.brier },
                paired: changing(risks, at, { what: 'Brier score', figure: brierAt, of: brierInfluence }),
              },
            ]),
        ...(horizon.observedExpected === null || other.observedExpected === null
          ? []
          : [
              {
                ...({ name: `O:E at ${when}`, style: 'ratio', isRatio: true } as const),
                ...{ first: horizon.observedExpected, second: other.observedExpected },
                paired: (pairs: readonly StudyPair[]) =>
                  changeOfExpected(
                    valuesOf(pairs, 'first', riskColumn(at)),
                    valuesOf(pairs, 'second', riskColumn(at)),
                    clustersOf(pairs),
                  ),
              },
            ]),
        ...(horizon.slope === null || other.slope === null
          ? []
          : [
              {
                ...({ name: `Calibration slope at ${when}`, style: 'ratio', isRatio: false } as const),
                ...{ first: horizon.slope, second: other.slope },
              },
            ]),
      ];
    }),
  ];
}
