// An attacker on the shareable report of probabilities: every count and denominator that it prints, of groups and of combinations.
import type { FairnessColumn, FairnessGroup } from '#lib/report/chapters/fairness/value.ts';
import type {
  ProbabilityFigures,
  ProbabilityGroup,
  ProbabilityPair,
  ProbabilityResults,
} from '#lib/report/evaluation/probability/record.ts';
import type { Count } from '#lib/report/record.ts';
import { isPresent, type SiteSummary } from '#lib/validation/site-summary.ts';
import { columnsOf, idOf, over, overGroups, type Said } from './said.ts';
import { type Equation, sumOf } from './system.ts';

export function saidOfProbabilities(results: ProbabilityResults): Said {
  const { groups, pairs, fairness, hospitals, thresholds } = results;
  const ids = groups.map(idOf);
  const names = ['n', 'events', 'nonEvents', ...steps(thresholds.length)];
  const columns = columnsOf(groups);
  return {
    cells: [
      ...groups.flatMap((group, place) => countsOf(ids[place], group)),
      ...pairs.flatMap(pairCells),
      ...(fairness?.columns ?? []).flatMap(fairnessCells),
      ...(hospitals?.summaries ?? []).flatMap(summaryCells),
    ],
    sums: [
      ...ids.flatMap((id) => within(id, thresholds.length)),
      ...overGroups(groups, names),
      ...columns.flatMap((first, place) =>
        columns.slice(place + 1).flatMap((second) => crossed(first, second, names, thresholds.length)),
      ),
    ],
  };
}

/** Names of the counts below the first threshold, from each to the next, and from the last on. */
const steps = (thresholds: number): string[] =>
  thresholds === 0
    ? []
    : ['events', 'nonEvents'].flatMap((name) => Array.from({ length: thresholds + 1 }, (_, k) => `${name}/${k}`));

/** What adds up within a group; thresholds ascend. */
function within(id: string, thresholds: number): Equation[] {
  const at = (name: string, from: number): string[] =>
    Array.from({ length: thresholds + 1 - from }, (_, k) => `${id}/${name}/${from + k}`);
  const places = Array.from({ length: thresholds }, (_, k) => k + 1);
  return [
    sumOf(`${id}/n`, [`${id}/events`, `${id}/nonEvents`]),
    ...(thresholds === 0 ? [] : ['events', 'nonEvents'].map((name) => sumOf(`${id}/${name}`, at(name, 0)))),
    ...places.flatMap((from) => [
      sumOf(`${id}/tp/${from}`, at('events', from)),
      sumOf(`${id}/fp/${from}`, at('nonEvents', from)),
      sumOf(`${id}/events`, [`${id}/tp/${from}`, `${id}/fn/${from}`]),
      sumOf(`${id}/nonEvents`, [`${id}/fp/${from}`, `${id}/tn/${from}`]),
      sumOf(`${id}/positives/${from}`, [`${id}/tp/${from}`, `${id}/fp/${from}`]),
      sumOf(`${id}/negatives/${from}`, [`${id}/fn/${from}`, `${id}/tn/${from}`]),
    ]),
  ];
}

const pairId = (first: string, second: string): string => `${first} & ${second}`;

/** The combinations of two columns are the groups of either, shown or not. */
function crossed(
  first: readonly ProbabilityGroup[],
  second: readonly ProbabilityGroup[],
  names: readonly string[],
  thresholds: number,
): Equation[] {
  const [ones, others] = [first, second].map((of) => of.map(idOf));
  return [
    ...ones.flatMap((one) =>
      over(
        one,
        others.map((other) => pairId(one, other)),
        names,
      ),
    ),
    ...others.flatMap((other) =>
      over(
        other,
        ones.map((one) => pairId(one, other)),
        names,
      ),
    ),
    ...ones.flatMap((one) => others.flatMap((other) => within(pairId(one, other), thresholds))),
  ];
}

function countsOf(id: string, own: ProbabilityFigures): [string, Count][] {
  const denominators = [own.prevalence, own.auroc, own.brier, own.observedExpected, own.intercept, own.slope];
  return [
    [`${id}/n`, own.n],
    [`${id}/events`, own.events],
    [`${id}/nonEvents`, own.nonEvents],
    ...denominators.flatMap((figure): [string, Count][] =>
      'n' in figure
        ? [
            [`${id}/n`, figure.n],
            [`${id}/events`, figure.events],
          ]
        : [],
    ),
    ...own.thresholds.flatMap((at, place): [string, Count][] => {
      const rates = [
        [at.sensitivity, 'events', 'tp'],
        [at.specificity, 'nonEvents', 'tn'],
        [at.positivePredictiveValue, 'positives', 'tp'],
        [at.negativePredictiveValue, 'negatives', 'tn'],
      ] as const;
      const counts = { tp: at.truePositives, fn: at.falseNegatives, fp: at.falsePositives, tn: at.trueNegatives };
      const k = place + 1;
      return [
        ...Object.entries(counts).map(([name, count]): [string, Count] => [`${id}/${name}/${k}`, count]),
        ...rates.flatMap(([figure, of, counted]): [string, Count][] =>
          'n' in figure
            ? [
                [of.endsWith('vents') ? `${id}/${of}` : `${id}/${of}/${k}`, figure.n],
                [`${id}/${counted}/${k}`, figure.events],
              ]
            : [],
        ),
      ];
    }),
  ];
}

const pairCells = ({ columns: [first, second], combinations }: ProbabilityPair): [string, Count][] =>
  combinations.flatMap((own) =>
    countsOf(pairId(idOf({ group: first, value: own.values[0] }), idOf({ group: second, value: own.values[1] })), own),
  );

function fairnessCells({ column, groups }: FairnessColumn): [string, Count][] {
  return groups.flatMap((group: FairnessGroup): [string, Count][] => {
    const id = idOf({ group: column, value: group.group });
    return [
      [`${id}/n`, group.n],
      [`${id}/events`, group.events],
      ...group.confusions.flatMap((at, place): [string, Count][] => [
        [`${id}/tp/${place + 1}`, at.truePositives],
        [`${id}/fn/${place + 1}`, at.falseNegatives],
        [`${id}/fp/${place + 1}`, at.falsePositives],
        [`${id}/tn/${place + 1}`, at.trueNegatives],
      ]),
    ];
  });
}

function summaryCells({ site, n, events, thresholds }: SiteSummary): [string, Count][] {
  const id = idOf({ group: 'site', value: site });
  return [
    ...(n === null ? [] : ([[`${id}/n`, n]] as [string, Count][])),
    ...(events === null ? [] : ([[`${id}/events`, events]] as [string, Count][])),
    ...thresholds.flatMap(({ sensitivity, specificity }, place): [string, Count][] => [
      ...(isPresent(sensitivity) ? ([[`${id}/tp/${place + 1}`, sensitivity.successes]] as [string, Count][]) : []),
      ...(isPresent(specificity) ? ([[`${id}/tn/${place + 1}`, specificity.successes]] as [string, Count][]) : []),
    ]),
  ];
}
