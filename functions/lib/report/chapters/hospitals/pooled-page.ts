import type { VNode } from 'preact';
import { list } from '../../answer.ts';
import { element } from '../../element.ts';
import { capitalised } from '../../format.ts';
import { htmlPage } from '../../html-page.ts';
import { evidenceWords } from '../../reasons.ts';
import { STYLE } from '../../style.ts';
import type { PooledReports } from './pool-reports.ts';
import { hospitalsSection } from './section.ts';
import { hospitalCautions, hospitalMethods } from './words.ts';

/** pooled.html: the chapter between hospitals, over the hospitals of several reports. */
export function pooledPage(pooled: PooledReports): string {
  const { model, hospitals } = pooled;
  const heading = `${model.name} ${model.version} over the hospitals of ${pooled.reports.length} reports`;
  return htmlPage({
    title: heading,
    style: STYLE,
    body: [
      element('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
      element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, capitalised(model.regulatoryStatus)),
      element('header', null, element('h1', null, heading)),
      element('main', { id: 'main', tabindex: -1 }, [
        section('hospitals', 'Between hospitals', hospitalsSection(hospitals, undefined)),
        section('cautions', 'Cautions', [items(pooledCautions(pooled))]),
        section('reports', 'What was pooled', [items(pooled.reports.map(reportWords))]),
        section(
          'methods',
          'Methods',
          hospitalMethods(hospitals).map((text) => element('p', null, text)),
        ),
      ]),
    ],
  });
}

const section = (id: string, title: string, children: readonly (VNode | null)[]): VNode =>
  element('section', { 'aria-labelledby': id }, [element('h2', { id }, title), ...children]);

const items = (texts: readonly string[]): VNode =>
  element(
    'ul',
    null,
    texts.map((text) => element('li', null, text)),
  );

const reportWords = ({ name, cohort, audience, sites }: PooledReports['reports'][number]): string =>
  `${cohort}: ${list(sites)} (${name}, ${audience} edition)`;

/** What a reader of the pooled figures must bear in mind. */
export function pooledCautions({ reports, hospitals, label }: PooledReports): string[] {
  const evidence = new Set(reports.map((report) => report.evidence.join(' ')));
  const kinds = reports.map((report) => `${report.name} ${list(report.evidence.map(evidenceWords))}`);
  const partial = reports.filter(({ missing }) => missing > 0).map(({ name }) => name);
  return [
    ...(partial.length === 0 ? [] : [`PARTIAL: ${list(partial)} closed while drops were still in flight.`]),
    ...(evidence.size === 1 ? [] : [`The reports are not one kind of evidence: ${kinds.join('; ')}.`]),
    `The label "${label}" has one name in all reports; whether hospitals define and read it alike, no number here can tell.`,
    ...hospitalCautions(hospitals).map(({ text }) => text),
  ];
}
