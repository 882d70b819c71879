// Groups against each other, as `tricuspid evaluate` tells them.
import type { ComparedResults } from '#lib/report/evaluation/compared-record.ts';
import { comparedMeasurements } from '#lib/report/evaluation/continuous/compared.ts';
import { comparedGrades } from '#lib/report/evaluation/ordinal/compared.ts';
import { comparedMasks } from '#lib/report/evaluation/segmentation/compared.ts';
import { comparedRisks } from '#lib/report/evaluation/time-to-event/compared.ts';
import { isEstimate } from '#lib/report/record.ts';
import { expit } from '#lib/validation/logit.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import {
  common,
  drawGrades,
  drawMasks,
  drawPeople,
  drawRankedGrades,
  drawTimes,
  type Groups,
  studiesOf,
} from './drawn-answers.ts';
import type { Family } from './families.ts';
import { type Interval, type Scenario, shifted } from './scenario.ts';

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
  {
    name: '12 to 19 apart',
    scenarios: [12, 14, 16, 19].flatMap((apart) => [1, 2, 3].map((centre) => gradedGap(apart, centre))),
  },
];

function gapOf({ comparison }: ComparedResults, figure: string): Interval | undefined {
  const found = comparison?.gaps.find((gap) => gap.figure === figure);
  return found !== undefined && isEstimate(found.gap) ? found.gap : undefined;
}

const folded = (mean: number, deviation: number): number =>
  deviation * Math.sqrt(2 / Math.PI) * Math.exp(-(mean ** 2) / (2 * deviation ** 2)) +
  mean * (1 - 2 * normalCdf(-mean / deviation));

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

/** Two groups of the same ordinal C (its logit `centre`), in one of which few people are apart from the most common of three grades. */
function gradedGap(apart: number, centre: number): Scenario {
  const third = Math.floor(apart / 3);
  return {
    name: `graded gap ${apart} ${centre}`,
    truth: 0,
    draw(source) {
      const few = [source.integer(20, 60), apart - third, third];
      const groups = [few, [70, 10, 5]].map((counts) => ({ counts, concordance: expit(centre) }));
      return { 'gap of ordinal C': gapOf(comparedGrades(drawRankedGrades(source, 'Group', groups)), 'concordance') };
    },
  };
}
