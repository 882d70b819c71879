import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { capitalised, formatCount, HIDDEN } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { isSuppressed, type Report } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { CRITERIA, type Precision, type PrecisionOfStudy, type SitePrecision, WANTED_WIDTHS } from './value.ts';
import { criterionName, isReached, leadWords } from './words.ts';

const numeric = true;

/** What stands under "Precision and size of the study". */
export function precisionSection(value: PrecisionOfStudy, report: Report): (VNode | null)[] {
  const outcome = outcomeWords(report.cohort.label);
  const judged = CRITERIA.filter((criterion) => criterion !== 'netBenefit' || value.threshold !== null);
  return [
    element('p', null, leadWords(value)),
    ...judged.map((criterion) => criterionTable(criterion, value, outcome)),
    element(
      'p',
      { class: 'note' },
      'A study that is too small is not wrong: its intervals are wide, and say so. Numbers needed hold for the share with the outcome and the scores of each hospital as they are now.',
    ),
  ];
}

function criterionTable(
  criterion: (typeof CRITERIA)[number],
  { sites, threshold }: PrecisionOfStudy,
  outcome: string,
): VNode {
  const clustered = sites.some(({ n, subjects }) => n !== subjects && !isSuppressed(n));
  const at = criterion === 'netBenefit' ? ` at “${threshold}”` : '';
  return dataTable({
    id: `precision-${criterion}`,
    caption: `${capitalised(criterionName(criterion))}${at}: width of the 95 % interval and studies needed for ${WANTED_WIDTHS[criterion]}`,
    columns: [
      { heading: 'Hospital' },
      { heading: 'Studies', numeric },
      { heading: `With ${outcome}`, numeric },
      { heading: 'Width now', numeric },
      { heading: 'Studies needed', numeric },
      ...(clustered ? [{ heading: 'People needed', numeric }] : []),
      { heading: `Needed with ${outcome}`, numeric },
    ],
    rows: sites.map((site): TableRow => {
      const counts = [formatCount(site.n), formatCount(site.events)];
      return {
        heading: site.site ?? 'All sites, crude (not pooled)',
        cells: [...counts, ...figureCells(site, criterion, clustered)],
      };
    }),
  });
}

function figureCells({ figures }: SitePrecision, criterion: Precision['criterion'], clustered: boolean) {
  const dashes = Array.from({ length: clustered ? 3 : 2 }, () => '–');
  if (isSuppressed(figures)) return [HIDDEN, ...dashes.map(() => HIDDEN)];
  if ('cannotTell' in figures) {
    return [element('span', { class: 'cannot' }, `cannot tell: ${figures.cannotTell}`), ...dashes];
  }
  const figure = figures.find((one) => one.criterion === criterion);
  if (figure === undefined) return ['–', ...dashes];
  const { width, studies, people, events } = figure;
  const number = (value: number | null) => (value === null ? 'cannot tell' : formatCount(value));
  const now = width === null ? 'no interval' : `${width.toFixed(2)}${isReached(figure) ? ' (enough)' : ''}`;
  return [now, number(studies), ...(clustered ? [number(people)] : []), number(events)];
}
