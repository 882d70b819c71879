import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatFigure, formatNumber, HIDDEN } from '../../format.ts';
import { type Figure, isEstimate, isSuppressed, type Report } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { intervalPlot } from '../interval-plot.ts';
import type { SiteUpdating, UpdateResult, Updating } from './value.ts';
import { formulaWords, leadWords, reasonWords, updateName } from './words.ts';

const numeric = true;

/** What stands under "What local updating would bring". */
export function updatingSection(value: Updating, _report: Report): (VNode | null)[] {
  const tried = value.sites.flatMap((site) => site.updates.map((update) => ({ site, update })));
  return [
    element('p', null, leadWords(value)),
    ...(tried.length === 0 ? [] : figures(tried, value)),
    element('h3', { id: 'updating-reasons' }, 'Hospital by hospital'),
    element(
      'ul',
      null,
      value.sites.map((site) => element('li', null, [reasonWords(site), ...formula(site)])),
    ),
    element(
      'p',
      { class: 'note' },
      'An update changes how probabilities are read at a hospital; it needs its own approval and must be judged again on later patients. It cannot mend the order in which the model ranks patients (a new intercept or slope leaves the AUROC as it is).',
    ),
  ];
}

const formula = (site: SiteUpdating): VNode[] => {
  const text = formulaWords(site);
  return text === null ? [] : [element('br', null), element('code', null, text)];
};

interface Tried {
  readonly site: SiteUpdating;
  readonly update: UpdateResult;
}

const nameOf = ({ site, update }: Tried): string => `${site.site}, ${updateName(update.method)}`;

function figures(tried: readonly Tried[], { sites }: Updating): VNode[] {
  return [
    element('figure', null, [
      intervalPlot({
        id: 'updating-gain',
        title: 'Gain in log-loss by updating, on held-out patients',
        style: 'fraction',
        ideal: 0,
        legend: 'Gain in log-loss, 95 % interval; right of the dashed line (0): better',
        rows: tried.map((one) => ({ label: nameOf(one), figure: one.update.logLossGain })),
      }),
      element('figcaption', null, 'Every gain is measured on patients who had no part in the update.'),
    ]),
    dataTable({
      id: 'updating-table',
      caption: 'Before, and after each update on held-out patients, with 95 % intervals',
      columns: [
        { heading: 'Hospital' },
        { heading: 'Slope', numeric },
        { heading: 'ICI', numeric },
        { heading: 'Brier score', numeric },
        { heading: 'Gain in Brier score', numeric },
        { heading: 'Gain in log-loss', numeric },
      ],
      rows: sites.flatMap(rowsOf),
      note: 'Gain: before less after; above 0 the update is better; without an interval where the closed test chooses no update, since one would be too narrow there. ICI: mean distance between predicted probability and observed share.',
    }),
  ];
}

function rowsOf(site: SiteUpdating): TableRow[] {
  const { slopeBefore, iciBefore, brierBefore, updates, offered } = site;
  const told = isEstimate(slopeBefore) || isSuppressed(slopeBefore);
  const before: TableRow = {
    heading: `${site.site}, as it is`,
    cells: told
      ? [formatFigure(slopeBefore, 'ratio'), formatFigure(iciBefore, 'fraction'), pointText(brierBefore, 0), '–', '–']
      : [figureCell(slopeBefore, 'ratio'), '–', '–', '–', '–'],
    kind: 'strong',
  };
  return [
    before,
    ...updates.map(
      ({ method, slopeAfter, iciAfter, brierGain, logLossGain }): TableRow => ({
        heading: `${updateName(method)}${method === offered ? ' (offered)' : ''}`,
        cells: [
          formatFigure(slopeAfter, 'ratio'),
          formatFigure(iciAfter, 'fraction'),
          pointText(brierBefore, pointOf(brierGain)),
          formatFigure(brierGain, 'fraction'),
          formatFigure(logLossGain, 'fraction'),
        ],
        kind: 'detail',
      }),
    ),
  ];
}

function pointOf(figure: Figure): number | undefined {
  if (isSuppressed(figure)) return undefined;
  return isEstimate(figure) ? figure.estimate : figure.point;
}

/** The Brier score less a gain, without the interval: that of the gain stands beside it. */
function pointText(figure: Figure, gain: number | undefined): string {
  if (isSuppressed(figure)) return HIDDEN;
  return isEstimate(figure) && gain !== undefined ? formatNumber(figure.estimate - gain, 'fraction') : '–';
}
