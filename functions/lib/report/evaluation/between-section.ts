// Hospitals together: the section, its words and its table, for every kind whose figures are pooled.
import type { VNode } from 'preact';
import { FEWEST_POOLED, FEWEST_PREDICTED } from '#lib/validation/random-effects.ts';
import { list } from '../answer.ts';
import { intervalText, rangeText } from '../chapters/hospitals/measure-words.ts';
import { pooledForest } from '../chapters/hospitals/pooled-forest.ts';
import { influenceTable, type PooledView, pooledTable } from '../chapters/hospitals/pooled-tables.ts';
import { type Cell, csv } from '../csv.ts';
import { element } from '../element.ts';
import { type FigureStyle, formatNumber } from '../format.ts';
import { type Point, pointOf } from '../point.ts';
import type { BetweenHospitals, PooledEvaluation } from './compared-record.ts';
import type { EvaluationSection } from './kind.ts';

/** How the figure of this id is written. */
export type StyleOf = (figure: string) => FigureStyle;

const viewOf =
  (styleOf: StyleOf) =>
  ({ id, name, scale, ideal, sites, pooled }: PooledEvaluation): PooledView => ({
    ...{ name, scale, ideal, sites, style: styleOf(id) },
    ...('notPooled' in pooled
      ? {
          pooled: null,
          notPooled: sites.length < FEWEST_POOLED ? `fewer than ${FEWEST_POOLED} hospitals` : pooled.notPooled,
        }
      : { pooled, notPooled: null }),
  });

/** The section, or none without hospitals; `never` says which figures are not pooled, and why. */
export function betweenSections(
  between: BetweenHospitals | null,
  styleOf: StyleOf,
  never: string,
): EvaluationSection[] {
  if (between === null) return [];
  const views = between.measures.map(viewOf(styleOf));
  const pooled = views.filter((view) => view.pooled !== null);
  const able = pooled.filter(({ sites }) => sites.some(({ without }) => without !== null));
  const leftOut = leftOutWords(between);
  const children = [
    ...leadWords(between, styleOf).map((text) => element('p', null, text)),
    pooledTable(views, never),
    ...(pooled.length === 0 ? [] : forests(views, pooled)),
    ...(leftOut.length === 0
      ? []
      : [
          element('h3', null, 'Hospitals that take no part'),
          element(
            'ul',
            null,
            leftOut.map((text) => element('li', null, text)),
          ),
        ]),
    ...(able.length === 0
      ? []
      : [
          element('h3', null, 'Without each hospital in turn'),
          ...able.map((view, place) =>
            element('details', null, [
              element('summary', null, view.name),
              influenceTable(`between-influence-${place}`, view),
            ]),
          ),
        ]),
  ];
  return [{ id: 'between', title: 'Between hospitals', children }];
}

function forests(views: readonly PooledView[], pooled: readonly PooledView[]): VNode[] {
  const further = pooled.some((view) => view.pooled?.prediction)
    ? ' Dashed bar: where a further hospital is expected.'
    : '';
  return [
    element(
      'p',
      { class: 'note' },
      `Squares: hospitals with their 95 % intervals, the area is the weight in the mean. Diamond: pooled figure with its interval.${further} An arrow: the interval goes on.`,
    ),
    element(
      'div',
      { class: 'plots' },
      pooled.map((view) => element('figure', null, pooledForest(`between-${views.indexOf(view)}`, view))),
    ),
  ];
}

/** What the first figure that is pooled says of hospitals, or why none is. */
function leadWords({ measures }: BetweenHospitals, styleOf: StyleOf): string[] {
  const found = measures.find(({ pooled }) => 'estimate' in pooled);
  if (found === undefined) {
    const [first] = measures;
    return first !== undefined && 'notPooled' in first.pooled
      ? [`Nothing is pooled: ${first.pooled.notPooled}. Read the hospitals one by one.`]
      : [];
  }
  const { pooled, name, id } = found;
  if ('notPooled' in pooled) return [];
  const style = styleOf(id);
  const { iSquared, tauSquared, prediction, k } = pooled;
  const share =
    iSquared === null ? '' : ` (I² ${formatNumber(iSquared.estimate, 'percent')} %, ${rangeText(iSquared, 'percent')})`;
  const differ =
    tauSquared.lower > 0
      ? `The hospitals differ by more than chance explains${share}.`
      : `Whether the hospitals truly differ cannot be told${share}; an I² near 0 is no proof that they are alike.`;
  const next =
    prediction === null
      ? `From fewer than ${FEWEST_PREDICTED} hospitals no range for a further one is given.`
      : `At a further hospital of the same kind ${rangeText(prediction, style)} is to be expected (95 % prediction interval).`;
  return [`${name}: over ${k} hospitals the mean is ${intervalText(pooled, style)}. ${differ} ${next}`];
}

/** For the answer of the report: the first figure of right and wrong that is pooled, how far hospitals lie apart in it; nothing where none is. */
export function betweenPoints(between: BetweenHospitals | null, styleOf: StyleOf): Point[] {
  const pooledOnes = between?.measures.filter(({ pooled }) => 'estimate' in pooled) ?? [];
  const found = pooledOnes.find(({ id }) => id !== 'answered') ?? pooledOnes[0];
  if (found === undefined || 'notPooled' in found.pooled) return [];
  const { pooled, name, id, sites, ideal } = found;
  const style = styleOf(id);
  const which = pooledOnes.length > 1 ? ` (one of ${pooledOnes.length} pooled figures)` : '';
  const bySize = sites.toSorted((a, b) => a.estimate - b.estimate);
  const [lowest, highest] = [bySize[0], bySize[bySize.length - 1]].map(
    (at) => `${intervalText(at, style)} at ${at.site}`,
  );
  const truly =
    pooled.tauSquared.lower > 0 ? 'more than chance explains' : 'whether hospitals truly differ cannot be told';
  const next =
    pooled.prediction === null
      ? ''
      : `; at a further hospital ${rangeText(pooled.prediction, style)} is to be expected`;
  const isChance = ideal === CHANCE && pooled.prediction !== null && pooled.prediction.lower <= CHANCE;
  return pointOf(
    isChance ? 'cannot tell' : 'result',
    `Between hospitals${which}: ${name}: mean ${intervalText(pooled, style)} over ${pooled.k}, from ${lowest} to ${highest} (${truly})${next}.`,
  );
}

/** Where an order of studies says nothing. */
const CHANCE = 0.5;

/** By reason and hospitals, the figures that they give nothing of. */
function leftOutWords({ measures }: BetweenHospitals): string[] {
  const absent = measures.flatMap(({ name, figures }) => {
    const reasons = Map.groupBy(
      figures.flatMap(({ site, figure }) => ('absent' in figure ? [{ site, why: figure.absent }] : [])),
      ({ why }) => why,
    );
    return [...reasons].map(([why, of]) => {
      const sites = of.length === figures.length ? 'all hospitals' : list(of.map(({ site }) => site));
      return { name, words: `${sites} (${why})` };
    });
  });
  return [...Map.groupBy(absent, ({ words }) => words)].map(
    ([words, of]) => `${list(of.map(({ name }) => name))}: ${words}.`,
  );
}

/** How hospitals were pooled; empty where none are. */
export const betweenMethods = (between: BetweenHospitals | null): string[] =>
  between === null
    ? []
    : [
        'Hospitals are pooled from three on as a random sample of hospitals: tau² by REML, intervals by Hartung and Knapp (doi:10.1002/sim.1482), never narrower than without their factor, and from five on a prediction interval for a further one (doi:10.1002/sim.7140); each on a scale on which they can be averaged (doi:10.1177/0962280218785504, doi:10.1177/0962280217705678), with sampling variances over people. Shares with few of either kind are pooled by the binomial-normal model.',
      ];

/** hospitals-pooled.csv and hospitals-figures.csv. */
export function betweenTables(between: BetweenHospitals | null): [string, string][] {
  if (between === null) return [];
  const pooled = between.measures.map(({ id, scale, sites, pooled }): Cell[] => {
    if ('notPooled' in pooled) return [id, scale, sites.length, ...Array<null>(8).fill(null), pooled.notPooled];
    const { estimate, lower, upper, prediction, tauSquared, iSquared, q } = pooled;
    const further = [prediction?.lower ?? null, prediction?.upper ?? null];
    const own = [estimate, lower, upper, ...further, tauSquared.estimate, iSquared?.estimate ?? null, q?.p ?? null];
    return [id, scale, sites.length, ...own, null];
  });
  const figures = between.measures.flatMap(({ id, figures: of, sites }) =>
    of.map(({ site, figure }): Cell[] => {
      if ('absent' in figure) return [id, site, ...Array<null>(8).fill(null), figure.absent];
      const own = sites.find((other) => other.site === site);
      const without = own?.without ?? null;
      const { estimate, lower, upper, n } = figure;
      return [
        ...[id, site, estimate, lower, upper, n, own?.standardError ?? null, own?.weight ?? null],
        ...[without?.estimate ?? null, without === null ? null : String(without.influential ?? ''), null],
      ];
    }),
  );
  const shares = ['estimate', 'lower', 'upper'];
  return [
    [
      'hospitals-pooled.csv',
      csv(
        [
          ...['figure', 'scale', 'hospitals', ...shares.map((name) => `pooled_${name}`)],
          ...['prediction_lower', 'prediction_upper', 'tau2', 'i2', 'q_p', 'not_pooled_because'],
        ],
        pooled,
      ),
    ],
    [
      'hospitals-figures.csv',
      csv(
        [
          ...['figure', 'site', ...shares, 'n', 'standard_error_on_scale', 'weight'],
          ...['pooled_without', 'influential', 'left_out_because'],
        ],
        figures,
      ),
    ],
  ];
}
