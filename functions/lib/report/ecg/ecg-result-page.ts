// The result page of an ECG that is a unit by itself.
import { element } from '../element.ts';
import { htmlPage } from '../html-page.ts';
import { STYLE } from '../style.ts';
import { answersOf, ecgSections, type ReadEcg, recordingWords, statusOf } from './ecg-sections.ts';
import { ALONE } from './place.ts';
import { ECG_STYLE } from './style.ts';
import { modelSection } from './trust.ts';

export interface EcgResultInput extends ReadEcg {
  readonly site: string;
  readonly unit: string;
}

/** result.html of an ECG: one file, no scripts, no clock. */
export function ecgResultPage(input: EcgResultInput): string {
  const answers = answersOf(input);
  return htmlPage({
    title: `ECG of ${input.site}, unit ${input.unit.slice(0, 8)}`,
    style: STYLE + ECG_STYLE,
    body: [
      element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, statusOf(answers)),
      element('header', null, [element('h1', null, `ECG of ${input.site}`), element('p', null, recordingWords(input))]),
      element('main', null, [
        ...ecgSections(input, answers, ALONE),
        ...answers.map(({ contract }, n) => modelSection(contract, `model-${n}`)),
      ]),
      element(
        'footer',
        null,
        element('p', null, [
          `${statusOf(answers)}. Unit `,
          element('code', null, input.unit),
          ', study ',
          element('code', null, input.row.studyKey),
          '.',
        ]),
      ),
    ],
  });
}
