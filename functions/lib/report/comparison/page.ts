import type { VNode } from 'preact';
import { csv, figureCells, figureHeader } from '../csv.ts';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { differenceStyle, formatCount } from '../format.ts';
import { pText } from '../gap-words.ts';
import { htmlPage } from '../html-page.ts';
import { STYLE } from '../style.ts';
import { dataTable } from '../table.ts';
import { answerAndAlso } from '../things-to-know.ts';
import type { ComparedFigure, ComparedSite, Comparison, Counts, Side, StudiesMet } from './record.ts';

/** comparison.html: one file, like a report. */
export function comparisonPage(comparison: Comparison): string {
  const { first, second, studies, sites, methods } = comparison;
  return htmlPage({
    title: `Comparison: ${sideWords(second)} against ${sideWords(first)}`,
    style: STYLE,
    body: [
      element('a', { class: 'skip', href: '#main' }, 'Skip to the comparison'),
      element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, 'Research use only'),
      element('header', null, element('h1', null, 'Comparison of two reports')),
      element('main', { id: 'main', tabindex: -1 }, [
        answer(comparison),
        sidesTable(first, second),
        ...(studies === null ? [] : [studiesTable(studies)]),
        ...sites.map(siteSection),
        element('section', { 'aria-labelledby': 'methods' }, [
          element('h2', { id: 'methods' }, 'Methods'),
          element('p', null, 'Change: second minus first; of observed / expected, second by first. p: two-sided.'),
          element(
            'ul',
            null,
            methods.map((text) => element('li', null, text)),
          ),
        ]),
      ]),
      element('footer', null, element('p', null, 'Research use only.')),
    ],
  });
}

const modelWords = ({ model, version }: Side): string => (version === null ? model : `${model} ${version}`);

const sideWords = (side: Side): string => `${modelWords(side)} on ${side.cohort}`;

function answer({ headline, cautions, onlyFirst, onlySecond }: Comparison): VNode {
  const alone = [
    ...(onlyFirst.length > 0 ? [`Only in the first report: ${onlyFirst.join(', ')}.`] : []),
    ...(onlySecond.length > 0 ? [`Only in the second report: ${onlySecond.join(', ')}.`] : []),
  ];
  return element('section', { 'aria-labelledby': 'answer' }, [
    element('h2', { id: 'answer' }, 'The answer first'),
    ...answerAndAlso(headline, [...alone, ...cautions]),
  ]);
}

function sidesTable(first: Side, second: Side): VNode {
  const row = (heading: string, of: (side: Side) => string) => ({ heading, cells: [of(first), of(second)] });
  const names = [...new Set([...first.inputs, ...second.inputs].map(({ name }) => name))];
  return element('section', { 'aria-labelledby': 'sides' }, [
    element('h2', { id: 'sides' }, 'What is compared'),
    dataTable({
      id: 'sides-table',
      caption: 'The two reports',
      columns: [{ heading: 'What' }, { heading: 'First' }, { heading: 'Second' }],
      rows: [
        row('Model', modelWords),
        row('Cohort', ({ cohort }) => cohort),
        row('Outcome', ({ label }) => label),
        row('Edition', ({ audience }) => audience),
        row('Software', ({ software }) => software),
        ...names.map((name) => inputRow(name, hashOf(first, name), hashOf(second, name))),
      ],
    }),
  ]);
}

const hashOf = ({ inputs }: Side, name: string): string =>
  inputs.find((input) => input.name === name)?.sha256 ?? 'none';

/** Which studies the changes are from. */
function studiesTable({ both, contradicting, onlyFirst, onlySecond }: StudiesMet): VNode {
  const row = (heading: string, count: number) => ({ heading, cells: [formatCount(count)] });
  return element('section', { 'aria-labelledby': 'studies' }, [
    element('h2', { id: 'studies' }, 'Studies of both reports'),
    dataTable({
      id: 'studies-table',
      caption: 'Studies that the two reports analysed, known again by their keys',
      columns: [{ heading: 'Which' }, { heading: 'Studies', numeric: true }],
      rows: [
        row('In both, with the same reference: compared one by one', both),
        row('In both, with another reference: in no change that is made study by study', contradicting),
        row('Only in the first', onlyFirst),
        row('Only in the second', onlySecond),
      ],
      note: 'First and second figures below are of all studies of each report.',
    }),
  ]);
}

/** Enough of a hash to tell two apart. */
const SHOWN = 12;

function inputRow(heading: string, first: string, second: string) {
  const cells = first === second ? ['same in both', 'same in both'] : [first.slice(0, SHOWN), second.slice(0, SHOWN)];
  return { heading, cells };
}

function siteSection(site: ComparedSite, index: number): VNode {
  const id = `site-${index}`;
  const { first, second, pairs, figures } = site;
  const isTested = figures.some(({ pValue }) => pValue !== null);
  const name = site.site ?? 'All studies in one heap (crude)';
  const counts = `First: ${countWords(first)}. Second: ${countWords(second)}.`;
  const paired = pairs === null ? ' Not paired.' : ` In both, study by study: ${formatCount(pairs)}.`;
  return element('section', { 'aria-labelledby': id }, [
    element('h2', { id }, name),
    element('p', null, counts + paired),
    dataTable({
      id: `${id}-table`,
      caption: `${name}: figures of both reports, with 95 % intervals`,
      columns: [
        { heading: 'Figure' },
        { heading: 'First', numeric: true },
        { heading: 'Second', numeric: true },
        { heading: 'Change', numeric: true },
        ...(isTested ? [{ heading: 'p', numeric: true }] : []),
        { heading: 'From' },
      ],
      rows: figures.map((figure) => ({ heading: unitWords(figure), cells: cellsOf(figure, isTested) })),
    }),
  ]);
}

const countWords = ({ n, events }: Counts): string =>
  `${formatCount(n)} studies${events === null ? '' : `, ${formatCount(events)} with the outcome`}`;

const unitWords = ({ name, style }: ComparedFigure): string => (style === 'percent' ? `${name}, %` : name);

function cellsOf({ first, second, change, style, isRatio, basis, pValue }: ComparedFigure, isTested: boolean) {
  return [
    figureCell(first, style),
    figureCell(second, style),
    figureCell(change, isRatio ? 'ratio' : differenceStyle(style)),
    ...(isTested ? [pText(pValue)] : []),
    basis === 'paired' ? 'the same studies' : 'the two figures',
  ];
}

/** comparison.csv: one line per hospital and figure. */
export function comparisonCsv({ sites }: Comparison): string {
  const header = ['site', 'figure', 'basis', ...['first', 'second', 'change'].flatMap(figureHeader), 'p'];
  const rows = sites.flatMap(({ site, figures }) =>
    figures.map(({ name, basis, first, second, change, pValue }) => [
      site ?? 'all',
      name,
      basis,
      ...[first, second, change].flatMap(figureCells),
      pValue,
    ]),
  );
  return csv(header, rows);
}
