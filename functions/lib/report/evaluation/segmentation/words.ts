// The words of a report on masks, written from the numbers that it shows.
import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { type Point, pointOf } from '../../point.ts';
import { type Caution, isEstimate, isSuppressed } from '../../record.ts';
import { betweenMethods, type StyleOf } from '../between-section.ts';
import { comparisonMethods } from '../comparison-words.ts';
import { methodWords } from '../figures.ts';
import { groupPoints } from '../group-points.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import { isAll } from '../record.ts';
import type { SegmentationResults } from './record.ts';

/** How the figures that hospitals and groups are compared by are written. */
export const styleOf: StyleOf = () => 'fraction';

export function headline(results: SegmentationResults): string {
  const { structures } = wholeGroup(results);
  const words = structures.map(({ structure, measures }) => {
    const { mean } = measures.dice;
    if (isEstimate(mean)) return `${structure} ${formatFigure(mean, 'fraction')}`;
    return `${structure} ${isSuppressed(mean) ? 'hidden' : 'cannot be told'}`;
  });
  return `Mean Dice with the reference: ${words.join('; ')}.`;
}

export const points = (results: SegmentationResults): Point[] => [
  ...pointOf('result', distances(results)),
  ...pointOf('result', presence(results)),
  ...groupPoints(results, styleOf, groupRange(results)),
];

function distances(results: SegmentationResults): string {
  const words = wholeGroup(results).structures.flatMap(({ structure, measures }) => {
    const { mean } = measures.hausdorff95;
    return isEstimate(mean) ? [`${structure} ${formatFigure(mean, 'tenths')} mm`] : [];
  });
  return words.length === 0 ? '' : `95th percentile of the distance between surfaces, on average: ${words.join('; ')}.`;
}

function presence(results: SegmentationResults): string {
  const words = wholeGroup(results).structures.flatMap(({ structure, missed, invented }) => {
    if (isSuppressed(missed) || isSuppressed(invented) || missed + invented === 0) return [];
    return [
      `${structure} missed in ${formatCount(missed)}, drawn where the reference has none in ${formatCount(invented)}`,
    ];
  });
  return words.length === 0
    ? ''
    : `${words.join('; ')}: Dice and surface Dice count 0 there, distances are not defined.`;
}

/** Where the Dice of a structure is lowest and highest, without a test. */
function groupRange(results: SegmentationResults): string {
  const told = results.groups
    .filter((group) => !isAll(group))
    .flatMap((group) =>
      group.structures.flatMap(({ structure, measures }) =>
        isEstimate(measures.dice.mean) ? [{ group, structure, mean: measures.dice.mean }] : [],
      ),
    )
    .sort((a, b) => a.mean.estimate - b.mean.estimate);
  if (told.length < 2) return '';
  const text = ({ group, structure, mean }: (typeof told)[number]): string =>
    `${structure}, ${groupWords(group)}, ${formatNumber(mean.estimate, 'fraction')} (${formatNumber(mean.lower, 'fraction')} to ${formatNumber(mean.upper, 'fraction')})`;
  return `Dice by site and group runs from ${text(told[0])} to ${text(told[told.length - 1])}; the lowest and highest of ${told.length}, picked after seeing them.`;
}

export function cautions({ withoutSpacing }: SegmentationResults): Caution[] {
  const unspaced = isSuppressed(withoutSpacing) ? 'Some' : formatCount(withoutSpacing);
  return [
    {
      code: 'dice-and-size',
      text: 'Dice falls with the size of a structure for the same error at its edge: structures, and hearts of different size, are not comparable by it. The surface distances are.',
    },
    ...(withoutSpacing === 0
      ? []
      : [
          {
            code: 'spacing-unknown',
            text: `${unspaced} ${withoutSpacing === 1 ? 'study has' : 'studies have'} no unit of spacing in the files and none stated: overlaps are given, distances not, since a distance in voxels is none in the patient.`,
          },
        ]),
  ];
}

export function methods(results: SegmentationResults): string[] {
  const { between, comparison, ...own } = results;
  return [
    `Every mask is read from its file; the voxels of each structure are compared where both masks have the same grid. Dice 2 |A∩B| / (|A| + |B|) (doi:10.2307/1932409) and Jaccard |A∩B| / |A∪B| in voxels. Surfaces are the voxels of a structure with a neighbour outside it; Hausdorff-95 is the larger of the two 95th percentiles of the distances from each surface to the other, in mm, by an exact distance transform (doi:10.4086/toc.2012.v008a019); surface Dice is the share of both surfaces within ${results.toleranceMm} mm of the other (doi:10.2196/26151), counted by voxels. Where a structure is in one mask only, Dice, Jaccard and surface Dice are 0 and distances are not defined; where it is in neither, nothing is.`,
    `Means over studies with 95 % intervals: ${methodWords(own, [])}. Fewer than 10 people give no interval.`,
    ...betweenMethods(between),
    ...comparisonMethods(comparison),
  ];
}
