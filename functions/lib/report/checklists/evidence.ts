// Answers that depend on what this run can show, not only on which section there is.
import { list } from '../answer.ts';
import type { ReportBody } from '../record.ts';
import { type Answer, reported } from './item.ts';

const open = (text: string): Answer => ({ status: 'open', text });

/** Whether labels were given without the score in sight: open where no hospital, or not every one, says so. */
export function blinding({ chapters: { labels } }: ReportBody): Answer {
  const unsaid = (labels?.sites ?? [])
    .filter(({ facts }) => facts.some(({ fact, value }) => fact === 'blinded' && value === 'not stated'))
    .map(({ site }) => site);
  return unsaid.length === 0
    ? reported('flow', 'Labels given with the score in sight are counted and left out')
    : open(`Whether labels were given without the score in sight; not stated for all of them at ${list(unsaid)}`);
}

/** How well labels of the same study agree: open where no study has two. */
export const readersAgree = ({ chapters: { labels } }: ReportBody): Answer =>
  labels?.sites.some(({ readings, corrections }) => readings !== null || corrections !== null)
    ? reported('labels', 'Labels given twice, and their kappa')
    : open('How well readers agree with each other and with themselves; no study here has two labels');

/** Studies without an answer of the model, or that there were none. */
export const indeterminate = ({ silence }: ReportBody): Answer =>
  silence.length === 0
    ? reported('flow', 'None: the model answered every labelled study that it accepts')
    : reported('decisions', 'With and without studies on which the model kept silent');

type Subject = 'discrimination' | 'fairness';
const SUBJECT: Readonly<Record<Subject, string>> = {
  discrimination: 'Discrimination, calibration, decisions',
  fairness: 'Fairness',
};

/** Figures in data from the source of the training: those that left-out parts give, none where all evidence is from elsewhere. */
export function inSameSource({ primary: { relations } }: ReportBody, subject: Subject): Answer {
  if (relations.includes('left-out-fold')) return reported(subject, 'People whom the weights in use did not see');
  if (relations.includes('left-out-site'))
    return reported(subject, 'Hospitals of the same collection, each by weights that never saw it');
  return open('Figures in data from the source of the training; the studies of this cohort are from elsewhere');
}

/** Figures in data from another source than the training; a hospital left out of the same collection is not quite that. */
export function inExternal({ primary: { relations } }: ReportBody, subject: Subject): Answer {
  if (relations.includes('external')) return reported(subject, SUBJECT[subject]);
  if (relations.includes('left-out-site'))
    return reported(subject, 'Internal-external only: each hospital by weights that never saw it, of one collection');
  return open('Figures in data from another source than the training; no study of this cohort is');
}

/** How the people differ from those of the training, as far as these are recorded. */
export function againstTraining({ chapters: { drift } }: ReportBody, words: string): Answer {
  return drift?.populations.some(({ reference }) => reference === 'training')
    ? reported('drift', words)
    : open('How the people of the training differ from these: nothing of them is recorded that could be compared');
}
