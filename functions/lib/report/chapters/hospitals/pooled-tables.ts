// Tables of figures that were pooled over hospitals.
import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatNumber } from '../../format.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { intervalText, pText, rangeText, scaleName, varianceText } from './measure-words.ts';
import type { ForestFigure } from './pooled-forest.ts';

/** A figure of several hospitals, and why it is not pooled, if it is not. */
export interface PooledView extends ForestFigure {
  readonly notPooled: string | null;
}

const numeric = true;

/** One row per figure: mean over hospitals, a further hospital, how much they differ; `never` says what is not pooled. */
export function pooledTable(measures: readonly PooledView[], never: string): VNode {
  return dataTable({
    id: 'pooled-table',
    caption: 'Pooled over hospitals, with 95 % intervals',
    columns: [
      { heading: 'Figure' },
      { heading: 'Hospitals', numeric },
      { heading: 'Pooled', numeric },
      { heading: 'A further hospital', numeric },
      { heading: 'I², %', numeric },
      { heading: 'tau² (scale)', numeric },
      { heading: 'Q test', numeric },
    ],
    rows: measures.map(pooledRow),
    note: `tau²: variance of the true figures between hospitals, on the scale on which they were pooled. I²: share of the scatter that is more than sampling error. ${never}`,
  });
}

function pooledRow(measure: PooledView): TableRow {
  const { pooled, sites, name: heading, style } = measure;
  if (pooled === null) {
    const why = element('span', { class: 'cannot' }, `not pooled: ${measure.notPooled}`);
    return { heading, cells: [String(sites.length), why, '', '', '', ''] };
  }
  const { k, prediction, iSquared, tauSquared, q } = pooled;
  const tau = `${varianceText(tauSquared.estimate)} (${varianceText(tauSquared.lower)} to ${varianceText(tauSquared.upper)}), ${scaleName(measure)}`;
  return {
    heading,
    cells: [
      String(k),
      intervalText(pooled, style),
      prediction === null ? 'too few' : `${rangeText(prediction, style)}${style === 'percent' ? ' %' : ''}`,
      iSquared === null
        ? 'none (binomial)'
        : `${formatNumber(iSquared.estimate, 'percent')} (${rangeText(iSquared, 'percent')})`,
      tau,
      q === null ? 'none (binomial)' : pText(q.p),
    ],
  };
}

/** What is pooled without each hospital, and how far it moves the mean. */
export function influenceTable(id: string, { name, style, sites }: PooledView): VNode {
  const number = (value: number | null) => (value === null ? '' : formatNumber(value, 'ratio'));
  return dataTable({
    id,
    caption: `${name}, pooled without one hospital`,
    columns: [
      { heading: 'Without' },
      { heading: 'Pooled from the others', numeric },
      { heading: 'tau²', numeric },
      { heading: 'Its distance (studentized)', numeric },
      { heading: 'DFFITS', numeric },
      { heading: 'Cook’s distance', numeric },
    ],
    rows: sites.map(({ site, without }) => ({
      heading: without?.influential ? `${site} (influential)` : site,
      cells:
        without === null
          ? ['', '', '', '', '']
          : [
              intervalText(without, style),
              varianceText(without.tauSquared),
              number(without.studentizedResidual),
              number(without.dffits),
              number(without.cooksDistance),
            ],
      ...(without?.influential && { kind: 'strong' as const }),
    })),
  });
}
