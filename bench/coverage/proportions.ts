import { clopperPearson } from '#lib/validation/clopper-pearson.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { proportion } from '#lib/validation/proportion.ts';
import { type Scenario, told } from './scenario.ts';

export const proportionScenarios: readonly Scenario[] = [
  independent(12, 0.1),
  independent(30, 0.9),
  independent(100, 0.02),
  independent(300, 0.7),
  clustered(60, 3, 0.8),
];

function independent(n: number, truth: number): Scenario {
  return {
    name: `proportion ${truth}, n ${n}`,
    truth,
    draw(source) {
      let count = 0;
      for (let row = 0; row < n; row++) count += Number(source.bernoulli(truth));
      return {
        'Wilson, exact at 0 and n': told(proportion(count, n)),
        'Clopper-Pearson': clopperPearson(count, n, 0.95),
      };
    },
  };
}

/** Each subject repeats its first outcome with probability one half: a correlation of about 0.25 between rows. */
function clustered(subjects: number, rows: number, truth: number): Scenario {
  return {
    name: `proportion ${truth}, ${subjects} subjects of ${rows} rows`,
    truth,
    draw(source) {
      const outcomes = new Uint8Array(subjects * rows);
      for (let subject = 0; subject < subjects; subject++) {
        const own = source.bernoulli(truth);
        for (let row = 0; row < rows; row++) {
          outcomes[subject * rows + row] = Number(source.bernoulli(0.5) ? own : source.bernoulli(truth));
        }
      }
      const clusters = Int32Array.from(outcomes, (_, row) => Math.floor(row / rows));
      return {
        'Rao-Scott Wilson': told(clusteredProportion(outcomes, clusters)),
        'Wilson, clusters ignored': told(clusteredProportion(outcomes, undefined)),
      };
    },
  };
}
