// Two models on the same people, as `tricuspid compare` tells them.
import { changeOfInfluence } from '#lib/report/comparison/influence-change.ts';
import {
  aurocChange,
  brierChange,
  observedExpectedChange,
  rightChange,
  type ScoredTwice,
  slopeChange,
} from '#lib/report/comparison/scored-twice.ts';
import { concordanceInfluence } from '#lib/validation/concordance.ts';
import { expit } from '#lib/validation/logit.ts';
import { unoInfluence } from '#lib/validation/survival/concordance.ts';
import { drawGrades, drawPeople, drawTimes, studiesOf } from './drawn-answers.ts';
import type { Family } from './families.ts';
import { type Scenario, told } from './scenario.ts';

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
