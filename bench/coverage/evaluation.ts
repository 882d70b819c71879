import type { Random } from '#lib/simulate/random.ts';
import { random } from '#lib/simulate/random.ts';
import { meanAbsoluteError } from '#lib/validation/agreement/absolute-error.ts';
import { blandAltman } from '#lib/validation/agreement/bland-altman.ts';
import { calibrationLine } from '#lib/validation/agreement/calibration-line.ts';
import { intraclass } from '#lib/validation/agreement/intraclass.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { meanOfRows } from '#lib/validation/mean-of-rows.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import { aurocAt, brierAt, observedExpectedAt } from '#lib/validation/survival/at-horizon.ts';
import { slopeAt } from '#lib/validation/survival/calibration-at.ts';
import { harrellC, unoC } from '#lib/validation/survival/concordance.ts';
import { cumulativeIncidence } from '#lib/validation/survival/cumulative-incidence.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import { withoutCompeting } from '#lib/validation/survival/follow-up-time.ts';
import type { Family } from './families.ts';
import { type Scenario, shifted, told } from './scenario.ts';

/** Figures of `tricuspid evaluate` for continuous answers. */
export const measurementFamilies = (): Family[] => [
  {
    name: 'a measurement, few people',
    scenarios: [
      agreementScenario({ people: 15 }),
      agreementScenario({ people: 40 }),
      agreementScenario({ people: 150 }),
    ],
  },
  {
    name: 'a measurement, several studies of a person',
    scenarios: [
      agreementScenario({ people: 20, studies: 3 }),
      agreementScenario({ people: 60, studies: 4 }),
      agreementScenario({ people: 40, studies: 9, uneven: true }),
    ],
  },
];

/** Its figures for risks of an event in time. */
export const timeFamilies = (): Family[] => [
  {
    name: 'an event in time',
    scenarios: [timeScenario({ people: 150, competing: false }), timeScenario({ people: 500, competing: false })],
  },
  {
    name: 'an event in time, competing events',
    scenarios: [timeScenario({ people: 200, competing: true }), timeScenario({ people: 600, competing: true })],
  },
  {
    name: 'an event in time, several studies of a person',
    scenarios: [timeScenario({ people: 150, competing: false, studies: 3 })],
  },
];

interface Agreement {
  readonly people: number;
  /** Studies of each person; uneven: from one to this. @default 1 */
  readonly studies?: number;
  readonly uneven?: boolean;
}

/** Truth 52 ± 10, a person's own part 8; answer 2 + 0.9 truth. Errors of a person 2 and 3, of a study 3 and 4. */
function agreementScenario({ people, studies = 1, uneven = false }: Agreement): Scenario {
  const [own, change, personal, single] = [64, 36, [9, 4], [16, 9]];
  const truth = own + change;
  const variance = [0.81 * truth + personal[0] + single[0], truth + personal[1] + single[1]];
  const covariance = 0.9 * truth;
  const bias = 2 - 0.1 * 52;
  const deviation = Math.sqrt(variance[0] + variance[1] - 2 * covariance);
  const folded =
    deviation * Math.sqrt(2 / Math.PI) * Math.exp(-(bias ** 2) / (2 * deviation ** 2)) +
    bias * (1 - 2 * normalCdf(-bias / deviation));
  return {
    name: `agreement ${people} ${studies} ${uneven}`,
    truth: 0,
    draw(source) {
      const clusters = Int32Array.from(clusterNumbers(source, people, studies, uneven));
      const persons = Array.from({ length: people }, () => [
        source.normal(52, Math.sqrt(own)),
        source.normal(0, Math.sqrt(personal[0])),
        source.normal(0, Math.sqrt(personal[1])),
      ]);
      const truths = Float64Array.from(clusters, (person) => persons[person][0] + source.normal(0, Math.sqrt(change)));
      const first = truths.map(
        (value, row) => 2 + 0.9 * value + persons[clusters[row]][1] + source.normal(0, Math.sqrt(single[0])),
      );
      const second = truths.map(
        (value, row) => value + persons[clusters[row]][2] + source.normal(0, Math.sqrt(single[1])),
      );
      const shared = studies === 1 ? {} : { clusters };
      const pairs = { first, second, ...shared };
      const limits = blandAltman(pairs);
      const line = calibrationLine(pairs);
      const rated = { raters: [first, second], ...shared };
      const off = (answer: Parameters<typeof told>[0], value: number) => shifted(told(answer), value);
      return {
        bias: 'cannotTell' in limits ? undefined : shifted(limits.bias, bias),
        'limit of agreement':
          'cannotTell' in limits ? undefined : shifted(limits.lowerLimit, bias - 1.959964 * deviation),
        'mean absolute error': off(meanAbsoluteError(pairs), folded),
        'ICC(2,1)': off(intraclass(rated, 'agreement'), (2 * covariance) / (variance[0] + variance[1] + bias ** 2)),
        'ICC(3,1)': off(intraclass(rated, 'consistency'), (2 * covariance) / (variance[0] + variance[1])),
        'slope of the reference': 'cannotTell' in line ? undefined : shifted(line.slope, covariance / variance[0]),
        mean: off(meanOfRows(second, studies === 1 ? undefined : clusters), 52),
      };
    },
  };
}

function* clusterNumbers(source: Random, people: number, studies: number, uneven: boolean): Generator<number> {
  for (let person = 0; person < people; person++) {
    const count = uneven ? source.integer(1, studies) : studies;
    for (let study = 0; study < count; study++) yield person;
  }
}

interface Times {
  readonly people: number;
  readonly competing: boolean;
  /** Studies of each person, whose log hazards are alike. @default 1 */
  readonly studies?: number;
}

const HORIZON = 5;

/** Hazard e^x / 12 with x normal, predicted as e^(0.8 x) / 14; censored evenly from 1 to 12; a competing hazard of 1 / 25. */
function timeScenario({ people, competing, studies = 1 }: Times): Scenario {
  // Slow, and not needed by whoever asks for another family: drawn when it is first looked at.
  let truth: ((name: string) => number) | undefined;
  return {
    name: `times ${people} ${competing} ${studies}`,
    truth: 0,
    draw(source) {
      const figures = figuresOf(drawTimes(source, people, { competing, studies, censored: true }));
      truth ??= timeTruths(competing);
      const middle = truth;
      return Object.fromEntries(
        Object.entries(figures).map(([name, figure]) => [name, shifted(told(figure), middle(name))]),
      );
    },
  };
}

/** Figures of 200,000 people; Harrell's C depends on who is censored, all others are of people who are not. */
function timeTruths(competing: boolean): (name: string) => number {
  const drawn = (censored: boolean): Record<string, Figure> => {
    const source = random(`coverage/truth of times ${competing} ${censored}`);
    return figuresOf(drawTimes(source, 200_000, { competing, studies: 1, censored }));
  };
  const [open, censored] = [drawn(false), drawn(true)];
  return (name) => estimateOf((name === "Harrell's C" ? censored : open)[name]);
}

type Figure = Estimate | CannotTell;

function estimateOf(figure: Figure): number {
  if ('cannotTell' in figure) throw new Error(`the truth cannot be told: ${figure.cannotTell}`);
  return figure.estimate;
}

interface DrawnTimes {
  readonly followUp: FollowUp;
  readonly risks: Float64Array;
}

function figuresOf({ followUp, risks }: DrawnTimes): Record<string, Figure> {
  return {
    "Harrell's C": harrellC(withoutCompeting(followUp), risks, { horizon: HORIZON }),
    "Uno's C": unoC(followUp, risks, { horizon: HORIZON }),
    'AUROC at a horizon': aurocAt(followUp, risks, HORIZON),
    'Brier score at a horizon': brierAt(followUp, risks, HORIZON),
    'cumulative incidence': cumulativeIncidence(followUp, HORIZON),
    'O:E at a horizon': observedExpectedAt(followUp, risks, HORIZON),
    'calibration slope at a horizon': slopeAt(followUp, risks, HORIZON),
  };
}

interface Drawing {
  readonly competing: boolean;
  readonly studies: number;
  readonly censored: boolean;
}

function drawTimes(source: Random, people: number, { competing, studies, censored }: Drawing): DrawnTimes {
  const exponential = (hazard: number): number => -Math.log(1 - source.uniform()) / hazard;
  const rows = people * studies;
  const times = new Float64Array(rows);
  const causes = new Uint8Array(rows);
  const risks = new Float64Array(rows);
  const clusters = new Int32Array(rows);
  for (let row = 0, shared = 0; row < rows; row++) {
    if (row % studies === 0) shared = source.normal();
    const x = studies === 1 ? shared : Math.sqrt(0.7) * shared + Math.sqrt(0.3) * source.normal();
    const event = exponential(Math.exp(x) / 12);
    const other = competing ? exponential(1 / 25) : Infinity;
    // Without censoring everybody is followed far beyond the horizon.
    const end = censored ? 1 + 11 * source.uniform() : 1000;
    times[row] = Math.min(event, other, end);
    causes[row] = times[row] === end ? 0 : times[row] === event ? 1 : 2;
    risks[row] = -Math.expm1((-HORIZON * Math.exp(0.8 * x)) / 14);
    clusters[row] = Math.floor(row / studies);
  }
  return { followUp: { times, causes, ...(studies > 1 && { clusters }) }, risks };
}
