import type { ReportBody } from '../record.ts';
import { againstTraining, inExternal, inSameSource } from './evidence.ts';
import { type Checklist, itemsOf, type Line, reported } from './item.ts';

/** The 31 source attributes of a predictive decision support intervention (HTI-1). */
export const hti1 = (body: ReportBody): Checklist => ({
  id: 'hti-1',
  title: 'Source attributes of a predictive decision support intervention (HTI-1)',
  source: '45 CFR 170.315(b)(11)(iv)(B)',
  items: itemsOf([...attributes(body), ...validation(body)], body.cohort),
});

const attributes = (body: ReportBody): readonly Line[] => [
  ['1(i)', 'Developer and contact', 'developer'],
  ['1(ii)', 'Funding of the development', 'funding'],
  ['1(iii)', 'Value that is put out', reported('answer', `Probability, 0 to 1, of ${body.cohort.label}`)],
  ['1(iv)', 'Kind of output', reported('answer', 'Prediction, with classification at the thresholds of the contract')],
  ['2(i)', 'Intended use', reported('purpose', body.model.intendedUse)],
  ['2(ii)', 'Intended patients', reported('purpose', body.model.intendedUse)],
  ['2(iii)', 'Intended users', 'users'],
  ['2(iv)', 'Role in the decision: informs, augments or replaces', 'users'],
  [
    '3(i)',
    'Tasks, situations or people to be cautious with',
    reported('purpose', `Not for: ${body.model.notFor.join('; ')}`),
  ],
  ['3(ii)', 'Known risks and limitations', reported('cautions', 'Cautions')],
  ['4(i)', 'Who was in and out of the training data', reported('cautions', 'Training population, as far as recorded')],
  ['4(ii)', 'Demographic and social variables used as input', reported('people', 'Fields that the model reads')],
  ['4(iii)', 'Demographic representativeness of the training data', reported('cautions', 'Training population')],
  [
    '4(iv)',
    'Relevance of the training data for this setting',
    againstTraining(body, 'Distance from the training population'),
  ],
  ['5(i)', 'Approach to a fair output', 'fairDevelopment'],
  ['5(ii)', 'Approaches against bias', 'fairDevelopment'],
];

const validation = (body: ReportBody): readonly Line[] => [
  ['6(i)', 'Source and setting of the external data', reported('flow', 'Hospitals of this cohort')],
  ['6(ii)', 'Who tested', 'tester'],
  ['6(iii)', 'Demographic representativeness of the external data', reported('people', 'Who was studied')],
  ['6(iv)', 'Process of external validation', reported('methods', 'Methods')],
  ['7(i)', 'Validity in data from the same source', inSameSource(body, 'discrimination')],
  ['7(ii)', 'Fairness in data from the same source', inSameSource(body, 'fairness')],
  ['7(iii)', 'Validity in external data', inExternal(body, 'discrimination')],
  ['7(iv)', 'Fairness in external data', inExternal(body, 'fairness')],
  ['7(v)', 'References on outcomes of its use', 'outcomes'],
  ['8(i)', 'How and how often validity is monitored', 'monitoring'],
  ['8(ii)', 'Validity in local data', reported('discrimination', 'By hospital')],
  ['8(iii)', 'How and how often fairness is monitored', 'monitoring'],
  ['8(iv)', 'Fairness in local data', reported('fairness', 'By hospital')],
  ['9(i)', 'How and how often the model is updated', 'changes'],
  ['9(ii)', 'How faults of validity or fairness are put right', 'changes'],
];
