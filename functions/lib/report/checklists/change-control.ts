import type { ReportBody } from '../record.ts';
import { type Checklist, itemsOf, type Line, reported } from './item.ts';

/** Predetermined change control plan, as the guiding principles of FDA, Health Canada and MHRA (2023) ask. */
export const changeControl = (body: ReportBody): Checklist => ({
  id: 'change-control',
  title: 'Change control plan',
  source: 'Predetermined change control plans for machine learning-enabled medical devices: guiding principles, 2023',
  items: itemsOf(LINES, body.cohort),
});

const LINES: readonly Line[] = [
  ['1', 'Changes that are foreseen', 'changes'],
  ['2', 'Data on which a change is tested', reported('provenance', 'This cohort, by hash')],
  ['3', 'What must hold before a release', reported('limits', 'Limits of this model and cohort')],
  ['4', 'What would be gained here by recalibration', reported('updating', 'What local updating would bring')],
  ['5', 'What tells that a change is needed', reported('drift', 'Drift against training or the last audit')],
  [
    '6',
    'Comparison of versions before and after',
    reported('provenance', 'tricuspid compare, over two of these reports'),
  ],
  ['7', 'Who is told, and how a change is taken back', 'changes'],
];
