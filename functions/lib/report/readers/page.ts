import type { VNode } from 'preact';
import { audienceWords, provenanceLines, provenanceList } from '../edition.ts';
import { element } from '../element.ts';
import { formatCount } from '../format.ts';
import { htmlPage } from '../html-page.ts';
import { isSuppressed } from '../record.ts';
import { STYLE } from '../style.ts';
import { answerAndAlso } from '../things-to-know.ts';
import type { ReaderReport } from './record.ts';
import { agreementSection, comparisonSection } from './section-agreement.ts';
import { classesSection } from './section-classes.ts';
import { curvesSection } from './section-curves.ts';
import { groupsSection } from './section-groups.ts';
import { paperTables, publishedSection, ratersSection, studiesSection } from './section-results.ts';

/** Marks stand in the line of their legend. */
const LEGEND_STYLE =
  'svg.legend { display: inline-block; width: 0.9rem; height: 0.9rem; vertical-align: -0.1rem; }\n.marks span { margin-right: 1.25rem; white-space: nowrap; }\n';

/** report.html of a reader study: one file without scripts, fonts, pictures or addresses to fetch. */
export function readerPage(report: ReaderReport): string {
  return htmlPage({
    title: report.title,
    style: `${STYLE}${LEGEND_STYLE}`,
    body: [
      element('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
      element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, 'Research use only'),
      element('header', null, [
        element('h1', null, report.title),
        element('p', null, `Reader study, ${report.audience} edition`),
      ]),
      element('main', { id: 'main', tabindex: -1 }, sections(report)),
      element('footer', null, element('p', null, `Research use only. ${audienceWords(report)}`)),
    ],
  });
}

function sections(report: ReaderReport): (VNode | null)[] {
  return [
    answerSection(report),
    contents(report),
    section('cautions', 'Cautions', [
      element(
        'ul',
        null,
        report.cautions.map(({ text }) => element('li', null, text)),
      ),
    ]),
    section('studies', 'What was read, by whom', studiesSection(report)),
    section('results', 'Right answers by finding', paperTables(report)),
    ...(report.classes.length === 0 ? [] : [section('classes', 'One of several answers', classesSection(report))]),
    ...(report.rankings.length === 0 ? [] : [section('curves', 'Precision and recall', curvesSection(report))]),
    ...(report.comparisons.length === 0
      ? []
      : [section('differences', 'Differences between raters', comparisonSection(report))]),
    section('agreement', 'Agreement', agreementSection(report)),
    ...(report.groups.length > 1 ? [section('groups', 'Women and men, young and old', groupsSection(report))] : []),
    section('details', 'Every rater, finding by finding', ratersSection(report)),
    ...(report.published.length === 0
      ? []
      : [section('published', 'Against the published table', publishedSection(report))]),
    section('methods', 'Methods', [
      ...report.methods.map((text) => element('p', null, text)),
      element(
        'ul',
        null,
        report.citation.map((text) => element('li', null, text)),
      ),
    ]),
    section('provenance', 'Provenance', [provenance(report)]),
  ];
}

function section(id: string, title: string, children: readonly (VNode | null)[]): VNode {
  return element('section', { 'aria-labelledby': id }, [element('h2', { id }, title), ...children]);
}

function answerSection({ answer }: ReaderReport): VNode {
  return section('answer', 'The answer first', answerAndAlso(answer.headline, answer.points));
}

function contents({ rankings, comparisons, groups, published, classes }: ReaderReport): VNode {
  const links = [
    ['cautions', 'Cautions'],
    ['studies', 'What was read'],
    ['results', 'Right answers'],
    ...(classes.length === 0 ? [] : [['classes', 'One of several answers']]),
    ...(rankings.length === 0 ? [] : [['curves', 'Precision and recall']]),
    ...(comparisons.length === 0 ? [] : [['differences', 'Differences']]),
    ['agreement', 'Agreement'],
    ...(groups.length > 1 ? [['groups', 'Women and men, young and old']] : []),
    ['details', 'Every rater'],
    ...(published.length === 0 ? [] : [['published', 'Published table']]),
    ['methods', 'Methods'],
    ['provenance', 'Provenance'],
  ];
  const items = links.map(([id, text]) => element('li', null, element('a', { href: `#${id}` }, text)));
  return element('nav', { 'aria-label': 'Sections of the report' }, element('ul', null, items));
}

function provenance({ provenance: of, n, subjects }: ReaderReport): VNode {
  const people = subjects === null ? '' : ` of ${formatCount(subjects)} people`;
  return provenanceList([
    ['Studies', isSuppressed(n) ? 'hidden' : `${formatCount(n)}${people}`],
    ...provenanceLines(of),
  ]);
}
