import type { ReportBody } from '../record.ts';
import { blinding, indeterminate } from './evidence.ts';
import { type Checklist, itemsOf, type Line, notApplicable, reported } from './item.ts';

/**
 * STARD 2015 (Bossuyt et al., doi:10.1136/bmj.h5527) by number, and what STARD-AI (Sounderajah et al. 2025,
 * doi:10.1038/s41591-025-03953-8) asks beyond it, without its numbers.
 */
export const stardAi = (body: ReportBody): Checklist => ({
  id: 'stard-ai',
  title: 'STARD 2015 with the additions of STARD-AI, diagnostic accuracy',
  source: 'doi:10.1136/bmj.h5527, doi:10.1038/s41591-025-03953-8',
  items: itemsOf([...study(body), ...analysis(body), ...RESULTS, ...ADDITIONS], body.cohort),
});

const study = (body: ReportBody): readonly Line[] => [
  ['1', 'Named as a study of accuracy, with a measure of it', reported('answer', 'Headline')],
  ['2', 'Structured summary', reported('answer', 'The answer first')],
  ['3', 'Background, intended use and role of the test', reported('purpose', 'What the model is for')],
  ['4', 'Objectives and hypotheses', 'protocol'],
  ['5', 'Prospective or retrospective', 'design'],
  ['6', 'Eligibility', 'eligibility'],
  ['7', 'How eligible people were found', 'eligibility'],
  ['8', 'Where and when', 'dates'],
  ['9', 'Consecutive, random or convenience series', 'series'],
  ['10a', 'Index test, so that it can be repeated', reported('provenance', 'Weights by hash, software, command')],
  ['10b', 'Reference standard, so that it can be repeated', 'outcome'],
  ['11', 'Why this reference standard', 'outcome'],
  ['12a', 'Cut-offs of the index test, chosen beforehand or not', reported('decisions', 'How each was chosen')],
  ['12b', 'Cut-offs of the reference standard', 'outcome'],
  ['13a', 'What the readers of the index test knew', notApplicable('The model reads the study alone')],
  ['13b', 'What the assessors of the reference knew', blinding(body)],
];

const analysis = (body: ReportBody): readonly Line[] => [
  ['14', 'Measures of accuracy and their comparison', reported('methods', 'Each with its source')],
  ['15', 'Indeterminate results', indeterminate(body)],
  ['16', 'Missing index test or reference', reported('flow', 'Studies without score or label, by reason')],
  ['17', 'Variability of accuracy, planned or explored', reported('fairness', 'Groups, corrected for their number')],
  ['18', 'Sample size', reported('precision', 'Precision reached, and studies needed')],
];

const RESULTS: readonly Line[] = [
  ['19', 'Flow, with a diagram', reported('flow', 'Flow of studies')],
  ['20', 'Characteristics', reported('people', 'Who was studied')],
  ['21a', 'Severity among those with the condition', 'outcome'],
  ['21b', 'Other diagnoses among those without', 'outcome'],
  ['22', 'Time and treatments between test and reference', 'treatments'],
  ['23', 'Cross table', reported('decisions', 'Found and cleared, by hospital')],
  ['24', 'Accuracy with its precision', reported('decisions', 'Sensitivity and specificity with intervals')],
  ['25', 'Adverse events', 'adverse'],
  ['26', 'Limitations: bias, uncertainty, generalisability', reported('cautions', 'Cautions')],
  ['27', 'Implications for practice', 'interpretation'],
  ['28', 'Registration', 'registration'],
  ['29', 'Full protocol', 'protocol'],
  ['30', 'Funding', 'funding'],
];

const ADDITIONS: readonly Line[] = [
  ['AI', 'Version of the model, and how to get it', reported('provenance', 'Name, version and hashes')],
  ['AI', 'Origin of training and test data, and how they were kept apart', reported('methods', 'Evidence')],
  ['AI', 'Representation of groups in the data', reported('people', 'Who was studied')],
  ['AI', 'Preparation of the data, devices, acquisition', reported('people', 'Measurements, recorders and sampling')],
  ['AI', 'Failed and refused input', reported('flow', 'By reason')],
  ['AI', 'Error analysis and fairness', reported('fairness', 'Gaps, intersections and worst groups')],
  ['AI', 'Interaction of people with the model', 'users'],
  ['AI', 'Commercial interests', 'conflicts'],
  ['AI', 'Public availability of data and code', 'data'],
  ['AI', 'Ethics and consent', 'ethics'],
];
