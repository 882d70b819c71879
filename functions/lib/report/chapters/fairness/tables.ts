import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { isSuppressed } from '../../record.ts';
import type { FairnessGap, FairnessValue, PriceResult } from './value.ts';

/** Every figure of the chapter as CSV. */
export function fairnessTables(value: FairnessValue): ReadonlyMap<string, string> {
  return new Map([
    ['fairness-groups.csv', groupsCsv(value)],
    ['fairness-gaps.csv', gapsCsv(value)],
    ['fairness-extremes.csv', extremesCsv(value)],
    ['fairness-slices.csv', slicesCsv(value)],
    ['fairness-associations.csv', associationsCsv(value)],
    ...(value.simulations.length === 0
      ? []
      : ([['fairness-simulated-thresholds.csv', simulationsCsv(value)]] as const)),
  ]);
}

export function groupsCsv({ columns, intersections }: Pick<FairnessValue, 'columns' | 'intersections'>): string {
  const header = [
    ...['column', 'group', 'is_reference', 'n', 'people', 'events', ...figureHeader('prevalence')],
    ...['threshold_name', 'metric', ...figureHeader('figure')],
  ];
  const parts = [...columns, ...intersections.map((pair) => ({ ...pair, column: pair.columns.join(' × ') }))];
  const rows = parts.flatMap(({ column, reference, groups }) =>
    groups.flatMap((group): Cell[][] => {
      const { n, people, events, prevalence } = group;
      const own: Cell[] = [
        column,
        group.group,
        String(group.group === reference),
        ...[n, people, events].map(count),
        ...figureCells(prevalence),
      ];
      return [
        ...group.rates.map(({ metric, threshold, figure }) => [...own, threshold, metric, ...figureCells(figure)]),
        [...own, null, 'auroc', ...figureCells(group.auroc)],
        [...own, null, 'observedExpected', ...figureCells(group.observedExpected)],
        [...own, null, 'calibrationInterceptLogit', ...figureCells(group.intercept)],
      ];
    }),
  );
  return csv(header, rows);
}

export function gapsCsv({ columns, intersections }: Pick<FairnessValue, 'columns' | 'intersections'>): string {
  const header = [
    ...[
      'column',
      'group',
      'reference',
      'family',
      'metric',
      'threshold_name',
      ...figureHeader('difference'),
      ...figureHeader('ratio'),
    ],
    ...[
      'p',
      'p_holm',
      'p_benjamini_hochberg',
      'p_equivalence',
      'p_equivalence_holm',
      'margin',
      'could_have_seen',
      'verdict',
    ],
  ];
  const row = (column: string, gap: FairnessGap): Cell[] => [
    ...[column, gap.group, gap.reference, gap.family, gap.metric, gap.threshold],
    ...figureCells(gap.difference),
    ...figureCells(gap.ratio),
    ...[
      gap.pValue,
      gap.holm,
      gap.benjaminiHochberg,
      gap.equivalencePValue,
      gap.equivalenceHolm,
      gap.margin,
      gap.detectable,
      gap.verdict,
    ],
  ];
  return csv(header, [
    ...columns.flatMap(({ column, gaps, odds }) => [
      ...gaps.map((gap) => row(column, gap)),
      ...odds.map(({ group, threshold, gap }): Cell[] => [
        ...[column, group, null, null, 'equalizedOdds', threshold, ...figureCells(gap)],
        ...Array.from({ length: 12 }, () => null),
      ]),
    ]),
    ...intersections.flatMap(({ columns: names, gaps }) => gaps.map((gap) => row(names.join(' × '), gap))),
  ]);
}

export function extremesCsv({ columns }: Pick<FairnessValue, 'columns'>): string {
  const figures = ['minimum', 'maximum', 'difference', 'ratio'] as const;
  const header = [
    'column',
    'metric',
    'threshold_name',
    'lowest_group',
    'highest_group',
    ...figures.flatMap(figureHeader),
  ];
  const rows = columns.flatMap(({ column, spreads }) =>
    spreads.map((spread): Cell[] => [
      ...[column, spread.metric, spread.threshold, spread.lowest, spread.highest],
      ...figures.flatMap((name) => figureCells(spread[name])),
    ]),
  );
  return csv(header, rows);
}

function slicesCsv({ slices }: FairnessValue): string {
  const parts = ['seen', 'confirmation', 'rest'] as const;
  const header = [
    ...['mistakes', 'slice', ...parts.flatMap((part) => [`${part}_rows`, `${part}_mistakes`, `${part}_people`])],
    ...['difference', 'difference_lower', 'difference_upper', 'p', 'p_holm', 'confirmed'],
  ];
  const rows = slices.findings.map((finding): Cell[] => {
    const { difference } = finding;
    const gap: Cell[] =
      difference === null
        ? [null, null, null]
        : isSuppressed(difference)
          ? ['hidden', 'hidden', 'hidden']
          : [difference.estimate, difference.lower, difference.upper];
    return [
      ...[finding.target, finding.conditions.map(({ column, value }) => `${column}=${value}`).join(' & ')],
      ...parts.flatMap((part) => [finding[part].rows, finding[part].mistakes, finding[part].people].map(count)),
      ...[...gap, count(finding.pValue), count(finding.holm), String(finding.confirmed)],
    ];
  });
  return csv(header, rows);
}

function associationsCsv({ associations }: FairnessValue): string {
  const rows = associations.map(({ first, second, strength }): Cell[] => {
    if (isSuppressed(strength)) return [first, second, 'hidden', 'hidden', 'hidden', 'hidden', null];
    if ('cannotTell' in strength) return [first, second, null, null, null, null, strength.cannotTell];
    return [first, second, strength.estimate, strength.lower, strength.upper, strength.pValue, null];
  });
  return csv(['first', 'second', 'cramers_v', 'cramers_v_lower', 'cramers_v_upper', 'p', 'cannot_tell'], rows);
}

function simulationsCsv({ simulations }: FairnessValue): string {
  const figures = ['sensitivity', 'specificity', 'flagged'] as const;
  const place = ['column', 'group', 'threshold_name', 'rule', 'threshold_shift', 'n', 'events'];
  const rows = simulations.flatMap(({ column, threshold, groups }) =>
    groups.flatMap(({ group, n, events, common, own, shift }) => {
      const line = (rule: string, moved: Cell, price: PriceResult): Cell[] => [
        ...[column, group, threshold, rule, moved, count(n), count(events)],
        ...figures.flatMap((name) => figureCells(price[name])),
      ];
      const simulated = own === null || shift === null ? [] : [line('own (simulated)', count(shift), own)];
      return [line('common', 0, common), ...simulated];
    }),
  );
  return csv([...place, ...figures.flatMap(figureHeader)], rows);
}
