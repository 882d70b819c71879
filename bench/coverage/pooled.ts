// Means over hospitals, as `tricuspid evaluate` tells them.
import type { ComparedResults } from '#lib/report/evaluation/compared-record.ts';
import { comparedMeasurements } from '#lib/report/evaluation/continuous/compared.ts';
import { comparedGrades } from '#lib/report/evaluation/ordinal/compared.ts';
import { comparedMasks } from '#lib/report/evaluation/segmentation/compared.ts';
import { expit, logit } from '#lib/validation/logit.ts';
import { common, comparisonOf, drawMasks, drawRankedGrades, exponential, studiesOf } from './drawn-answers.ts';
import type { Family } from './families.ts';
import { type Interval, type Scenario, shifted } from './scenario.ts';

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
      return {
        'mean bias over hospitals': pooledOf(measured, 'bias', 1, (value) => value),
        'mean deviation over hospitals': pooledOf(measured, 'standardDeviation', 1.4, Math.log),
        'mean Dice over hospitals': pooledOf(masks, 'dice/x', 2, logit),
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
        return { counts, concordance: expit(source.normal(centre, tau)) };
      });
      const graded = comparedGrades(drawRankedGrades(source, 'site', sites));
      return { 'mean ordinal C over hospitals': pooledOf(graded, 'concordance', 0, logit) };
    },
  };
}

/** The mean over hospitals on this scale, about its truth there. */
function pooledOf(
  { between }: ComparedResults,
  id: string,
  truth: number,
  scale: (value: number) => number,
): Interval | undefined {
  const found = between?.measures.find((measure) => measure.id === id)?.pooled;
  if (found === undefined || 'notPooled' in found) return undefined;
  return shifted({ lower: scale(found.lower), upper: scale(found.upper) }, truth);
}
