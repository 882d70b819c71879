import type { VNode } from 'preact';
import { NOT_GIVEN, SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { audienceWords, provenanceLines, provenanceList } from '../edition.ts';
import { element } from '../element.ts';
import { formatCount, formatPeople } from '../format.ts';
import { htmlPage } from '../html-page.ts';
import { STYLE } from '../style.ts';
import { dataTable, type TableRow } from '../table.ts';
import { answerBox, furtherPoints, listOf } from '../things-to-know.ts';
import { groupWords } from './groups.ts';
import { kindOf } from './kinds.ts';
import type { EvaluationReport } from './record.ts';
import { cautionsBeside, lossWords, STEP_WORDS } from './words.ts';

/** report.html of an evaluation: one file without scripts, fonts, pictures or addresses to fetch. */
export function evaluationPage(report: EvaluationReport): string {
  return htmlPage({ title: report.title, style: STYLE, body: evaluationNodes(report) });
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly children: readonly (VNode | null)[];
}

/** What the page holds, for the browser and for paper. */
export function evaluationNodes(report: EvaluationReport): VNode[] {
  const sections = sectionsOf(report);
  return [
    element('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
    element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, 'Research use only'),
    element('header', null, [
      element('h1', null, report.title),
      element('p', null, `Evaluation${report.model === null ? '' : ` of ${report.model}`}, ${report.audience} edition`),
      element('p', null, testedOn(report)),
    ]),
    element('main', { id: 'main', tabindex: -1 }, [
      sectionNode({
        id: 'answer',
        title: 'The answer first',
        children: [answerBox(report.answer.headline, report.answer.points)],
      }),
      contents(sections),
      ...sections.map(sectionNode),
    ]),
    element('footer', null, element('p', null, `Research use only. ${audienceWords(report)}`)),
  ];
}

/** "Tested on 1,200 studies of 990 people from 4 hospitals. Reference: two cardiologists." */
export function testedOn({ groups, referenceMethod }: EvaluationReport): string {
  const [{ n, subjects }] = groups;
  const people = subjects === null ? '' : ` of ${formatPeople(subjects)}`;
  const sites = groups.filter(({ group, value }) => group === SITE && value !== NOT_GIVEN).length;
  const where = sites === 0 ? '' : ` from ${sites} ${sites === 1 ? 'hospital' : 'hospitals'}`;
  const reference = referenceMethod?.replace(/\.$/, '') ?? 'how it was made is not stated';
  return `Tested on ${formatCount(n)} studies${people}${where}. Reference: ${reference}.`;
}

function sectionsOf(report: EvaluationReport): Section[] {
  const also = furtherPoints(report.answer.points);
  return [
    { id: 'cautions', title: 'Cautions', children: [listOf('ul', cautionsBeside(report))] },
    ...(also.length === 0 ? [] : [{ id: 'also', title: 'Also', children: [listOf('ul', also)] }]),
    { id: 'flow', title: 'Flow of studies', children: [flowTable(report)] },
    { id: 'people', title: 'Who was studied', children: [groupTable(report)] },
    ...kindOf(report.results).sections(),
    {
      id: 'methods',
      title: 'Methods',
      children: [
        ...report.methods.map((text) => element('p', null, text)),
        report.citation.length === 0 ? null : listOf('ul', report.citation),
      ],
    },
    { id: 'provenance', title: 'Provenance', children: [provenanceList(provenanceLines(report.provenance))] },
  ];
}

const sectionNode = ({ id, title, children }: Section): VNode =>
  element('section', { 'aria-labelledby': id }, [element('h2', { id }, title), ...children]);

function contents(sections: readonly Section[]): VNode {
  const items = sections.map(({ id, title }) => element('li', null, element('a', { href: `#${id}` }, title)));
  return element('nav', { 'aria-label': 'Sections of the report' }, element('ul', null, items));
}

function flowTable({ flow, results }: EvaluationReport): VNode {
  const words = { ...STEP_WORDS, ...kindOf(results).stepWords };
  const rows = (flow[0]?.steps ?? []).flatMap(({ name }, i): TableRow[] => {
    const codes = [...new Set(flow.flatMap(({ steps }) => steps[i].losses.map(({ code }) => code)))];
    const lost = codes.map(
      (code): TableRow => ({
        heading: `− ${lossWords(code)}`,
        kind: 'detail',
        cells: flow.map(({ steps }) => formatCount(steps[i].losses.find((loss) => loss.code === code)?.count ?? 0)),
      }),
    );
    return [
      ...lost,
      { heading: words[name], kind: 'strong', cells: flow.map(({ steps }) => formatCount(steps[i].count)) },
    ];
  });
  return dataTable({
    id: 'flow-table',
    caption: 'What stood in the table, and what was lost on the way to the analysis, with the reason',
    columns: [{ heading: 'Step' }, ...flow.map(({ site }) => ({ heading: site ?? 'All', numeric: true }))],
    rows,
    note: 'Each step is the step before less the losses between them.',
  });
}

function groupTable({ groups, results }: EvaluationReport): VNode {
  const { headings, cellsOf, note } = kindOf(results).described();
  const knowsPeople = groups.some(({ subjects }) => subjects !== null);
  return dataTable({
    id: 'table1',
    caption: 'Table 1. Studies of the analysis by site and group',
    columns: [
      { heading: 'Group' },
      { heading: 'Studies', numeric: true },
      ...(knowsPeople ? [{ heading: 'People', numeric: true }] : []),
      ...headings.map((heading) => ({ heading, numeric: true })),
    ],
    rows: groups.map((group) => ({
      heading: groupWords(group),
      cells: [
        formatCount(group.n),
        ...(knowsPeople && group.subjects !== null ? [formatCount(group.subjects)] : []),
        ...cellsOf(group),
      ],
    })),
    note,
  });
}
