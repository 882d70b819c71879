// Changes under a disturbance: the same rows before and after noise is added to their scores.
import { aurocChange } from '#lib/validation/auroc-change.ts';
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import type { Family } from './families.ts';
import { type Scenario, shifted, told } from './scenario.ts';

interface Disturbed {
  readonly events: number;
  readonly nonEvents: number;
  /** Distance of the two normal classes in standard deviations: 1.2 is an AUROC of 0.80, 3 one of 0.98. */
  readonly distance: number;
  /** Standard deviation of what is added. */
  readonly noise: number;
  /** Rows of each person, who are alike half of the time. @default 1 */
  readonly perPerson?: number;
}

/** What a draw of some hundred studies looks like: balanced or not, slight and strong disturbances, scores that separate well. */
export const changeFamilies = (): Family[] => [
  { name: 'disturbed, 30 and 30', scenarios: disturbances({ events: 30, nonEvents: 30 }, [1.2, 2]) },
  { name: 'disturbed, 75 and 75', scenarios: disturbances({ events: 75, nonEvents: 75 }, [1.2, 2]) },
  { name: 'disturbed, 20 and 130', scenarios: disturbances({ events: 20, nonEvents: 130 }, [1.2, 2]) },
  {
    name: 'disturbed, well separated',
    scenarios: [
      ...disturbances({ events: 30, nonEvents: 30 }, [3]),
      ...disturbances({ events: 75, nonEvents: 75 }, [3]),
      ...disturbances({ events: 20, nonEvents: 130 }, [3]),
    ],
  },
  { name: 'disturbed, clusters', scenarios: disturbances({ events: 90, nonEvents: 120, perPerson: 3 }, [1.2, 2, 3]) },
];

const disturbances = (size: Omit<Disturbed, 'distance' | 'noise'>, distances: readonly number[]): Scenario[] =>
  distances.flatMap((distance) => [0.2, 0.6, 1.2].map((noise) => disturbedScenario({ ...size, distance, noise })));

function disturbedScenario(of: Disturbed): Scenario {
  const { events, nonEvents, distance, noise, perPerson = 1 } = of;
  const n = events + nonEvents;
  const labels = Uint8Array.from({ length: n }, (_, row) => Number(row < events));
  const clusters = Int32Array.from({ length: n }, (_, row) => Math.floor(row / perPerson));
  const people = perPerson === 1 ? {} : { clusters };
  const spread = Math.sqrt(1 + noise ** 2);
  const areas = [1, spread].map((deviation) => normalCdf(distance / (Math.SQRT2 * deviation)));
  const found = [1, spread].map((deviation) => normalCdf(distance / 2 / deviation));
  return {
    name: `disturbed ${JSON.stringify(of)}`,
    truth: 0,
    draw(source) {
      const own = () => (perPerson === 1 ? Array.from({ length: n }, () => 0) : shared());
      const shared = (): number[] => {
        const each = Array.from({ length: n / perPerson }, () => source.normal());
        return Array.from({ length: n }, (_, row) => each[Math.floor(row / perPerson)]);
      };
      const weight = perPerson === 1 ? 0 : Math.SQRT1_2;
      const deviates = () => own().map((person) => weight * person + Math.sqrt(1 - weight ** 2) * source.normal());
      const before = Float64Array.from(deviates(), (value, row) => value + distance * labels[row]);
      const added = deviates();
      const after = before.map((value, row) => value + noise * added[row]);
      const ill = perPerson === 1 ? {} : { clusters: clusters.subarray(0, events) };
      const positive = (scores: Float64Array) =>
        Uint8Array.from(scores.subarray(0, events), (score) => Number(score >= distance / 2));
      const moved = added.slice(0, events).map((value) => Math.abs(noise * value));
      return {
        'change of AUROC': shifted(
          told(aurocChange({ scores: before, labels, ...people }, after)),
          areas[1] - areas[0],
        ),
        'change of sensitivity': shifted(
          told(pairedDifference({ first: positive(after), second: positive(before), ...ill })),
          found[1] - found[0],
        ),
        'score moved by': shifted(
          told(pairedMeans({ first: new Float64Array(events), second: moved, ...ill })),
          noise * Math.sqrt(2 / Math.PI),
        ),
      };
    },
  };
}
