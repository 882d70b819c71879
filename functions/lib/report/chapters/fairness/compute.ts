import type { AnalysedRow } from '#lib/cohort/select.ts';
import { association } from '#lib/fairness/association.ts';
import { crossedColumn, type GroupColumn, isGroupColumn, type RefusedColumn } from '#lib/fairness/columns.ts';
import { type ColumnComparison, compareColumn } from '#lib/fairness/compare-column.ts';
import { DEFAULT_MARGINS, type JudgedGap, type Margins } from '#lib/fairness/gap.ts';
import type { DecidedPredictions, Decision, GroupFigures } from '#lib/fairness/group-figures.ts';
import { simulateGroupThresholds } from '#lib/fairness/group-thresholds.ts';
import { judgeGaps } from '#lib/fairness/judge.ts';
import { searchSlices } from '#lib/fairness/slices.ts';
import { isSpread } from '#lib/fairness/spread.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { random } from '#lib/simulate/random.ts';
import type { AurocEstimate } from '#lib/validation/auroc.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { ChapterInput } from '../../chapter.ts';
import { clustersOf, predictionsOf } from '../../measure.ts';
import { readFigure } from '../../record.ts';
import { groupColumnsOf } from './group-columns.ts';
import type {
  AssociationResult,
  FairnessColumn,
  FairnessGap,
  FairnessGroup,
  FairnessValue,
  Intersection,
  SimulationResult,
  SliceResults,
  SpreadResult,
} from './value.ts';

/** Every comparison between groups of the primary analysis; null where there is nothing to compare. */
export function computeFairness({ rows, sites, model, cohort, seed }: ChapterInput): FairnessValue | null {
  const all = groupColumnsOf(rows, sites);
  const several = all.filter(isGroupColumn).filter(({ values }) => values.length > 1);
  const references = cohort.fairness?.references ?? {};
  const absent = absentReferences(references, several);
  const columns = several.filter(({ name }) => !absent.some((refused) => refused.name === name));
  if (columns.length === 0 || model.thresholds.length === 0) return null;
  const margins = { ...DEFAULT_MARGINS, ...cohort.fairness?.margins };
  const decided = { ...predictionsOf(rows), decisions: decisionsOf(rows, model.thresholds) };
  const compared = columns.map((column) => {
    const reference = references[column.name];
    return compareColumn(column, decided, {
      margins,
      clipTo: LOGIT_LIMIT,
      ...(reference !== undefined && { reference }),
    });
  });
  const { columns: judged, families } = judgedColumns(compared);
  const crossed = intersectionsOf(columns, decided, margins);
  const people = clustersOf(rows) ?? Int32Array.from(rows, (_, row) => row);
  const [main] = decided.decisions;
  return {
    ...{ margins, families, intersectionFamilies: crossed.families },
    thresholds: model.thresholds.map(({ name }) => name),
    columns: judged,
    single: all.filter(isGroupColumn).flatMap(({ name, values }) => (values.length === 1 ? [name] : [])),
    refused: [
      ...all.filter((column): column is RefusedColumn => !isGroupColumn(column)),
      ...absent,
      ...crossed.refused,
    ],
    intersections: crossed.intersections,
    slices: slicesOf(columns, decided, main, people, seed),
    simulations: simulationsOf(columns, rows, model.thresholds[0], people, seed),
    associations: associationsOf(columns, decided, people),
  };
}

/** Columns of which each group was compared with the reference, all gaps judged together. */
export function judgedColumns(compared: readonly ColumnComparison[]): Pick<FairnessValue, 'columns' | 'families'> {
  const { judged, families } = judgeGaps(compared.flatMap(({ gaps }) => gaps));
  const ofColumn = takeInTurn(judged);
  const columns = compared.map(
    ({ column, reference, groups, folded, peopleInSeveral, gaps, odds, spreads }): FairnessColumn => ({
      ...{ column, reference, folded: folded ?? null, peopleInSeveral },
      odds: odds.map((one) => ({ ...one, gap: readFigure(one.gap) })),
      groups: groups.map(groupResult),
      gaps: ofColumn(gaps.length).map(plainGap),
      spreads: spreads.map(({ metric, threshold, spread }): SpreadResult => {
        if (!isSpread(spread)) {
          const [leftOut, untold] = [groups.map(({ group }) => group), readFigure(spread)];
          const figures = { minimum: untold, maximum: untold, difference: untold, ratio: untold };
          return { metric, threshold, lowest: null, highest: null, ...figures, leftOut };
        }
        return {
          ...{ metric, threshold, ...spread },
          minimum: readFigure(spread.minimum),
          maximum: readFigure(spread.maximum),
          difference: readFigure(spread.difference),
          ratio: readFigure(spread.ratio),
        };
      }),
    }),
  );
  return { columns, families };
}

/** Columns that the cohort wants compared with a group that nobody is in, and references of columns that nobody has. */
function absentReferences(
  references: Readonly<Record<string, string>>,
  columns: readonly GroupColumn[],
): RefusedColumn[] {
  return Object.entries(references).flatMap(([name, reference]) => {
    const column = columns.find((found) => found.name === name);
    const found = column?.values.join(', ') ?? 'no such column with several groups';
    if (column?.values.includes(reference)) return [];
    return [{ name, refused: `column ${name}: the cohort names ${reference} as reference group, found ${found}` }];
  });
}

/** Flags of every row at the threshold of the weights that scored it. */
function decisionsOf(rows: readonly AnalysedRow[], thresholds: ModelContract['thresholds']): Decision[] {
  return thresholds.map((at) => ({
    threshold: at.name,
    flagged: Uint8Array.from(rows, ({ score, file }) => Number(score >= thresholdOf(at, file))),
  }));
}

/** Hands out the next so many of a list, again and again. */
function takeInTurn<Item>(items: readonly Item[]): (count: number) => readonly Item[] {
  let taken = 0;
  return (count) => {
    taken += count;
    return items.slice(taken - count, taken);
  };
}

/** Without the figures of the two groups, which stand with the groups. */
function plainGap({ groupFigure: _own, referenceFigure: _other, difference, ratio, ...gap }: JudgedGap): FairnessGap {
  return { ...gap, difference: readFigure(difference), ratio: readFigure(ratio) };
}

function groupResult({ rates, ...group }: GroupFigures): FairnessGroup {
  return {
    ...group,
    auroc: plainEstimate(group.auroc),
    rates: rates.map(({ metric, threshold, figure }) => ({ metric, threshold, figure })),
  };
}

/** An AUROC without what only its comparison needs. */
export function plainEstimate(figure: AurocEstimate | CannotTell): Estimate | CannotTell {
  if (isCannotTell(figure)) return figure;
  const { standardError: _error, degreesOfFreedom: _degrees, wald: _wald, clusters: _clusters, ...plain } = figure;
  return plain;
}

interface Crossed {
  readonly intersections: Intersection[];
  readonly refused: readonly RefusedColumn[];
  readonly families: FairnessValue['intersectionFamilies'];
}

/** Every pair of columns at the first threshold. */
function intersectionsOf(columns: readonly GroupColumn[], all: DecidedPredictions, margins: Margins): Crossed {
  const decided = { ...all, decisions: all.decisions.slice(0, 1) };
  const pairs = columns.flatMap((first, place) => columns.slice(place + 1).map((second) => [first, second] as const));
  const cells = pairs.map(([first, second]) => ({ first, second, column: crossedColumn(first, second) }));
  const compared = cells.flatMap(({ first, second, column }) => {
    if (!isGroupColumn(column) || column.values.length < 2) return [];
    const figures = compareColumn(column, decided, { margins, clipTo: LOGIT_LIMIT, withoutIntercept: true });
    return [{ columns: [first.name, second.name] as const, ...figures }];
  });
  return {
    ...judgedPairs(compared),
    refused: cells.map(({ column }) => column).filter((column): column is RefusedColumn => !isGroupColumn(column)),
  };
}

/** A pair of columns of which each combination was compared with the largest one. */
export type ComparedPair = Pick<ColumnComparison, 'reference' | 'groups' | 'gaps'> & Pick<Intersection, 'columns'>;

/** All gaps of all pairs, judged together. */
export function judgedPairs(compared: readonly ComparedPair[]): Omit<Crossed, 'refused'> {
  const { judged, families } = judgeGaps(compared.flatMap(({ gaps }) => gaps));
  const ofPair = takeInTurn(judged);
  return {
    families,
    intersections: compared.map(({ columns: names, reference, groups, gaps }) => ({
      ...{ columns: names, reference, hidden: false },
      groups: groups.map(groupResult),
      gaps: ofPair(gaps.length).map(plainGap),
    })),
  };
}

function slicesOf(
  columns: readonly GroupColumn[],
  { labels }: DecidedPredictions,
  { threshold, flagged }: Decision,
  people: Int32Array,
  seed: string,
): SliceResults {
  const targets = [
    { name: 'missed cases', possible: labels, made: labels.map((label, row) => label & (1 - flagged[row])) },
    {
      name: 'false alarms',
      possible: labels.map((label) => 1 - label),
      made: labels.map((label, row) => (1 - label) & flagged[row]),
    },
  ];
  const found = searchSlices(columns, targets, people, random(seed).fork('fairness/slices'));
  const findings = found.findings.map((finding) => ({
    ...finding,
    target: finding.target as 'missed cases' | 'false alarms',
  }));
  return { threshold, lookedAt: found.lookedAt, people: found.people, findings };
}

/** Thresholds per hospital or device are a matter of updating a model, those per group of people one of ethics: only these are simulated. */
function simulationsOf(
  columns: readonly GroupColumn[],
  rows: readonly AnalysedRow[],
  at: ModelContract['thresholds'][number],
  people: Int32Array,
  seed: string,
): SimulationResult[] {
  const margins = Float64Array.from(rows, ({ score, file }) => score - thresholdOf(at, file));
  const labels = Uint8Array.from(rows, ({ label }) => label);
  return columns
    .filter(({ name }) => name !== 'site' && name !== 'device')
    .flatMap((column) => {
      const source = random(seed).fork(`fairness/thresholds/${column.name}`);
      const simulation = simulateGroupThresholds({ margins, labels, people, column, random: source });
      if (simulation === undefined || simulation.groups.every(({ own }) => own === null)) return [];
      return [{ column: column.name, threshold: at.name, ...simulation }];
    });
}

function associationsOf(
  columns: readonly GroupColumn[],
  { labels }: DecidedPredictions,
  people: Int32Array,
): AssociationResult[] {
  const outcome: GroupColumn = { name: 'outcome', values: ['without', 'with'], codes: Int32Array.from(labels) };
  const all = [...columns, outcome];
  return columns.flatMap((first, place) =>
    all.slice(place + 1).map((second) => ({
      first: first.name,
      second: second.name,
      strength: association(first, second, people),
    })),
  );
}
