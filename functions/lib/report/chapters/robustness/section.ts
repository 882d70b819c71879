import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { type FigureStyle, formatFigure } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { type Figure, isEstimate, isSuppressed, type Report } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { intervalPlot } from '../interval-plot.ts';
import type { DisturbedResult, Fates, Robustness } from './value.ts';
import { changeWords, drawWords, fallWords, partOf, pWords } from './words.ts';

const numeric = true;

/** What stands under "Robustness". */
export function robustnessSection(value: Robustness, { cohort }: Report): (VNode | null)[] {
  const lead = [element('p', null, drawWords(value, cohort.label))];
  if (value.notRun !== null) return lead;
  const outcome = outcomeWords(cohort.label);
  const done = value.results.filter(isDone);
  const names = value.results[0]?.thresholds.map(({ name }) => name) ?? [];
  return [
    ...lead,
    element('p', null, fallWords(value)),
    fallsTable(value),
    plot(value),
    ...(done.length === 0 ? [] : [fatesTable(done, outcome)]),
    ...(done.length === 0 ? [] : names.map((name, n) => decisionsTable(done, name, n, outcome))),
    undone(value),
    groupsTable(value),
    sizesTable(value),
  ];
}

function fallsTable({ falls }: Robustness): VNode | null {
  if (falls.length === 0) return null;
  return dataTable({
    id: 'robustness-falls',
    caption: 'Falls beyond chance under disturbances of everyday use, with 95 % intervals',
    columns: [
      { heading: 'Disturbance' },
      { heading: 'Figure' },
      { heading: 'Change', numeric },
      { heading: 'p, corrected', numeric },
    ],
    rows: falls.map(({ name, figure, threshold, change, pValue }) => ({
      heading: name,
      cells: [threshold === null ? figure : `${figure}, “${threshold}”`, changeWords(change, figure), pWords(pValue)],
    })),
  });
}

/** Those of everyday use whose change has an interval; the tables have all. */
function plot({ results }: Robustness): VNode | null {
  const shown = results.filter(({ expected, auroc }) => expected && isEstimate(auroc));
  if (shown.length === 0) return null;
  return element('figure', null, [
    element('h3', null, 'Change of the AUROC under disturbances of everyday use'),
    intervalPlot({
      id: 'robustness-auroc',
      title: 'Change of the AUROC, disturbed less undisturbed',
      style: 'fraction',
      ideal: 0,
      legend: 'Change of the AUROC, 95 % interval; left of the dashed line (0): worse',
      rows: shown.map(({ name, auroc }) => ({ label: name, figure: auroc })),
    }),
    element(
      'figcaption',
      null,
      'Among studies that were still answered. Disturbances that move nothing, or after which too few are answered, are in the table alone.',
    ),
  ]);
}

const isDone = ({ withOutcome, without }: DisturbedResult): boolean =>
  withOutcome.applied !== 0 || without.applied !== 0;

function undone({ results }: Robustness): VNode | null {
  const names = results.filter((result) => !isDone(result)).map(({ name }) => name);
  if (names.length === 0) return null;
  return element('p', { class: 'note' }, `Could not be done to any of these studies: ${names.join('; ')}.`);
}

function fatesTable(results: readonly DisturbedResult[], outcome: string): VNode {
  const warns = results.some(({ withOutcome, without }) => withOutcome.warned !== 0 || without.warned !== 0);
  const refuses = results.some(({ withOutcome, without }) => withOutcome.refused !== 0 || without.refused !== 0);
  const both = (result: DisturbedResult, of: (fates: Fates) => string) =>
    `${of(result.withOutcome)}; ${of(result.without)}`;
  return dataTable({
    id: 'robustness-fates',
    caption: `What became of the studies: with ${outcome}; without`,
    columns: [
      { heading: 'Disturbance' },
      { heading: 'Silent', numeric },
      ...(refuses ? [{ heading: 'Refused at intake', numeric }] : []),
      ...(warns ? [{ heading: 'New quality warning', numeric }] : []),
      { heading: 'Change of AUROC', numeric },
      { heading: `Score moved by, with ${outcome}`, numeric },
      { heading: 'Score moved by, without', numeric },
    ],
    rows: results.map(
      (result): TableRow => ({
        heading: nameOf(result),
        cells: [
          both(result, ({ silent, applied }) => partOf(silent, applied)),
          ...(refuses ? [both(result, ({ refused, applied }) => partOf(refused, applied))] : []),
          ...(warns ? [both(result, ({ warned, applied }) => partOf(warned, applied))] : []),
          cellOf(result.auroc, 'fraction', isAnswered(result)),
          cellOf(result.shiftWith, 'fraction', result.withOutcome.answered !== 0),
          cellOf(result.shiftWithout, 'fraction', result.without.answered !== 0),
        ],
      }),
    ),
    note: 'First those with the outcome, then those without. Silent: the model gives no answer. AUROC and scores among studies that were still answered; moved by: mean absolute change. Cannot tell: fewer than 10 were answered, with the outcome or without. * beyond everyday use.',
  });
}

const isAnswered = ({ withOutcome, without }: DisturbedResult): boolean =>
  withOutcome.answered !== 0 || without.answered !== 0;

/** Where no study was answered there is nothing to tell. */
const cellOf = (figure: Figure, style: FigureStyle, answered: boolean): string =>
  answered ? formatFigure(figure, style) : '–';

const nameOf = ({ name, expected }: DisturbedResult): string => (expected ? name : `${name} *`);

function decisionsTable(results: readonly DisturbedResult[], name: string, n: number, outcome: string): VNode {
  const table = dataTable({
    id: `robustness-decisions-${n}`,
    caption: `Decisions at “${name}”, among studies that were still answered`,
    columns: [
      { heading: 'Disturbance' },
      { heading: 'Change of sensitivity', numeric },
      { heading: 'Change of specificity', numeric },
      { heading: `Decision changed, with ${outcome}`, numeric },
      { heading: 'Decision changed, without', numeric },
    ],
    rows: results.map((result): TableRow => {
      const { sensitivity, specificity, flippedWith, flippedWithout } = result.thresholds[n];
      const told = isAnswered(result);
      return {
        heading: nameOf(result),
        cells: [
          told ? changeWords(sensitivity, 'sensitivity') : '–',
          told ? changeWords(specificity, 'specificity') : '–',
          ...[flippedWith, flippedWithout].map((figure) => cellOf(figure, 'percent', told)),
        ],
      };
    }),
  });
  if (n === 0) return table;
  return element('details', null, [element('summary', null, `Decisions at “${name}”`), table]);
}

function groupsTable({ groups }: Robustness): VNode | null {
  if (groups.length === 0) return null;
  return dataTable({
    id: 'robustness-groups',
    caption: 'The largest falls by group, the worst first, where groups are large enough',
    columns: [{ heading: 'Group' }, { heading: 'Disturbance' }, { heading: 'Figure' }, { heading: 'Change', numeric }],
    rows: groups.map(({ name, group, figure, threshold, change }) => ({
      heading: group,
      cells: [name, threshold === null ? figure : `${figure}, “${threshold}”`, changeWords(change, figure)],
    })),
    note: 'Looked at after the falls were seen, not corrected: a hint where to look.',
  });
}

function sizesTable({ results }: Robustness): VNode {
  const applied = ({ withOutcome, without }: DisturbedResult) =>
    isSuppressed(withOutcome.applied) || isSuppressed(without.applied)
      ? 'hidden'
      : String(withOutcome.applied + without.applied);
  return element('details', null, [
    element('summary', null, 'What was done, with sizes and sources'),
    dataTable({
      id: 'robustness-sizes',
      caption: 'Disturbances',
      columns: [
        { heading: 'Disturbance' },
        { heading: 'Studies', numeric },
        { heading: 'Size' },
        { heading: 'Source' },
      ],
      rows: results.map((result) => ({
        heading: nameOf(result),
        cells: [applied(result), result.size, result.source],
      })),
      note: 'Studies: to which it could be done; a value that is missing cannot be left out, a slow recording not be sampled more slowly.',
    }),
  ]);
}
