import type { ReportBody } from '../record.ts';
import { againstTraining, blinding } from './evidence.ts';
import { type Checklist, itemsOf, type Line, notApplicable, reported } from './item.ts';

const DEVELOPMENT = notApplicable('This report evaluates a model; the model card tells how it was made');

/** TRIPOD+AI (Collins et al. 2024), for the evaluation of a model. */
export const tripodAi = (body: ReportBody): Checklist => ({
  id: 'tripod-ai',
  title: 'TRIPOD+AI, evaluation of a prediction model',
  source: 'doi:10.1136/bmj-2023-078378',
  items: itemsOf([...OPENING, ...methods(body), ...OPEN_SCIENCE, ...results(body)], body.cohort),
});

const OPENING: readonly Line[] = [
  ['1', 'Title names an evaluation, the population and the outcome', reported('answer', 'Title and headline')],
  ['2', 'Structured summary', reported('answer', 'The answer first')],
  ['3a', 'Health care context and rationale, existing models', 'context'],
  [
    '3b',
    'Target population, purpose and users of the model',
    reported('purpose', 'What the model is for; its users: item 27b'),
  ],
  ['3c', 'Known health inequalities', 'inequalities'],
  ['4', 'Objectives: development, evaluation or both', reported('methods', 'Evaluation only')],
];

const methods = (body: ReportBody): readonly Line[] => [
  ['5a', 'Sources of data, and how far they represent the target', 'representativeness'],
  ['5b', 'Dates of the data', 'dates'],
  ['6a', 'Setting, number and place of centres', reported('flow', 'Hospitals, in the flow')],
  ['6b', 'Eligibility', 'eligibility'],
  ['6c', 'Treatments received', 'treatments'],
  ['7', 'Preparation of the data, alike in every group', reported('methods', 'Selection of studies')],
  ['8a', 'Outcome: definition, time, reason', 'outcome'],
  ['8b', 'Who assessed the outcome', 'assessors'],
  ['8c', 'Blinding of the outcome', blinding(body)],
  ['9a', 'Choice of predictors', DEVELOPMENT],
  ['9b', 'Predictors: definition and time', reported('people', 'Measurements or recordings read')],
  ['9c', 'Who assessed the predictors', 'assessors'],
  ['10', 'Size of the study', reported('precision', 'Precision reached, and studies needed')],
  ['11', 'Missing data', reported('people', 'Missing values by field; studies left out for them stand in the flow')],
  ['12a', 'How the data were used', reported('methods', 'Evidence: which weights judged which study')],
  ['12b', 'Form of the predictors', DEVELOPMENT],
  ['12c', 'Type of the model and how it was built', DEVELOPMENT],
  ['12d', 'Differences between clusters', reported('hospitals', 'Between hospitals')],
  ['12e', 'Measures of performance and plots', reported('methods', 'Each measure with its source')],
  ['12f', 'Updating of the model', reported('updating', 'What local updating would bring')],
  ['12g', 'How predictions were computed', reported('provenance', 'Weights with their hashes')],
  ['13', 'Class imbalance', DEVELOPMENT],
  ['14', 'Fairness: approach and reason', reported('fairness', 'Gaps with intervals, corrected for their number')],
  ['15', 'Output of the model and thresholds', reported('decisions', 'Thresholds, and how each was chosen')],
  ['16', 'Differences between development and evaluation data', reported('cautions', 'Training population')],
  ['17', 'Ethical approval and consent', 'ethics'],
];

const OPEN_SCIENCE: readonly Line[] = [
  ['18a', 'Funding', 'funding'],
  ['18b', 'Conflicts of interest', 'conflicts'],
  ['18c', 'Protocol', 'protocol'],
  ['18d', 'Registration', 'registration'],
  ['18e', 'Sharing of data', 'data'],
  ['18f', 'Sharing of code', reported('provenance', 'Version, and the command that repeats the run')],
  ['19', 'Involvement of patients and public', 'involvement'],
];

const results = (body: ReportBody): readonly Line[] => [
  ['20a', 'Flow of participants', reported('flow', 'Flow of studies, every loss counted')],
  ['20b', 'Characteristics, by centre', reported('people', 'Who was studied')],
  ['20c', 'Comparison with the development data', againstTraining(body, 'Drift: against the training')],
  ['21', 'Participants and events in each analysis', reported('discrimination', 'Counts in every table')],
  ['22', 'Full specification of the model', reported('provenance', 'Weights by hash')],
  [
    '23a',
    'Performance with intervals, in groups too',
    reported('discrimination', 'Every figure with its interval, or why it has none'),
  ],
  ['23b', 'Heterogeneity between clusters', reported('hospitals', 'Between hospitals')],
  ['24', 'Results of updating', reported('updating', 'Gain among people who took no part in it')],
  ['25', 'Interpretation, fairness included', 'interpretation'],
  ['26', 'Limitations', reported('cautions', 'Cautions')],
  ['27a', 'Poor or missing input in use', reported('flow', 'Rejected, silent and failed studies by reason')],
  ['27b', 'Users, and what they must know', 'users'],
  ['27c', 'Next steps', 'next'],
];
