import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import type { FairnessValue, SimulatedGroup, SimulationResult } from './value.ts';
import { columnWords, groupWords } from './words.ts';

/** Part "Thresholds per group, simulated": the price of equal sensitivity to every group. */
export function simulationPart({ simulations }: FairnessValue): VNode[] {
  if (simulations.length === 0) return [];
  return [
    element('h3', { id: 'fairness-simulation' }, 'Thresholds per group: a simulation, not for use'),
    element(
      'p',
      null,
      'What would equal sensitivity cost? Each group gets a threshold of its own, chosen in one half of the people and judged in the other. To treat people by sex, age or origin needs a legal basis and an ethics review, and may be unlawful where the group itself decides; nothing here is a recommendation, and no deployment takes thresholds from this table.',
    ),
    ...simulations.map(simulationTable),
  ];
}

function simulationTable({ column, threshold, wanted, groups }: SimulationResult): VNode {
  const aim = isSuppressed(wanted) ? 'hidden' : `${formatNumber(wanted, 'percent')} %`;
  return dataTable({
    id: `fairness-simulation-${column}`,
    caption: `Simulated: one threshold for all (“${threshold}”) against one per group for a sensitivity of ${aim}, by ${columnWords(column).toLowerCase()}`,
    columns: [
      { heading: 'Group' },
      { heading: 'n', numeric: true },
      { heading: 'Sensitivity, %: common', numeric: true },
      { heading: 'own', numeric: true },
      { heading: 'Specificity, %: common', numeric: true },
      { heading: 'own', numeric: true },
      { heading: 'Flagged per 1,000: common', numeric: true },
      { heading: 'own', numeric: true },
    ],
    rows: groups.map((group) => ({ heading: groupWords([column], group.group), cells: priceCells(group) })),
    note: 'Too few: fewer than 10 people with the outcome in either half of the group. Intervals are those of the judged half given its threshold; that the threshold itself was estimated is not in them.',
  });
}

function priceCells({ n, common, own }: SimulatedGroup): string[] {
  const pair = (of: (price: SimulatedGroup['common']) => Figure, text: (figure: Figure) => string) => [
    text(of(common)),
    own === null ? 'too few' : text(of(own)),
  ];
  const percent = (figure: Figure) => formatFigure(figure, 'percent').replace(' %', '');
  return [
    formatCount(n),
    ...pair(({ sensitivity }) => sensitivity, percent),
    ...pair(({ specificity }) => specificity, percent),
    ...pair(({ flagged }) => flagged, perThousand),
  ];
}

function perThousand(figure: Figure): string {
  if (!isEstimate(figure)) return formatFigure(figure, 'percent');
  const [estimate, lower, upper] = [figure.estimate, figure.lower, figure.upper].map((share) =>
    formatCount(Math.round(share * 1000)),
  );
  return `${estimate} (${lower} to ${upper})`;
}
