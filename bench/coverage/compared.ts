// Groups against each other, hospitals together and two models on the same people, as `tricuspid evaluate` and `compare` tell them.
import type { EvaluatedStudies } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { bisect } from '#lib/fairness/bisect.ts';
import { changeOfInfluence } from '#lib/report/comparison/influence-change.ts';
import {
  aurocChange,
  brierChange,
  observedExpectedChange,
  rightChange,
  type ScoredTwice,
  slopeChange,
} from '#lib/report/comparison/scored-twice.ts';
import type { ComparedResults } from '#lib/report/evaluation/compared-record.ts';
import { comparedMeasurements } from '#lib/report/evaluation/continuous/compared.ts';
import { comparedGrades } from '#lib/report/evaluation/ordinal/compared.ts';
import { comparedMasks } from '#lib/report/evaluation/segmentation/compared.ts';
import { comparedRisks } from '#lib/report/evaluation/time-to-event/compared.ts';
import { isEstimate } from '#lib/report/record.ts';
import type { Random } from '#lib/simulate/random.ts';
import { concordanceInfluence } from '#lib/validation/concordance.ts';
import { expit, logit } from '#lib/validation/logit.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import { unoInfluence } from '#lib/validation/survival/concordance.ts';
import type { Family } from './families.ts';
import { type Interval, type Scenario, shifted, told } from './scenario.ts';

interface Groups {
  /** People of the group and of the reference. */
  readonly people: readonly [number, number];
  /** Studies of each person. @default 1 */
  readonly studies?: number;
  /** Studies of a person fall into either group by chance: the sizes are those of the studies. */
  readonly both?: boolean;
}

/** Gaps between groups. */
export const comparedFamilies = (): Family[] => [
  {
    name: 'different people',
    scenarios: [
      [30, 60],
      [60, 240],
      [150, 150],
    ].map(([a, b]) => gaps({ people: [a, b] })),
  },
  {
    name: 'several studies of a person',
    scenarios: [
      [25, 50],
      [60, 120],
    ].map(([a, b]) => gaps({ people: [a, b], studies: 3 })),
  },
  {
    name: 'people in both groups',
    scenarios: [
      [30, 60],
      [80, 160],
    ].map(([a, b]) => gaps({ people: [a, b], studies: 4, both: true })),
  },
];

/** Means over hospitals. */
export const pooledFamilies = (): Family[] => [
  { name: 'hospitals alike', scenarios: [3, 6, 12].map((k) => hospitals(k, 0)) },
  { name: 'hospitals that differ', scenarios: [3, 6, 12].map((k) => hospitals(k, 1)) },
  ...[8, 19].map((most) => ({
    name: `hospitals with 5 to ${most} apart`,
    scenarios: [6, 12].flatMap((k) =>
      [0, 0.3].flatMap((tau) => [1, 2].map((centre) => gradedHospitals(k, tau, centre, [5, most]))),
    ),
  })),
];

/** Two models on the same people. */
export const sameStudiesFamilies = (): Family[] => [
  {
    name: 'two models, one study each',
    scenarios: [60, 200].flatMap((people) => [changes(people, 1), scoreChanges(people, 1)]),
  },
  {
    name: 'two models, several studies',
    scenarios: [40, 100].flatMap((people) => [changes(people, 3), scoreChanges(people, 3)]),
  },
];

interface Drawn {
  readonly person: Int32Array;
  /** 1: in the group that is compared. */
  readonly group: Int32Array;
  /** What a person adds to every study. */
  readonly own: Float64Array;
}

function drawPeople(source: Random, { people: [a, b], studies = 1, both = false }: Groups): Drawn {
  const person = Int32Array.from({ length: (a + b) * studies }, (_, row) => Math.floor(row / studies));
  const group = Int32Array.from(person, (one) => Number(both ? source.uniform() < a / (a + b) : one < a));
  const persons = Float64Array.from({ length: a + b }, () => source.normal());
  return { person, group, own: Float64Array.from(person, (one) => persons[one]) };
}

function studiesOf({ person, group }: Drawn, title: string, values: readonly string[]): EvaluatedStudies {
  const isClustered = new Set(person).size < person.length;
  return {
    rows: Uint32Array.from(person.keys()),
    keys: [],
    ...(isClustered && { clusters: person }),
    knowsSubjects: true,
    columns: [{ name: title, values, codes: Uint8Array.from(group) }],
    flow: [],
  };
}

function gapOf({ comparison }: ComparedResults, figure: string): Interval | undefined {
  const found = comparison?.gaps.find((gap) => gap.figure === figure);
  return found !== undefined && isEstimate(found.gap) ? found.gap : undefined;
}

const folded = (mean: number, deviation: number): number =>
  deviation * Math.sqrt(2 / Math.PI) * Math.exp(-(mean ** 2) / (2 * deviation ** 2)) +
  mean * (1 - 2 * normalCdf(-mean / deviation));

const common = { title: 'x', quantity: 'x', columns: { study: 'id', answer: 'a', reference: 'r' } } as const;

/** Differences 1.5 ± 5 against 1 ± 4; grades, masks and times alike in both groups. */
function gaps(of: Groups): Scenario {
  return {
    name: `gaps ${of.people} ${of.studies} ${of.both}`,
    truth: 0,
    draw(source) {
      const drawn = drawPeople(source, of);
      const { group, own } = drawn;
      const studies = studiesOf(drawn, 'Group', ['reference', 'group']);
      // The largest group is the reference: the name is by number, the sign by name.
      const sign = group.reduce((sum, one) => sum + one, 0) * 2 > group.length ? -1 : 1;
      const turned = (gap: Interval | undefined): Interval | undefined =>
        gap === undefined || sign > 0 ? gap : { lower: -gap.upper, upper: -gap.lower };
      const shared = Math.sqrt(0.3);
      const noise = (row: number): number => shared * own[row] + Math.sqrt(0.7) * source.normal();
      const difference = Float64Array.from(group, (one, row) =>
        one === 1 ? 1.5 + 5 * noise(row) : 1 + 4 * noise(row),
      );
      const zero = new Float64Array(group.length);
      const measured = comparedMeasurements({
        description: { ...common, answer: 'continuous', unit: 'mm' },
        studies,
        measurements: { first: difference, second: zero, ...(studies.clusters && { clusters: studies.clusters }) },
      });
      const graded = comparedGrades(drawGrades(source, studies, noise));
      const masks = comparedMasks(drawMasks(source, studies, noise));
      const timed = comparedRisks(drawTimes(source, studies, noise));
      const off = (gap: Interval | undefined, truth: number) => shifted(turned(gap), truth);
      const ratio = gapOf(timed, 'observedExpected/5');
      return {
        'gap of bias': off(gapOf(measured, 'bias'), 0.5),
        'gap of mean absolute error': off(gapOf(measured, 'meanAbsoluteError'), folded(1.5, 5) - folded(1, 4)),
        'gap of ordinal C': gapOf(graded, 'concordance'),
        'gap of sensitivity': gapOf(graded, 'sensitivity/1'),
        'gap of mean Dice': gapOf(masks, 'dice/x'),
        "gap of Uno's C": gapOf(timed, 'concordance'),
        'ratio of O:E': ratio && { lower: Math.log(ratio.lower), upper: Math.log(ratio.upper) },
      };
    },
  };
}

type Noise = (row: number) => number;

function drawGrades(source: Random, studies: EvaluatedStudies, noise: Noise): Parameters<typeof comparedGrades>[0] {
  const truth = Float64Array.from(studies.rows, noise);
  const gradeOf = (value: number): number => Number(value > 0) + Number(value > 1);
  return {
    description: { ...common, answer: 'ordinal', grades: [0, 1, 2] },
    studies,
    grades: ['0', '1', '2'],
    reference: Uint8Array.from(truth, gradeOf),
    answer: Uint8Array.from(truth, (value) => gradeOf(value + 0.6 * source.normal())),
    scores: truth.map((value) => value + 0.6 * source.normal()),
  };
}

/** Left-skewed, mean 0.88. */
function drawMasks(source: Random, studies: EvaluatedStudies, noise: Noise): Parameters<typeof comparedMasks>[0] {
  return {
    description: { ...common, answer: 'segmentation', structures: [{ value: 1, name: 'x' }], toleranceMm: 1 },
    studies,
    comparisons: Array.from(studies.rows, (row) => [
      comparisonOf(1 - 0.12 * Math.exp(0.5 * noise(row)) * exponential(source)),
    ]),
    withoutSpacing: 0,
    masks: { files: 0, sha256: '' },
  };
}

const exponential = (source: Random): number => -Math.log(1 - source.uniform());

const comparisonOf = (dice: number) => ({
  presence: 'both' as const,
  dice: Math.max(0, dice),
  jaccard: null,
  hausdorff95: null,
  surfaceDice: null,
});

function drawTimes(source: Random, studies: EvaluatedStudies, noise: Noise): Parameters<typeof comparedRisks>[0] {
  const x = Float64Array.from(studies.rows, noise);
  const rows = Array.from(x, (value) => {
    const [event, other, end] = [
      exponential(source) * 9 * Math.exp(-value),
      exponential(source) * 25,
      1 + 11 * source.uniform(),
    ];
    const time = Math.min(event, other, end);
    return { time, cause: time === event ? 1 : time === other ? 2 : 0 };
  });
  const risks = x.map((value) => -Math.expm1((-5 * Math.exp(0.8 * value)) / 11));
  return {
    description: {
      ...{ title: 'x', answer: 'time-to-event', event: 'x', timeUnit: 'years' },
      ...{ columns: { study: 'id', time: 't', event: 'e' }, codes: { censored: 0, event: 1, competing: [2] } },
      horizons: [{ at: 5, risk: 'r' }],
    },
    studies,
    followUp: {
      times: Float64Array.from(rows, ({ time }) => time),
      causes: Uint8Array.from(rows, ({ cause }) => cause),
      ...(studies.clusters && { clusters: studies.clusters }),
    },
    horizons: [{ at: 5, risks }],
    scores: x,
  };
}

/** Hospitals of 25 to 90 people: bias 1, logarithm of the deviation 1.4 and logit of the mean Dice 2, each ± `spread` of 1, 0.2 and 0.3. */
function hospitals(k: number, spread: number): Scenario {
  return {
    name: `hospitals ${k} ${spread}`,
    truth: 0,
    draw(source) {
      const of = Array.from({ length: k }, () => ({
        people: source.integer(25, 90),
        bias: 1 + spread * source.normal(),
        deviation: Math.exp(1.4 + 0.2 * spread * source.normal()),
        dice: expit(2 + 0.3 * spread * source.normal()),
      }));
      const group = Int32Array.from(of.flatMap(({ people }, site) => Array<number>(people).fill(site)));
      const drawn = { person: Int32Array.from(group.keys()), group, own: new Float64Array(group.length) };
      const studies = studiesOf(
        drawn,
        'site',
        of.map((_, site) => `h${site}`),
      );
      const measured = comparedMeasurements({
        description: { ...common, answer: 'continuous', unit: 'mm' },
        studies,
        measurements: {
          first: Float64Array.from(group, (site) => source.normal(of[site].bias, of[site].deviation)),
          second: new Float64Array(group.length),
        },
      });
      const masks = comparedMasks({
        ...drawMasks(source, studies, () => 0),
        comparisons: Array.from(group, (site) => [comparisonOf(1 - (1 - of[site].dice) * exponential(source))]),
      });
      const pooled = ({ between }: ComparedResults, id: string, truth: number, scale: (value: number) => number) => {
        const found = between?.measures.find((measure) => measure.id === id)?.pooled;
        if (found === undefined || 'notPooled' in found) return undefined;
        return shifted({ lower: scale(found.lower), upper: scale(found.upper) }, truth);
      };
      return {
        'mean bias over hospitals': pooled(measured, 'bias', 1, (value) => value),
        'mean deviation over hospitals': pooled(measured, 'standardDeviation', 1.4, Math.log),
        'mean Dice over hospitals': pooled(masks, 'dice/x', 2, logit),
      };
    },
  };
}

/** Hospitals of which few people are apart from the most common of three grades; logit of the ordinal C `centre` ± `tau`. */
function gradedHospitals(k: number, tau: number, centre: number, [fewest, most]: readonly number[]): Scenario {
  return {
    name: `graded hospitals ${k} ${tau} ${centre} ${fewest} ${most}`,
    truth: centre,
    draw(source) {
      const sites = Array.from({ length: k }, () => {
        const apart = source.integer(fewest, most);
        const counts = [source.integer(20, 60), apart - Math.floor(apart / 3), Math.floor(apart / 3)];
        return { counts, step: stepOf(counts, expit(source.normal(centre, tau))) };
      });
      const rows = sites.flatMap(({ counts, step }, site) =>
        counts.flatMap((count, grade) => Array.from({ length: count }, () => ({ site, grade, mean: grade * step }))),
      );
      const group = Int32Array.from(rows, ({ site }) => site);
      const drawn = { person: Int32Array.from(group.keys()), group, own: new Float64Array(group.length) };
      const reference = Uint8Array.from(rows, ({ grade }) => grade);
      const { between } = comparedGrades({
        description: { ...common, answer: 'ordinal', grades: [0, 1, 2] },
        studies: studiesOf(
          drawn,
          'site',
          sites.map((_, site) => `h${site}`),
        ),
        grades: ['0', '1', '2'],
        ...{ reference, answer: reference, scores: Float64Array.from(rows, ({ mean }) => source.normal(mean)) },
      });
      const found = between?.measures.find(({ id }) => id === 'concordance')?.pooled;
      const isTold = found !== undefined && !('notPooled' in found);
      return {
        'mean ordinal C over hospitals': isTold ? { lower: logit(found.lower), upper: logit(found.upper) } : undefined,
      };
    },
  };
}

/** How far apart the normal scores of neighbouring grades lie where this share of pairs is ordered as it should be. */
function stepOf([low, middle, high]: readonly number[], share: number): number {
  const [near, far] = [low * middle + middle * high, low * high];
  const ordered = (step: number): number =>
    (near * normalCdf(step / Math.SQRT2) + far * normalCdf((2 * step) / Math.SQRT2)) / (near + far);
  return bisect((step) => ordered(step) - share, -5, 9);
}

/** Two scores that are equally far from the truth. */
function changes(people: number, count: number): Scenario {
  return {
    name: `changes ${people} ${count}`,
    truth: 0,
    draw(source) {
      const drawn = drawPeople(source, { people: [people, 0], studies: count });
      const studies = studiesOf(drawn, 'Group', ['all']);
      const noise = (row: number): number => Math.sqrt(0.3) * drawn.own[row] + Math.sqrt(0.7) * source.normal();
      const grades = drawGrades(source, studies, noise);
      const { followUp, scores } = drawTimes(source, studies, noise);
      const blurred = (values: Float64Array): Float64Array => values.map((value) => value + 0.7 * source.normal());
      const order = (values: Float64Array) => concordanceInfluence({ scores: values, categories: grades.reference });
      const times = (values: Float64Array) => unoInfluence(followUp, values, 5) ?? { estimate: 0, influence: values };
      const change = (of: typeof times, values: Float64Array) =>
        told(changeOfInfluence(of(blurred(values)), of(blurred(values)), studies.clusters, 'C'));
      return {
        'change of ordinal C': change(order, grades.scores ?? scores),
        "change of Uno's C": change(times, scores),
      };
    },
  };
}

/** Two probabilities of yes or no that are equally far from the truth, held against thresholds of their own. */
function scoreChanges(people: number, count: number): Scenario {
  return {
    name: `score changes ${people} ${count}`,
    truth: 0,
    draw(source) {
      const { person, own } = drawPeople(source, { people: [people, 0], studies: count });
      const x = own.map((of) => Math.sqrt(0.3) * of + Math.sqrt(0.7) * source.normal());
      const scored = () => x.map((value) => expit(1.2 * value - 0.5 + 0.6 * source.normal()));
      const twice: ScoredTwice = {
        labels: Uint8Array.from(x, (value) => Number(source.bernoulli(expit(1.5 * value - 0.5)))),
        first: scored(),
        second: scored(),
        subjects: person,
      };
      const isPositive = (side: 'first' | 'second', row: number): boolean => twice[side][row] >= 0.4;
      const ratio = told(observedExpectedChange(twice));
      return {
        'change of AUROC': told(aurocChange(twice)),
        'change of the Brier score': told(brierChange(twice)),
        'change of O:E': ratio && { lower: Math.log(ratio.lower), upper: Math.log(ratio.upper) },
        'change of the calibration slope': told(slopeChange(twice)),
        'change of sensitivity': told(rightChange(twice, 1, isPositive)),
      };
    },
  };
}
