import type { ReportBody } from '../record.ts';
import { inExternal, inSameSource, readersAgree } from './evidence.ts';
import { type Checklist, itemsOf, type Line, notApplicable, reported } from './item.ts';

const DEVELOPMENT = notApplicable('This report tests a finished model; the model card tells how it was made');
const NO_IMAGES = notApplicable('No images: the model reads measurements or signals');

/**
 * CLAIM, 2024 update (Tejani et al. 2024, doi:10.1148/ryai.240300), for artificial intelligence in medical imaging: its numbers, its items
 * in our words. Models without images are asked the same; what is about images alone does not apply to them.
 */
export const claim = (body: ReportBody): Checklist => ({
  id: 'claim',
  title: 'CLAIM 2024, artificial intelligence in medical imaging',
  source: 'doi:10.1148/ryai.240300',
  items: itemsOf([...OPENING, ...DATA, ...reference(body), ...MODEL, ...evaluation(body), ...RESULTS], body.cohort),
});

const OPENING: readonly Line[] = [
  ['1', 'Named as a study of AI, with the kind of technique', reported('answer', 'Headline, with the model')],
  ['2', 'Summary of design, methods, results and conclusions', reported('answer', 'The answer first')],
  ['3', 'Background, intended use and role of the model', reported('cautions', 'What the model is for')],
  ['4', 'Aims, objectives and hypotheses', 'protocol'],
  ['5', 'Prospective or retrospective', 'design'],
  ['6', 'Goal of the study', reported('methods', 'Evaluation of one version of one model')],
];

const DATA: readonly Line[] = [
  ['7', 'Sources of the data', reported('flow', 'Hospitals, in the flow')],
  ['8', 'Inclusion and exclusion criteria', 'eligibility'],
  ['9', 'Preprocessing of the data', reported('provenance', 'Part of the model contract, by hash')],
  ['10', 'Selection of parts of the data', reported('flow', 'Every study that was left out, by reason')],
  ['11', 'De-identification', reported('methods', 'What stays behind at intake')],
  ['12', 'Handling of missing data', reported('people', 'Missing values by field; refused studies stand in the flow')],
  ['13', 'Image acquisition', NO_IMAGES],
];

const reference = (body: ReportBody): readonly Line[] => [
  ['14', 'Methods behind the reference standard', reported('labels', 'Source and method of the labels, by hospital')],
  ['15', 'Why this reference standard', 'outcome'],
  ['16', 'Who gave the reference, with which training', 'assessors'],
  ['17', 'How the test set was annotated', 'assessors'],
  ['18', 'Variability between and within readers', readersAgree(body)],
  ['19', 'How data were assigned to partitions', reported('methods', 'Evidence: which weights judged which study')],
  ['20', 'Level at which partitions are disjoint', reported('methods', 'Evidence: external, left-out site or fold')],
  ['21', 'Intended size of the test set', reported('precision', 'Precision reached, and studies needed')],
];

const MODEL: readonly Line[] = [
  ['22', 'The model in detail, its inputs and outputs', DEVELOPMENT],
  ['23', 'Software, libraries and packages', reported('provenance', 'Software and weights, by version and hash')],
  ['24', 'Initial values of the parameters', DEVELOPMENT],
  ['25', 'Training in detail', DEVELOPMENT],
  ['26', 'Choice of the final model', DEVELOPMENT],
  ['27', 'Ensembles', DEVELOPMENT],
];

const evaluation = (body: ReportBody): readonly Line[] => [
  ['28', 'Metrics of performance', reported('methods', 'Each with its source')],
  [
    '29',
    'Measures of significance and uncertainty',
    reported('methods', 'Intervals and corrections, each with its source'),
  ],
  ['30', 'Robustness or sensitivity analysis', reported('robustness', 'Disturbed input, rerun through the model')],
  ['31', 'Explanations, and how they were tested', notApplicable('The model gives no explanation of its answers')],
  ['32', 'Evaluation on internal data', inSameSource(body, 'discrimination')],
  ['33', 'Testing on external data', inExternal(body, 'discrimination')],
  ['34', 'Registration of a clinical trial', 'registration'],
];

const RESULTS: readonly Line[] = [
  ['35', 'Patients or examinations included and excluded', reported('flow', 'Flow of studies')],
  ['36', 'Demographic and clinical characteristics', reported('people', 'Who was studied')],
  ['37', 'Performance with its uncertainty', reported('discrimination', 'By hospital, sex and age, with intervals')],
  [
    '38',
    'Diagnostic performance and its precision',
    reported('decisions', 'Sensitivity and specificity with intervals'),
  ],
  ['39', 'Analysis of wrong results', reported('examples', 'Studies that the model got most wrong')],
  ['40', 'Limitations', reported('cautions', 'Cautions')],
  ['41', 'Implications for practice', 'interpretation'],
  ['42', 'Full protocol or technical details', 'protocol'],
  ['43', 'Availability of software, model and data', 'data'],
  ['44', 'Funding, and the part of funders', 'funding'],
];
