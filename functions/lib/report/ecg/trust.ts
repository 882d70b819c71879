// May the answer be trusted here? What is known of the training recordings beside what was read.
import type { VNode } from 'preact';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { element } from '../element.ts';
import { formatCount, formatNumber, formatPlain } from '../format.ts';
import { classWords } from './words.ts';

/** The name that recorders of one lead give it. */
const UNNAMED_LEAD = 'ECG';

/** What was read of the recording. */
export interface ReadPart {
  readonly lead: string;
  readonly seconds: number;
}

/** One sentence each: whom the model learned from, and in what this recording differs from them. */
export function trainingPoints({ training, accepts }: EcgContract, read: ReadPart | undefined): string[] {
  const { n, source, device, durationSeconds: seconds } = training;
  const preferred = 'oneOf' in accepts.leads ? accepts.leads.oneOf[0] : undefined;
  const points = [`Trained on ${formatCount(n)} recordings (${source}; ${device}).`];
  if (read === undefined) return points;
  if (preferred !== undefined && read.lead !== preferred)
    points.push(
      read.lead === UNNAMED_LEAD
        ? `The file does not say which lead it is; the model prefers lead ${preferred}.`
        : `The recording has no lead ${preferred}, which the model prefers.`,
    );
  if (read.seconds < seconds.minimum || read.seconds > seconds.maximum)
    points.push(
      `The training recordings last ${formatPlain(seconds.minimum)} to ${formatPlain(seconds.maximum)} s, this one ${formatPlain(read.seconds)} s.`,
    );
  return points;
}

/** One sentence for each place where the thresholds were measured, or that the contract does not say. */
export function measuredPoints({ thresholds }: EcgContract): string[] {
  const told = thresholds.flatMap(({ name, measured }) => (measured ? [{ name, ...measured }] : []));
  if (told.length === 0) return ['How often the thresholds are right is not in the contract of the model.'];
  return [...Map.groupBy(told, ({ on }) => on)].map(([on, cuts]) => {
    const shares = cuts.map(
      ({ name, sensitivity, specificity }) =>
        `“${name}” sensitivity ${shareWords(sensitivity)}, specificity ${shareWords(specificity)}`,
    );
    return `Measured on ${on}: ${shares.join('; ')}. Not measured at this hospital.`;
  });
}

interface Share {
  readonly estimate: number;
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}

/** "95.6 % (93.6 to 97.0)". */
function shareWords({ estimate, lower, upper }: Share): string {
  const percent = (value: number) => formatNumber(value, 'percent');
  const interval = lower === undefined || upper === undefined ? '' : ` (${percent(lower)} to ${percent(upper)})`;
  return `${percent(estimate)} %${interval}`;
}

/** Section "About the model": for whom, on what, with which thresholds, not for what. */
export function modelSection(contract: EcgContract, id: string): VNode {
  const { title, name, version, training, thresholds, intendedUse, notFor } = contract;
  const classes = Object.entries(training.classes).map(([word, count]) => `${classWords(word)} ${formatCount(count)}`);
  const facts: [string, string][] = [
    ['Intended use', intendedUse],
    ['Not for', `${notFor.join('; ')}.`],
    ['Trained on', `${formatCount(training.n)} recordings: ${classes.join(', ')}.`],
    ['Source and device', `${training.source}; ${training.device}`],
    ['Dates', training.dates],
    ['People', training.people],
    ['Hospitals', training.sites],
    ['Age and sex', training.age === training.sex ? `both: ${training.age}` : `${training.age}; ${training.sex}`],
    ...thresholds.map(({ name: threshold, value, chosen }): [string, string] => [
      `Threshold “${threshold}”`,
      `${value} for the final weights; chosen: ${chosen}.`,
    ]),
  ];
  return element('details', null, [
    element('summary', null, `About the model ${name} ${version}: whom it learned from, and what it is not for`),
    element('h3', { id }, title),
    element(
      'dl',
      null,
      facts.flatMap(([term, text]) => [element('dt', null, term), element('dd', null, text)]),
    ),
  ]);
}
