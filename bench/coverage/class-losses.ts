import { logLoss, multiclassBrier } from '#lib/validation/class-losses.ts';
import type { Family } from './families.ts';
import { type Scenario, shifted, told } from './scenario.ts';

/** Brier score and logarithmic loss of four classes: sure and mostly right, unsure, and with hardly an error. */
export const lossFamilies = (): Family[] => [
  {
    name: 'losses of several classes',
    scenarios: [
      lossesScenario(40, 1, UNSURE),
      lossesScenario(150, 1, UNSURE),
      lossesScenario(60, 1, SURE),
      lossesScenario(300, 1, SURE),
      lossesScenario(40, 4, SURE),
    ],
  },
];

/** How often the true class has which probability. */
type Probabilities = readonly (readonly [share: number, probability: number])[];
const UNSURE: Probabilities = [
  [0.4, 0.8],
  [0.35, 0.5],
  [0.25, 0.15],
];
const SURE: Probabilities = [
  [0.8, 0.97],
  [0.12, 0.6],
  [0.08, 0.1],
];
const CLASSES = 4;

/** People with so many studies each, half of which are like the first. */
function lossesScenario(people: number, each: number, of: Probabilities): Scenario {
  const clusters = Int32Array.from({ length: people * each }, (_, row) => Math.floor(row / each));
  const mean = (loss: (probability: number) => number) =>
    of.reduce((total, [share, probability]) => total + share * loss(probability), 0);
  const brier = mean((p) => (1 - p) ** 2 * (1 + 1 / (CLASSES - 1)));
  const logarithmic = mean((p) => -Math.log(p));
  return {
    name: `losses ${people} ${each} ${of.map(([share]) => share).join(' ')}`,
    truth: 0,
    draw(source) {
      const drawn = (): number => {
        const at = source.uniform();
        let upTo = 0;
        for (const [share, probability] of of) {
          upTo += share;
          if (at < upTo) return probability;
        }
        return of[0][1];
      };
      const own = new Float64Array(people * each);
      for (let row = 0; row < own.length; row++)
        own[row] = row % each !== 0 && source.bernoulli(0.5) ? own[row - (row % each)] : drawn();
      const labels = Uint8Array.from(own, () => source.integer(0, CLASSES - 1));
      const scores = Array.from({ length: CLASSES }, (_, k) =>
        own.map((probability, row) => (labels[row] === k ? probability : (1 - probability) / (CLASSES - 1))),
      );
      const input = { scores, labels, ...(each > 1 && { clusters }) };
      return {
        'Brier score of classes': shifted(told(multiclassBrier(input)), brier),
        'logarithmic loss': shifted(told(logLoss(input)), logarithmic),
      };
    },
  };
}
