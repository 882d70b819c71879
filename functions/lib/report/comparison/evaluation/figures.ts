// Which figures of two evaluations of one kind are compared, and how the change is made from the same studies.
import { numberClusters } from '#lib/validation/cluster-totals.ts';
import { concordanceInfluence } from '#lib/validation/concordance.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import { sum } from '#lib/validation/sum.ts';
import { aurocInfluence, brierInfluence } from '#lib/validation/survival/at-horizon.ts';
import { unoInfluence } from '#lib/validation/survival/concordance.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import type { ContinuousResults } from '../../evaluation/continuous/record.ts';
import { measureStyle } from '../../evaluation/continuous/words.ts';
import type { OrdinalResults } from '../../evaluation/ordinal/record.ts';
import { weightedKappa } from '../../evaluation/ordinal/words.ts';
import type { SegmentationResults } from '../../evaluation/segmentation/record.ts';
import {
  type KeptResults,
  labelColumn,
  riskColumn,
  type StudyLine,
  structureColumn,
} from '../../evaluation/studies-table.ts';
import type { TimeToEventResults } from '../../evaluation/time-to-event/record.ts';
import { timeWords } from '../../evaluation/time-to-event/words.ts';
import type { FigureStyle } from '../../format.ts';
import type { Figure } from '../../record.ts';
import { ofClasses, ofLabels } from './class-figures.ts';
import { changeOfInfluence, changeOfShare, clustersOf, type StudyPair, valuesOf } from './pairs.ts';

/** One figure of a group in both reports. */
export interface EvaluationFigure {
  readonly name: string;
  readonly style: FigureStyle;
  /** Changes are said as second by first. */
  readonly isRatio: boolean;
  readonly first: Figure;
  readonly second: Figure;
  /** Of the same studies; absent where it is made from the two figures. */
  readonly paired?: (pairs: readonly StudyPair[]) => Estimate | CannotTell;
}

/** The figures of a group, by its places in both results. */
export function comparedFigures(one: KeptResults, two: KeptResults, i: number, j: number): EvaluationFigure[] {
  if (one.kind === 'continuous' && two.kind === 'continuous') return ofMeasurements(one, two, i, j);
  if (one.kind === 'time-to-event' && two.kind === 'time-to-event') return ofTimes(one, two, i, j);
  if (one.kind === 'ordinal' && two.kind === 'ordinal') return ofGrades(one, two, i, j);
  if (one.kind === 'segmentation' && two.kind === 'segmentation') return ofMasks(one, two, i, j);
  if (one.kind === 'classes' && two.kind === 'classes') return ofClasses(one, two, i, j);
  if (one.kind === 'labels' && two.kind === 'labels') return ofLabels(one, two, i, j);
  throw new Error(`compare: found ${one.kind} and ${two.kind}, allowed one and the same kind`);
}

/** Whether both reports hold a study against the same reference. */
export function sameReference(results: KeptResults): (pair: StudyPair) => boolean {
  const same =
    (...columns: string[]) =>
    ({ first, second }: StudyPair) =>
      columns.every((column) => first[column] === second[column]);
  switch (results.kind) {
    case 'continuous':
    case 'ordinal':
    case 'classes':
      return same('reference');
    case 'labels':
      return same(...results.labels.map(({ name }) => labelColumn(name, 'reference')));
    case 'time-to-event':
      return same('time', 'cause');
    case 'segmentation': {
      const names = results.groups[0].structures.map(({ structure }) => structureColumn(structure, 'presence'));
      const isDrawn = (presence: unknown): boolean => presence === 'both' || presence === 'missed';
      return ({ first, second }) => names.every((name) => isDrawn(first[name]) === isDrawn(second[name]));
    }
  }
}

function ofMeasurements(one: ContinuousResults, two: ContinuousResults, i: number, j: number): EvaluationFigure[] {
  const [first, second] = [one.groups[i], two.groups[j]];
  const common = { style: measureStyle(one), isRatio: false };
  const errors = (pairs: readonly StudyPair[], side: keyof StudyPair): Float64Array => {
    const references = valuesOf(pairs, side, 'reference');
    return valuesOf(pairs, side, 'answer').map((answer, row) => answer - references[row]);
  };
  const most = one.acceptableDifference === two.acceptableDifference ? one.acceptableDifference : null;
  return [
    {
      ...{ ...common, name: `Bias, ${one.unit}`, first: first.bias, second: second.bias },
      paired: (pairs) => changeOfPeople(errors(pairs, 'first'), errors(pairs, 'second'), clustersOf(pairs)),
    },
    {
      ...{ ...common, name: `Mean absolute error, ${one.unit}` },
      ...{ first: first.meanAbsoluteError, second: second.meanAbsoluteError },
      paired: (pairs) =>
        pairedMeans({
          first: errors(pairs, 'first').map(Math.abs),
          second: errors(pairs, 'second').map(Math.abs),
          clusters: clustersOf(pairs),
        }),
    },
    { ...common, name: `Lower limit of agreement, ${one.unit}`, first: first.lowerLimit, second: second.lowerLimit },
    { ...common, name: `Upper limit of agreement, ${one.unit}`, first: first.upperLimit, second: second.upperLimit },
    ...(most === null || first.acceptable === null || second.acceptable === null
      ? []
      : [
          {
            ...({ name: `Within ${most} ${one.unit}`, style: 'percent', isRatio: false } as const),
            ...{ first: first.acceptable.share, second: second.acceptable.share },
            paired: (pairs: readonly StudyPair[]) =>
              changeOfShare(pairs, (side) =>
                Uint8Array.from(errors(pairs, side), (error) => Number(Math.abs(error) <= most * (1 + 1e-9))),
              ),
          },
        ]),
  ];
}

/** Each person once, as in the bias. */
function changeOfPeople(first: Float64Array, second: Float64Array, clusters: Int32Array | undefined) {
  if (clusters === undefined) return pairedMeans({ first, second });
  const { places, count } = numberClusters(clusters);
  const [sizes, one, two] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  places.forEach((person, row) => {
    sizes[person]++;
    one[person] += first[row];
    two[person] += second[row];
  });
  return pairedMeans({
    first: one.map((total, person) => total / sizes[person]),
    second: two.map((total, person) => total / sizes[person]),
  });
}

function ofTimes(one: TimeToEventResults, two: TimeToEventResults, i: number, j: number): EvaluationFigure[] {
  const [first, second] = [one.groups[i], two.groups[j]];
  const last = first.horizons[first.horizons.length - 1].at;
  const sameLast = second.horizons[second.horizons.length - 1].at === last;
  const followUpOf = (pairs: readonly StudyPair[]): FollowUp => {
    const clusters = clustersOf(pairs);
    return {
      times: valuesOf(pairs, 'first', 'time'),
      causes: Uint8Array.from(pairs, (pair) => Number(pair.first.cause)),
      ...(clusters && { clusters }),
    };
  };
  const shared = first.horizons.flatMap((horizon) => {
    const other = second.horizons.find(({ at }) => at === horizon.at);
    return other === undefined ? [] : [[horizon, other] as const];
  });
  const hasRisk = (results: TimeToEventResults, at: number) => results.calibration.some((of) => of.at === at);
  const influenced = (
    pairs: readonly StudyPair[],
    column: (results: TimeToEventResults) => string,
    what: string,
    of: (followUp: FollowUp, values: Float64Array) => ReturnType<typeof brierInfluence> | undefined,
  ): Estimate | CannotTell => {
    const followUp = followUpOf(pairs);
    const [a, b] = [
      of(followUp, valuesOf(pairs, 'first', column(one))),
      of(followUp, valuesOf(pairs, 'second', column(two))),
    ];
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
            paired: (pairs: readonly StudyPair[]) =>
              influenced(
                pairs,
                () => 'score',
                "Uno's C",
                (followUp, scores) => unoInfluence(followUp, scores, last),
              ),
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
          paired: (pairs) =>
            influenced(pairs, risks, 'AUROC', (followUp, scores) => aurocInfluence(followUp, scores, at)),
        },
        ...(horizon.brier === null || other.brier === null
          ? []
          : [
              {
                ...{ ...common, name: `Brier score at ${when}`, first: horizon.brier, second: other.brier },
                paired: (pairs: readonly StudyPair[]) =>
                  influenced(pairs, risks, 'Brier score', (followUp, scores) => brierInfluence(followUp, scores, at)),
              },
            ]),
        ...(horizon.observedExpected === null || other.observedExpected === null
          ? []
          : [
              {
                ...({ name: `O:E at ${when}`, style: 'ratio', isRatio: true } as const),
                ...{ first: horizon.observedExpected, second: other.observedExpected },
                paired: (pairs: readonly StudyPair[]) => changeOfExpected(pairs, riskColumn(at)),
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

/** Of the same people the same is observed: O:E changes by the ratio of the mean risks. */
function changeOfExpected(pairs: readonly StudyPair[], column: string): Estimate | CannotTell {
  const side = (of: keyof StudyPair) => {
    const risks = valuesOf(pairs, of, column);
    const mean = sum(risks) / risks.length;
    return { estimate: -Math.log(mean), influence: risks.map((risk) => -(risk - mean) / (mean * risks.length)) };
  };
  const change = changeOfInfluence(side('first'), side('second'), clustersOf(pairs), 'the mean risk');
  if ('cannotTell' in change) return change;
  const { estimate, lower, upper } = change;
  return { ...change, estimate: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
}

function ofGrades(one: OrdinalResults, two: OrdinalResults, i: number, j: number): EvaluationFigure[] {
  const [first, second] = [one.groups[i], two.groups[j]];
  const place = (line: StudyLine): number => one.grades.indexOf(String(line.answer));
  const reference = ({ first: line }: StudyPair): number => one.grades.indexOf(String(line.reference));
  const ranking = (pairs: readonly StudyPair[], side: keyof StudyPair) =>
    concordanceInfluence({
      scores: Float64Array.from(pairs, (pair) =>
        pair[side].score === null ? place(pair[side]) : Number(pair[side].score),
      ),
      categories: Uint8Array.from(pairs, reference),
    });
  const cuts = first.group === null ? one.agreement.cuts : [];
  const share = { style: 'percent', isRatio: false } as const;
  return [
    {
      ...{ ...share, name: 'Same grade', first: first.agreement.same, second: second.agreement.same },
      paired: (pairs) =>
        changeOfShare(pairs, (side) =>
          Uint8Array.from(pairs, (pair) => Number(pair[side].answer === pair[side].reference)),
        ),
    },
    {
      ...{ name: one.grades.length > 2 ? 'Kappa, quadratic weights' : 'Kappa', style: 'ratio', isRatio: false },
      ...{ first: weightedKappa(first.agreement), second: weightedKappa(second.agreement) },
    },
    {
      ...{ name: 'Concordance (ordinal C)', style: 'fraction', isRatio: false },
      ...{ first: first.concordance, second: second.concordance },
      paired: (pairs) =>
        new Set(pairs.map(reference)).size < 2
          ? { cannotTell: 'all rows have the same outcome', n: pairs.length, events: pairs.length }
          : changeOfInfluence(ranking(pairs, 'first'), ranking(pairs, 'second'), clustersOf(pairs), 'concordance'),
    },
    ...cuts.flatMap((cut, k): EvaluationFigure[] => {
      const other = two.agreement.cuts[k];
      const among = (above: boolean) => (pairs: readonly StudyPair[]) => {
        const own = pairs.filter((pair) => reference(pair) > k === above);
        return changeOfShare(own, (side) => Uint8Array.from(own, (pair) => Number(place(pair[side]) > k === above)));
      };
      return [
        {
          ...{ ...share, name: `Sensitivity, ${cut.from} or above` },
          ...{ first: cut.sensitivity, second: other.sensitivity, paired: among(true) },
        },
        {
          ...{ ...share, name: `Specificity, ${cut.from} or above` },
          ...{ first: cut.specificity, second: other.specificity, paired: among(false) },
        },
      ];
    }),
  ];
}

function ofMasks(one: SegmentationResults, two: SegmentationResults, i: number, j: number): EvaluationFigure[] {
  return one.groups[i].structures.flatMap(({ structure, measures }, k): EvaluationFigure[] => {
    const other = two.groups[j].structures[k].measures;
    const named = [
      ['dice', `Dice, ${structure}`, 'fraction'],
      ['surfaceDice', `Surface Dice, ${structure}`, 'fraction'],
      ['hausdorff95', `Hausdorff-95, ${structure}, mm`, 'tenths'],
    ] as const;
    return named.map(([measure, name, style]) => ({
      ...{ name, style, isRatio: false, first: measures[measure].mean, second: other[measure].mean },
      paired: (pairs) => {
        const column = structureColumn(structure, measure);
        const told = pairs.filter(({ first, second }) => first[column] !== null && second[column] !== null);
        return pairedMeans({
          first: valuesOf(told, 'first', column),
          second: valuesOf(told, 'second', column),
          clusters: clustersOf(told),
        });
      },
    }));
  });
}
