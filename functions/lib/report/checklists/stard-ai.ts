import type { ReportBody } from '../record.ts';
import { againstTraining, blinding, indeterminate } from './evidence.ts';
import { type Checklist, itemsOf, type Line, notApplicable, reported } from './item.ts';

/**
 * STARD-AI (Sounderajah et al. 2025, doi:10.1038/s41591-025-03953-8), which extends STARD 2015 (doi:10.1136/bmj.h5527): its 40 items in 48
 * lines, numbered as published, asked in our words.
 */
export const stardAi = (body: ReportBody): Checklist => ({
  id: 'stard-ai',
  title: 'STARD-AI, diagnostic accuracy of artificial intelligence',
  source: 'doi:10.1038/s41591-025-03953-8',
  items: itemsOf([...OPENING, ...DATASET, ...test(body), ...analysis(body), ...results(body), ...CLOSING], body.cohort),
});

const OPENING: readonly Line[] = [
  ['1', 'Named as a study of the accuracy of AI, with a measure of it', reported('answer', 'Headline')],
  ['2', 'Structured summary', reported('answer', 'The answer first')],
  [
    '3',
    'Background, intended use, new or established, place in the workflow',
    reported('purpose', 'What the model is for; its place in the workflow: item 15d'),
  ],
  ['4', 'Objectives and hypotheses', 'protocol'],
  ['5', 'Prospective or retrospective', 'design'],
  ['6', 'Ethics approval, or why none was needed', 'ethics'],
  ['7', 'Eligibility of people and of data, in the order in which it was applied', 'eligibility'],
  ['8', 'How eligible people were found', 'eligibility'],
  ['9', 'Where and when', 'dates'],
  ['10', 'Consecutive, random or convenience series', 'series'],
];

const DATASET: readonly Line[] = [
  [
    '11',
    'Source of the data: routine care, collected for the study, or open',
    reported('flow', 'Hospitals, in the flow; when and what for they were collected: item 5'),
  ],
  ['12', 'Who annotated the data, with which training, and how', 'assessors'],
  [
    '13',
    'Devices that recorded, software of the test by version',
    reported('people', 'Recorders, where hospitals name them; software stands under provenance'),
  ],
  ['14', 'Acquisition and preparation of the data', reported('provenance', 'Part of the model contract, by hash')],
];

const test = (body: ReportBody): readonly Line[] => [
  ['15a', 'Index test, so that it can be repeated', reported('provenance', 'Weights by hash, software, command')],
  [
    '15b',
    'How the index test was developed, with sizes of samples',
    notApplicable('This report tests a finished model; the model card tells how it was made'),
  ],
  ['15c', 'Cut-offs of the index test, chosen beforehand or not', reported('decisions', 'How each was chosen')],
  ['15d', 'Whom the index test is for, and what they must be able to do', 'users'],
  ['16a', 'Reference standard, so that it can be repeated', 'outcome'],
  ['16b', 'Why this reference standard', 'outcome'],
  ['16c', 'Cut-offs of the reference standard', 'outcome'],
  ['17a', 'What the readers of the index test knew', notApplicable('The model reads the study alone')],
  ['17b', 'What the assessors of the reference knew', blinding(body)],
];

const analysis = (body: ReportBody): readonly Line[] => [
  ['18', 'Measures of accuracy and their comparison', reported('methods', 'Each with its source')],
  ['19', 'Indeterminate results', indeterminate(body)],
  ['20', 'Missing index test or reference', reported('flow', 'Studies without score or label, by reason')],
  ['21', 'Variability of accuracy, planned or explored', reported('fairness', 'Groups, corrected for their number')],
  ['22', 'Sample size', reported('precision', 'Precision reached, and studies needed')],
  ['23', 'Analysis of errors, bias and fairness', reported('fairness', 'Gaps, intersections and worst groups')],
];

const results = (body: ReportBody): readonly Line[] => [
  ['24', 'Flow, with a diagram', reported('flow', 'Flow of studies')],
  [
    '25',
    'Characteristics of the people and of the recordings, by data set',
    reported('people', 'Who was studied; those of the training: item 29'),
  ],
  ['26a', 'Severity among those with the condition', 'outcome'],
  ['26b', 'Other diagnoses among those without', 'outcome'],
  ['27', 'Time and treatments between test and reference', 'treatments'],
  ['28', 'Whether the condition is as common and as severe as where the test is to be used', 'representativeness'],
  ['29', 'How external data differ from those of the training', againstTraining(body, 'Drift: against the training')],
  ['30', 'Cross table', reported('decisions', 'Found and cleared, by hospital')],
  ['31', 'Accuracy with its precision', reported('decisions', 'Sensitivity and specificity with intervals')],
  ['32', 'Adverse events', 'adverse'],
];

const CLOSING: readonly Line[] = [
  ['33', 'Limitations: bias, uncertainty, generalisability', reported('cautions', 'Cautions')],
  ['34', 'Implications for practice', 'interpretation'],
  ['35', 'Ethics and fairness of using the test', 'risk'],
  ['36', 'Registration', 'registration'],
  ['37', 'Full protocol', 'protocol'],
  ['38', 'Funding', 'funding'],
  ['39', 'Commercial interests', 'conflicts'],
  ['40a', 'Availability of data and code, and on what terms', 'data'],
  [
    '40b',
    'Whether answers are kept and can be audited',
    reported('provenance', 'Every answer is kept with the hash of the weights that gave it'),
  ],
];
