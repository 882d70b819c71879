import type { AnalysedRow } from '#lib/cohort/select.ts';
import { ageBand, ageBands } from '#lib/fairness/groups.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { sexOf } from '#lib/report/measure.ts';
import { type Group, wholeOf } from '#lib/report/record.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { differenceByMover } from '#lib/validation/independent-figures.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { FEWEST_PEOPLE, limitFigure } from './figure.ts';
import type { Limit, Where } from './limit.ts';

export type Verdict = 'pass' | 'fail' | 'cannot tell';

/** How one group answers a limit. */
export interface LimitAnswer {
  readonly group: Group;
  /** Of a gap the difference, first group minus second. */
  readonly figure: Estimate | CannotTell;
  readonly verdict: Verdict;
  /**
   * Studies that an answer would need where this one is "cannot tell": for 80 % power if the truth were what was seen (`power`), or so
   * that even a model without a single error could pass (`flawless`: people with the outcome and, of the AUROC, as many without).
   */
  readonly needed: { readonly n: number; readonly of: 'power' | 'flawless' } | null;
}

const POWER = 0.8;

/** Answers of every group that the limit names, at this level of confidence. */
export function judgeLimit(
  limit: Limit,
  rows: readonly AnalysedRow[],
  sites: readonly string[],
  thresholds: ModelContract['thresholds'],
  level: number,
): LimitAnswer[] {
  return groupsOf(limit.where, rows, sites).map(({ group, members }) => {
    if (limit.kind !== 'gap') {
      const figure = limitFigure(limit, members, thresholds, level);
      return { group, figure, ...answerOf(limit, figure, level) };
    }
    const figureOf = (side: Where) => limitFigure(limit, members.filter(within(side)), thresholds, level);
    const figure = differenceOf(figureOf(limit.first), figureOf(limit.second));
    return { group, figure, ...answerOf(limit, figure, level) };
  });
}

/** Pass where the whole interval keeps the limit, fail where no part of it does. */
function answerOf(limit: Limit, figure: Estimate | CannotTell, level: number): Pick<LimitAnswer, 'verdict' | 'needed'> {
  const [from, to] = allowedRange(limit);
  if (isCannotTell(figure)) return { verdict: 'cannot tell', needed: flawless(limit, level) };
  const { lower, upper } = figure;
  if (lower >= from && upper <= to) return { verdict: 'pass', needed: null };
  if (upper < from || lower > to) return { verdict: 'fail', needed: null };
  return { verdict: 'cannot tell', needed: neededFor(limit, figure) };
}

function allowedRange(limit: Limit): readonly [from: number, to: number] {
  if (limit.kind === 'gap') return [-limit.most, limit.most];
  if (limit.kind === 'range') return [limit.from, limit.to];
  return limit.side === 'lower' ? [limit.value, Infinity] : [-Infinity, limit.value];
}

/**
 * The interval shrinks with √n: how many studies of the same mixture bring its end to the limit with 80 % power, if the truth is what
 * was seen. Nothing where what was seen lies on the limit itself. Ratios are taken on the log scale.
 */
function neededFor(limit: Limit, figure: Estimate): LimitAnswer['needed'] {
  const scale = limit.measure === 'O:E' ? Math.log : (value: number) => value;
  const [seen, lower, upper] = [figure.estimate, figure.lower, figure.upper].map(scale);
  const [from, to] = allowedRange(limit).map((edge) => (Number.isFinite(edge) ? scale(edge) : edge));
  const z = normalMultiplier(figure.level);
  const power = normalMultiplier(2 * POWER - 1);
  const inside = seen >= from && seen <= to;
  const sides = [
    { distance: Math.abs(seen - from), half: inside ? seen - lower : upper - seen },
    { distance: Math.abs(to - seen), half: inside ? upper - seen : seen - lower },
  ].filter(({ distance }) => Number.isFinite(distance));
  const factors = sides.map(({ distance, half }) => (((z + power) / z) * (half / distance)) ** 2);
  // Inside, both ends must keep the limit; outside, the nearer one decides.
  const factor = inside ? Math.max(...factors) : Math.min(...factors);
  if (!Number.isFinite(factor)) return null;
  return { n: Math.max(figure.n + 1, Math.ceil(figure.n * factor)), of: 'power' };
}

/** The exact lower bound of k successes in k is (α/2)^(1/k): below this k no share and no AUROC can pass. */
function flawless(limit: Limit, level: number): LimitAnswer['needed'] {
  if (limit.kind !== 'bound' || limit.side !== 'lower') return null;
  if (!['AUROC', 'sensitivity', 'specificity', 'PPV', 'NPV'].includes(limit.measure)) return null;
  if (!(limit.value > 0 && limit.value < 1)) return null;
  return { n: Math.max(FEWEST_PEOPLE, Math.ceil(Math.log((1 - level) / 2) / Math.log(limit.value))), of: 'flawless' };
}

/** First minus second, its interval from those of the two (MOVER: Zou and Donner, doi 10.1002/sim.3095); different people. */
export function differenceOf(first: Estimate | CannotTell, second: Estimate | CannotTell): Estimate | CannotTell {
  const n = first.n + second.n;
  const events = first.events + second.events;
  const silent = [first, second].find(isCannotTell);
  if (silent !== undefined || isCannotTell(first) || isCannotTell(second)) {
    const why = [first, second].flatMap((figure, place) =>
      isCannotTell(figure) ? [`${place === 0 ? 'first' : 'second'} group: ${figure.cannotTell}`] : [],
    );
    return { cannotTell: why.join('; '), n, events };
  }
  return {
    ...differenceByMover(second, first),
    method: `difference of two groups, MOVER interval of: ${first.method}`,
  };
}

interface Members {
  readonly group: Group;
  readonly members: readonly AnalysedRow[];
}

const KINDS = ['hospital', 'sex', 'age band', 'device'] as const;

/** The groups of a limit; a hospital of the cohort without a study is one of them, an empty sex or band is not. */
function groupsOf(where: Where, rows: readonly AnalysedRow[], sites: readonly string[]): Members[] {
  const { sex = null, ageBand: band = null, site = null } = where;
  const start: Members = { group: { ...wholeOf(site), sex, ageBand: band }, members: rows.filter(within(where)) };
  return KINDS.filter((kind) => where.every?.includes(kind)).reduce(
    (groups, kind) => groups.flatMap((one) => split(one, kind, sites)),
    [start],
  );
}

function split({ group, members }: Members, kind: (typeof KINDS)[number], sites: readonly string[]): Members[] {
  if (kind === 'hospital')
    return sites.map((site) => ({ group: { ...group, site }, members: members.filter((row) => row.site === site) }));
  const parts = (names: readonly string[], nameOf: (row: AnalysedRow) => string, field: keyof Group) => {
    const by = Map.groupBy(members, nameOf);
    return names.flatMap((name) => {
      const of = by.get(name);
      return of === undefined ? [] : [{ group: { ...group, [field]: name }, members: of }];
    });
  };
  if (kind === 'sex') return parts(['female', 'male'], sexOf, 'sex');
  if (kind === 'age band') return parts(ageBands().slice(0, -1), (row) => ageBand(row.ageYears ?? null), 'ageBand');
  const devices = [...new Set(members.flatMap(({ device }) => device ?? []))].sort();
  return parts(devices, ({ device }) => device ?? '', 'device');
}

const within =
  ({ site, sex, ageBand: band }: Where) =>
  (row: AnalysedRow): boolean =>
    (site === undefined || row.site === site) &&
    (sex === undefined || sexOf(row) === sex) &&
    (band === undefined || ageBand(row.ageYears ?? null) === band);
