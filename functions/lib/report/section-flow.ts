import type { VNode } from 'preact';
import { element } from './element.ts';
import { formatCount } from './format.ts';
import { stepWords } from './reasons.ts';
import type { Count, Report, ReportedFlow } from './record.ts';
import { dataTable, type TableRow } from './table.ts';

/** Section "Flow of studies": every step by site with each loss and its reason. */
export function flowSection({ flow }: Report): VNode {
  const columns = [{ heading: 'Step' }, ...flow.map(({ site }) => ({ heading: site ?? 'All sites', numeric: true }))];
  return element('section', { 'aria-labelledby': 'flow' }, [
    element('h2', { id: 'flow' }, 'Flow of studies'),
    dataTable({
      id: 'flow-table',
      caption: 'What was received, and what was lost on the way to the analysis, with the reason',
      columns,
      rows: flowRows(flow),
      note: 'Each step is the step before less the losses between them. Hospitals drop studies of several kinds, such as measurements and ECGs: all are counted down to the studies, and those that are not for this model leave in the next step.',
    }),
    dataTable({ id: 'labels-table', caption: 'Labels (rows filed)', columns, rows: labelRows(flow) }),
  ]);
}

/** Rows of the flow: a loss that occurs at any site has a row, with 0 where it does not occur. */
function flowRows(flow: readonly ReportedFlow[]): TableRow[] {
  return (flow[0]?.steps ?? []).flatMap((step, i): TableRow[] => {
    const reasons = new Map(flow.flatMap(({ steps }) => steps[i].losses.map(({ code, reason }) => [code, reason])));
    const lost = [...reasons].map(
      ([code, reason]): TableRow => ({
        heading: `− ${reason}`,
        kind: 'detail',
        cells: flow.map(({ steps }) => formatCount(countOf(steps[i].losses, code))),
      }),
    );
    const left: TableRow = {
      heading: stepWords(step.name),
      kind: 'strong',
      cells: flow.map(({ steps }) => formatCount(steps[i].count)),
    };
    return [...lost, left];
  });
}

function countOf(losses: ReportedFlow['steps'][number]['losses'], code: string): Count {
  return losses.find((loss) => loss.code === code)?.count ?? 0;
}

const LABEL_WORDS = {
  rows: 'Label rows',
  superseded: 'Superseded by a later label of the same study',
  studies: 'Studies with a label',
  unmatched: 'Among them without a received study (unmatched)',
} as const;

function labelRows(flow: readonly ReportedFlow[]): TableRow[] {
  return (['rows', 'superseded', 'studies', 'unmatched'] as const).map((name) => ({
    heading: LABEL_WORDS[name],
    cells: flow.map(({ labels }) => formatCount(labels[name])),
  }));
}
