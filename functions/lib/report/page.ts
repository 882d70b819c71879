import type { VNode } from 'preact';
import { cautionKinds } from './caution-kinds.ts';
import { chapterLinks, chapterSections } from './chapters.ts';
import { audienceWords, hashLine, type ProvenanceLine, provenanceList } from './edition.ts';
import { element } from './element.ts';
import { capitalised, formatCount } from './format.ts';
import { htmlPage } from './html-page.ts';
import type { EarlierAudit } from './provenance.ts';
import { isSuppressed, type Report } from './record.ts';
import { alsoSection, firstPage } from './section-answer.ts';
import { checklistsSection } from './section-checklists.ts';
import { flowSection } from './section-flow.ts';
import {
  apparentSection,
  calibrationSection,
  discriminationSection,
  groupSections,
  thresholdsSection,
} from './section-results.ts';
import { table1Section } from './section-table1.ts';
import { STYLE } from './style.ts';

/** report.html: one file without scripts, fonts, pictures or addresses to fetch. */
export function reportPage(report: Report): string {
  return htmlPage({ title: reportTitle(report), style: STYLE, body: reportNodes(report) });
}

/** "Four hospitals: cad-measurements 1.0.0". */
export const reportTitle = ({ cohort, model }: Report): string => `${cohort.title}: ${model.name} ${model.version}`;

/** What the page holds, for the browser and for paper. */
export function reportNodes(report: Report): VNode[] {
  return [
    element('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
    banner(report),
    element('header', null, title(report)),
    element('main', { id: 'main', tabindex: -1 }, sections(report)),
    element(
      'footer',
      null,
      element('p', null, `${capitalised(report.model.regulatoryStatus)}. ${audienceWords(report)}`),
    ),
  ];
}

function banner({ model }: Report): VNode {
  return element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, capitalised(model.regulatoryStatus));
}

function title({ cohort, audience }: Report): VNode {
  return element('div', null, [
    element('h1', null, cohort.title),
    element('p', null, `Validation report of cohort ${cohort.name}, ${audience} edition`),
  ]);
}

function sections(report: Report): (VNode | null)[] {
  return [
    firstPage(report),
    contents(report),
    alsoSection(report),
    cautionsSection(report),
    ...chapterSections(report, true),
    flowSection(report),
    table1Section(report),
    discriminationSection(report),
    calibrationSection(report),
    thresholdsSection(report),
    ...groupSections(report),
    ...chapterSections(report, false),
    apparentSection(report),
    methodsSection(report),
    checklistsSection(report.checklists),
    provenanceSection(report),
  ];
}

function contents({ apparent, primary, chapters }: Report): VNode {
  const links = [
    ['also', 'Also'],
    ['cautions', 'Cautions'],
    ...chapterLinks(chapters, true),
    ['flow', 'Flow of studies'],
    ['people', 'Who was studied'],
    ['discrimination', 'Discrimination'],
    ['calibration', 'Calibration'],
    ['decisions', 'Decisions'],
    ['sex', 'Women and men'],
    ['age', 'Age'],
    ...(primary.groups.some(({ device }) => device !== null) ? [['devices', 'Devices']] : []),
    ...chapterLinks(chapters, false),
    ...(apparent === null ? [] : [['apparent', 'Apparent performance']]),
    ['methods', 'Methods'],
    ['checklists', 'Checklists and model card'],
    ['provenance', 'Provenance'],
  ];
  const items = links.map(([id, text]) => element('li', null, element('a', { href: `#${id}` }, text)));
  return element('nav', { 'aria-label': 'Sections of the report' }, element('ul', null, items));
}

function cautionsSection({ cautions, model }: Report): VNode {
  return element('section', { 'aria-labelledby': 'cautions' }, [
    element('h2', { id: 'cautions' }, 'Cautions'),
    ...cautionKinds(cautions).flatMap(({ heading, cautions: own }) => [
      element('h3', null, heading),
      element(
        'ul',
        null,
        own.map(({ text }) => element('li', null, text)),
      ),
    ]),
    element('h3', { id: 'purpose' }, 'What the model is for'),
    element('p', null, model.intendedUse),
    element('p', null, `Not for: ${model.notFor.join('; ')}.`),
  ]);
}

function methodsSection({ methods, model }: Report): VNode {
  return element('section', { 'aria-labelledby': 'methods' }, [
    element('h2', { id: 'methods' }, 'Methods'),
    ...methods.map((text) => element('p', null, text)),
    model.citation.length === 0
      ? null
      : element(
          'ul',
          null,
          model.citation.map((text) => element('li', null, text)),
        ),
  ]);
}

const auditOf = ({ run, sha256 }: EarlierAudit): VNode =>
  element('span', null, ['run ', run, ', ', element('code', null, `sha256 ${sha256}`)]);

function provenanceSection({ provenance, model, cohort }: Report): VNode {
  const { command, software, seed, inputs, scoredBy, lastAudit } = provenance;
  const lines: ProvenanceLine[] = [
    ['Model', `${model.name} ${model.version}`],
    ...model.files.map(({ file, sha256, leftOut }) =>
      hashLine(leftOut === null ? `Weights ${file}` : `Weights ${file} (never saw ${leftOut})`, sha256),
    ),
    ...scoredBy.map(({ site, file, n }): [string, string] => [
      `Scored at ${site}`,
      isSuppressed(n) ? `${file} (number of studies hidden)` : `${file}, ${formatCount(n)} studies`,
    ]),
    ...inputs.map(({ name, sha256 }) => hashLine(name, sha256)),
    ...(lastAudit === undefined ? [] : [['Compared with the audit', auditOf(lastAudit)] as [string, VNode]]),
    ['Cohort', `${cohort.name}: label ${cohort.label}`],
    ['Software', software],
    ['Seed of every resampling', seed],
    ['Command', element('code', null, command)],
  ];
  return element('section', { 'aria-labelledby': 'provenance' }, [
    element('h2', { id: 'provenance' }, 'Provenance'),
    provenanceList(lines),
  ]);
}
