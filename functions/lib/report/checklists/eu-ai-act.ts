import type { ReportBody } from '../record.ts';
import { type Checklist, itemsOf, type Line, reported } from './item.ts';

/** Regulation (EU) 2024/1689: what a run can show for a high-risk system, and what it cannot. */
export const euAiAct = (body: ReportBody): Checklist => ({
  id: 'eu-ai-act',
  title: 'EU AI Act, articles 9, 10, 12 to 15, 26 and 72',
  source: 'Regulation (EU) 2024/1689',
  items: itemsOf(LINES, body.cohort),
});

const LINES: readonly Line[] = [
  ['9', 'Risks known, estimated and reduced, also for vulnerable groups', 'risk'],
  ['9(6)', 'Tested against metrics and thresholds set beforehand', reported('limits', 'Limits, set before the run')],
  ['10(2)', 'Origin, collection and preparation of the data', reported('flow', 'Flow and provenance of every study')],
  ['10(2)(f)', 'Examined for bias', reported('fairness', 'Fairness')],
  ['10(3)', 'Relevant, representative, as free of errors as can be', 'representativeness'],
  ['10(4)', 'Fit for the place of use', reported('hospitals', 'By hospital, with its own interval')],
  [
    '12',
    'Events recorded over the lifetime',
    reported('provenance', 'Receipt of every drop; hashes of inputs and weights'),
  ],
  [
    '13(3)(b)',
    'Purpose, accuracy, circumstances that lower it',
    reported('cautions', 'Cautions, and figures by group'),
  ],
  ['13(3)(b)(vii)', 'How to read the output', reported('calibration', 'What a predicted probability was worth here')],
  ['14', 'Oversight by people, against over-reliance', 'oversight'],
  [
    '15(1)',
    'Accuracy declared with its metrics',
    reported('discrimination', 'Every figure with its interval, or why it has none'),
  ],
  ['15(4)', 'Robust against errors and faulty input', reported('robustness', 'Noise, gain, missing input')],
  ['15(5)', 'Cybersecurity', 'security'],
  ['26(2)', 'Deployer names competent people for oversight', 'oversight'],
  ['26(4)', 'Deployer sees that input is relevant and representative', reported('drift', 'Drift')],
  ['26(5)', 'Deployer monitors and reports', 'monitoring'],
  ['26(6)', 'Deployer keeps logs for six months at least', reported('provenance', 'Receipts and links do not expire')],
  ['72', 'Plan for monitoring after the market, with data of use', 'monitoring'],
];
