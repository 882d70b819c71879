// The first page, and what there is to know beside it.
import type { VNode } from 'preact';
import { element } from './element.ts';
import type { Answer, ToldPoint, Verdict } from './first-page.ts';
import { siteGroups } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import type { Report } from './record.ts';
import { glanceTable } from './result-table.ts';

/** Of more limits those that are not kept are listed, the rest counted. */
const MOST_LIMITS = 3;
/** Limits and hospitals together for which one page has room; else the table of hospitals follows under Also. */
const MOST_LINES = 7;

/** Which model, whom, pass, fail or cannot tell, the three things to know, the figures by hospital: one screen, one sheet. */
export function firstPage(report: Report): VNode {
  const { answer } = report;
  return element('section', { 'aria-labelledby': 'answer', class: 'front' }, [
    element('h2', { id: 'answer' }, 'The answer first'),
    element('div', { class: 'answer' }, [
      element('dl', null, factLines(answer)),
      element('h3', null, `${numberWord(answer.points.length)} to know`),
      element('ol', null, answer.points.map(pointItem)),
    ]),
    element('p', { class: 'note' }, furtherWords(report)),
    fits(report) ? glance(report) : null,
  ]);
}

const fits = ({ primary, answer: { verdict } }: Report): boolean =>
  siteGroups(primary).length + Math.min(MOST_LIMITS, verdict.limits.length) <= MOST_LINES;

function glance({ cohort, primary }: Report): VNode {
  const groups = siteGroups(primary);
  const [threshold] = groups[0]?.thresholds ?? [];
  return element('div', null, [
    glanceTable(outcomeWords(cohort.label), 'glance', 'At a glance, by hospital', groups),
    threshold === undefined
      ? null
      : element('p', { class: 'note' }, [
          `“${threshold.name}” is a threshold of the model: its value, how it was chosen and why an interval is missing stand under `,
          element('a', { href: '#decisions' }, 'Decisions'),
          '.',
        ]),
  ]);
}

const numberWord = (points: number): string => (points === 3 ? 'The three things' : `The ${points} things`);

function factLines({ facts, verdict }: Answer): VNode[] {
  const line = (term: string, ...texts: readonly (VNode | string)[]) => [
    element('dt', null, term),
    ...texts.map((text) => element('dd', null, text)),
  ];
  return [
    ...line('Model', facts.model),
    ...line('Tested on', facts.testedOn),
    ...line('Where', facts.sites),
    ...line('Evidence', facts.evidence),
    ...line('Answer', ...verdictLines(verdict)),
  ];
}

const VERDICT_WORDS: Readonly<Record<Verdict['answer'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  'cannot tell': 'CANNOT TELL',
  hidden: 'HIDDEN',
  'no limits': 'NO VERDICT',
};

/** The answer, then each limit; of many those that are not kept. */
function verdictLines({ answer, text, limits }: Verdict): VNode[] {
  const shown = limits.length > MOST_LIMITS ? limits.filter((limit) => limit.answer !== 'pass') : limits;
  const listed = shown.slice(0, MOST_LIMITS);
  const rest = limits.length - listed.length;
  return [
    element('span', null, [element('strong', null, VERDICT_WORDS[answer]), `. ${text}`]),
    ...listed.map(({ limit, answer: each }) => element('span', null, `${VERDICT_WORDS[each]}: ${limit}`)),
    ...(rest > 0
      ? [
          element('span', null, [
            listed.length > 0 ? `${rest} more: ` : 'Each: ',
            element('a', { href: '#limits' }, 'Limits'),
          ]),
        ]
      : []),
  ];
}

const pointItem = ({ text, section, title }: ToldPoint): VNode =>
  element('li', null, [`${text} (`, element('a', { href: `#${section}` }, title), ')']);

/** How much more there is to know, and where. */
function furtherWords({ answer, cautions }: Report): (VNode | string)[] {
  const link = (id: string, text: string) => element('a', { href: `#${id}` }, text);
  const { further } = answer;
  return [
    further === 0 ? 'The same in full: ' : `In full, with ${further} further ${further === 1 ? 'point' : 'points'}: `,
    link('also', 'Also'),
    `. ${cautions.length} ${cautions.length === 1 ? 'caution' : 'cautions'}: `,
    link('cautions', 'Cautions'),
    '.',
  ];
}

/** Everything to know in full. */
export function alsoSection(report: Report): VNode {
  return element('section', { 'aria-labelledby': 'also' }, [
    element('h2', { id: 'also' }, 'Also'),
    element(
      'p',
      null,
      'The things to know in full, in the order of their importance: a limit that is broken, a harm that is shown, what cannot be told, what limits every figure, plain results.',
    ),
    element('ul', null, report.answer.also.map(pointItem)),
    fits(report) ? null : glance(report),
  ]);
}
