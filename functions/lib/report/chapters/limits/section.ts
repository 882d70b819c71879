import type { ComponentChild, VNode } from 'preact';
import type { Limit } from '#lib/limits/limit.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { groupWords } from '../../groups.ts';
import type { Figure, Report } from '../../record.ts';
import { dataTable } from '../../table.ts';
import type { LimitsValue, ReportedAnswer, ReportedLimit } from './limits.ts';
import { auditWords, figureWords, formatLevel, neededWords, styleOf, tally } from './words.ts';

/** One table of answers, then each limit with its groups. */
export function limitsSection(value: LimitsValue, { cohort }: Report): (VNode | null)[] {
  return [
    element('p', null, `${tally(value)} Stated for cohort ${cohort.name} before the figures were made.`),
    dataTable({
      id: 'limits-table',
      caption: `Limits and their answers, decided by ${formatLevel(value.level)} % intervals`,
      columns: [{ heading: 'Limit' }, { heading: 'Answer' }, { heading: 'Groups' }],
      rows: value.limits.map((limit) => ({
        heading: limit.limit.text,
        cells: [mark(limit.verdict), groupCount(limit)],
      })),
      note: auditWords(value),
    }),
    ...value.limits.map((limit, index) => answersTable(limit, index)),
  ];
}

const mark = (verdict: ReportedLimit['verdict']): ComponentChild =>
  verdict === 'fail' ? element('strong', null, verdict) : verdict;

/** "3 pass, 1 cannot tell". */
function groupCount({ answers }: ReportedLimit): string {
  const counts = (['pass', 'fail', 'cannot tell', 'hidden'] as const).flatMap((verdict) => {
    const count = answers.filter((answer) => answer.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return counts.length === 0 ? 'no group' : counts.join(', ');
}

function figureOrWhy(limit: Limit, figure: Figure): ComponentChild {
  return 'cannotTell' in figure ? figureCell(figure, styleOf(limit)) : figureWords(limit, figure);
}

function needed(limit: Limit, answer: ReportedAnswer): ComponentChild {
  const words = neededWords(limit, answer);
  return words === '' ? '' : element('span', { class: 'cannot' }, words);
}

function answersTable({ limit, answers }: ReportedLimit, index: number): VNode {
  return dataTable({
    id: `limits-${index + 1}`,
    caption: limit.text,
    columns: [
      { heading: 'Group' },
      { heading: limit.kind === 'gap' ? 'Difference' : limit.measure, numeric: true },
      { heading: 'Answer' },
      { heading: 'Needed to tell' },
    ],
    rows: answers.map((answer) => ({
      heading: groupWords(answer.group),
      cells: [figureOrWhy(limit, answer.figure), mark(answer.verdict), needed(limit, answer)],
    })),
  });
}
