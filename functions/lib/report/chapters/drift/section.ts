import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { isEstimate, type Report } from '../../record.ts';
import { dataTable } from '../../table.ts';
import type { SiteChanges } from './changes.ts';
import type { Comparison, DriftValue } from './drift.ts';
import type { ExpectedAtSite, ExpectedFigure } from './expected.ts';
import { expectedPlot } from './expected-plot.ts';
import {
  byEvidence,
  contradicted,
  differing,
  effectWords,
  indexWords,
  orderWords,
  pWords,
  shiftWords,
  summaryWords,
  testWords,
} from './words.ts';

/** Populations against their references, performance expected and seen, and changes over time. */
export function driftSection(value: DriftValue, report: Report): (VNode | null)[] {
  return [
    element(
      'p',
      null,
      `${summaryWords(value)} A difference is no fault of a hospital: it says where what the model learned may not hold. With many people small differences are found, with few large ones are missed.`,
    ),
    ...populationsPart(value),
    ...expectedPart(value.expected, report),
    ...changesPart(value.changes),
  ];
}

const REFERENCE_WORDS = {
  'other hospitals': 'Against the other hospitals',
  training: 'Against the training',
  'last audit': 'Against the last audit',
} as const;

function populationsPart({ populations }: DriftValue): VNode[] {
  return (['last audit', 'training', 'other hospitals'] as const).flatMap((reference) => {
    const all = populations.filter((one) => one.reference === reference);
    if (all.length === 0) return [];
    const id = `drift-${reference.replaceAll(' ', '-')}`;
    return [
      element('h3', { id }, REFERENCE_WORDS[reference]),
      dataTable({
        id: `${id}-table`,
        caption: `${REFERENCE_WORDS[reference]}: what differs after correction, ${orderWords(all)}`,
        columns: [
          { heading: 'Hospital' },
          { heading: 'People', numeric: true },
          { heading: 'Measurements' },
          ...(reference === 'training' ? [] : [{ heading: 'Missing more or less often' }, { heading: 'Scores' }]),
          { heading: 'Share with the outcome' },
          ...(reference === 'other hospitals' ? [{ heading: 'Share or more' }] : []),
        ],
        rows: all.map((one) => ({
          heading: one.site,
          cells: [
            formatCount(one.people),
            differing(one, ['measurement']),
            ...(reference === 'training' ? [] : [differing(one, ['missing']), oneWords(one, 'score')]),
            oneWords(one, 'prevalence'),
            ...(reference === 'other hospitals' ? [shiftWords(one)] : []),
          ],
        })),
        ...notes(all),
      }),
      element('details', null, [
        element('summary', null, 'Every comparison with its numbers'),
        ...all.map((one, index) => testsTable(one, `${id}-${index}`)),
      ]),
    ];
  });
}

function notes(all: readonly Comparison[]): { note?: string } {
  const silent = [...new Set(all.flatMap(({ notRecorded }) => notRecorded))];
  return silent.length === 0 ? {} : { note: `Not recorded of the training, so not compared: ${silent.join(', ')}.` };
}

/** The one test of an aspect: how far apart, or that no difference is shown. */
function oneWords(one: Comparison, aspect: 'score' | 'prevalence'): string {
  const test = one.tests.find((each) => each.aspect === aspect);
  if (test === undefined) return 'not compared';
  if (!test.differs) return 'no difference shown';
  return effectWords(test) || indexWords(test);
}

function testsTable({ site, reference, tests }: Comparison, id: string): VNode {
  return dataTable({
    id,
    caption: `${site} ${REFERENCE_WORDS[reference].toLowerCase()}`,
    columns: [
      { heading: 'What' },
      { heading: 'Here and in the reference' },
      { heading: 'Stability index', numeric: true },
      { heading: 'p, corrected', numeric: true },
      { heading: 'Differs' },
    ],
    rows: byEvidence(tests).map((test) => ({
      heading: testWords(test),
      cells: [effectWords(test), indexWords(test), pWords(test.corrected), test.differs ? 'yes' : 'not shown'],
    })),
  });
}

function expectedPart(expected: readonly ExpectedAtSite[], { model }: Report): (VNode | null)[] {
  if (expected.length === 0) return [];
  const wrong = contradicted(expected);
  const seen = expected.filter(({ figures }) => figures.length > 0);
  const unseen = expected.filter(({ unlabelled }) => unlabelled !== null);
  const verdict =
    wrong.length === 0
      ? 'Where labels came, what was seen does not contradict it; that is no proof where none come.'
      : `At ${wrong.length} of ${seen.length} hospitals what was seen lies outside it (${wrong.map(({ site }) => site).join(', ')}): there the estimate without labels would have misled.`;
  return [
    element('h3', { id: 'drift-expected' }, 'Performance expected without labels'),
    element(
      'p',
      null,
      `What the scores alone promise: performance if every score were the true probability at this hospital. ${verdict} The assumption is calibration, here and now; it fails silently where the outcome depends on the measurements in another way than in the training.`,
    ),
    ...plotOf(seen),
    seen.length === 0 ? null : expectedTable(seen, model.thresholds[0]?.name ?? ''),
    unseen.length === 0 ? null : unlabelledTable(unseen),
  ];
}

/** Drawn where at least one AUROC was seen. */
function plotOf(expected: readonly ExpectedAtSite[]): VNode[] {
  const drawn = expected.filter(({ figures }) =>
    figures.some(({ measure, realised }) => measure === 'AUROC' && isEstimate(realised)),
  );
  if (drawn.length === 0) return [];
  const caption = 'Bars: range that the scores promise. Squares with lines: what was seen, with its 95 % interval.';
  return [element('figure', null, [expectedPlot(drawn), element('figcaption', null, caption)])];
}

const MEASURE_STYLE = { AUROC: 'fraction', sensitivity: 'percent', specificity: 'percent' } as const;

function rangeWords({ measure, expected }: Pick<ExpectedFigure, 'measure' | 'expected'>): string {
  if (expected === null) return 'cannot tell';
  const style = MEASURE_STYLE[measure];
  const text = (value: number) => formatNumber(value, style);
  return `${text(expected.estimate)}${style === 'percent' ? ' %' : ''} (${text(expected.lower)} to ${text(expected.upper)})`;
}

function expectedTable(expected: readonly ExpectedAtSite[], threshold: string): VNode {
  return dataTable({
    id: 'drift-expected-table',
    caption: `Expected from the scores, and seen with labels; sensitivity and specificity at “${threshold}”`,
    columns: [
      { heading: 'Hospital' },
      { heading: 'Figure' },
      { heading: 'Expected', numeric: true },
      { heading: 'Seen', numeric: true },
      { heading: 'Seen within the range' },
    ],
    rows: expected.flatMap(({ site, figures }) =>
      figures.map((figure) => ({
        heading: site,
        cells: [
          figure.measure,
          rangeWords(figure),
          formatFigure(figure.realised, MEASURE_STYLE[figure.measure]),
          figure.contradicts === null ? 'cannot tell' : figure.contradicts ? element('strong', null, 'no') : 'yes',
        ],
      })),
    ),
    note: 'Expected: in brackets the range of what would be seen in as many studies if the scores were true probabilities; at one hospital in twenty one of its three figures lies outside by chance. What lies inside is not shown to be right.',
  });
}

function unlabelledTable(expected: readonly ExpectedAtSite[]): VNode {
  return dataTable({
    id: 'drift-unlabelled-table',
    caption: 'Expected of scored studies without label: unchecked',
    columns: [
      { heading: 'Hospital' },
      { heading: 'Studies', numeric: true },
      { heading: 'AUROC', numeric: true },
      { heading: 'Sensitivity', numeric: true },
      { heading: 'Specificity', numeric: true },
    ],
    rows: expected.flatMap(({ site, unlabelled }) =>
      unlabelled === null
        ? []
        : [{ heading: site, cells: [formatCount(unlabelled.n), ...unlabelled.figures.map(rangeWords)] }],
    ),
  });
}

function changesPart(changes: readonly SiteChanges[]): (VNode | null)[] {
  if (changes.length === 0) return [];
  const dated = changes.filter(({ time }) => time !== null);
  const heading = element('h3', { id: 'drift-changes' }, 'Change over time');
  if (dated.length === 0)
    return [
      heading,
      element(
        'p',
        null,
        'Cannot tell: all studies of each hospital came on one day, and labels have no years or all the same.',
      ),
    ];
  const rows = dated.flatMap(({ site, time, from, to, changes: found }) =>
    found.length === 0
      ? [{ heading: site, cells: ['none found', `${from} to ${to} (${time})`, '', ''] }]
      : found.map((change) => {
          const style = change.of === 'measurements missing per person' ? 'ratio' : 'fraction';
          return {
            heading: site,
            cells: [
              change.of,
              `from ${change.from} (${time})`,
              formatNumber(change.before, style),
              formatNumber(change.after, style),
            ],
          };
        }),
  );
  return [
    heading,
    dataTable({
      id: 'drift-changes-table',
      caption: 'Changes of mean score, share with the outcome and missing measurements',
      columns: [
        { heading: 'Hospital' },
        { heading: 'What changed' },
        { heading: 'When' },
        { heading: 'Before', numeric: true },
        { heading: 'After', numeric: true },
      ],
      rows,
      ...(dated.length < changes.length && {
        note: `Cannot tell elsewhere: ${changes
          .filter(({ time }) => time === null)
          .map(({ site }) => site)
          .join(', ')} (all on one day).`,
      }),
    }),
  ];
}
