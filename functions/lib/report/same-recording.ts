// Whether the reference standard was read from the very recording that the model reads (incorporation).
import type { LabelsValue, SiteLabels } from './chapters/labels/value.ts';
import type { Description } from './description.ts';

/** Words of a source or a method that say that an ECG was read. */
const READ = /\b(?:ecgs?|electrocardiogra\w*|recordings?|rhythms?|tracings?|header)\b/i;
/** Words that say that something else stands behind the label, whatever else they say. */
const OTHERWISE =
  /\b(?:planted|simulat\w*|echocardio\w*|angiogra\w*|cathet\w*|magnetic|mri|tomogra\w*|laborator\w*|troponin\w*|\w*bnp|potassium|h?a?emoglobin|discharge|billing|implant\w*|holter|telemetry|follow-up|registry|died|deaths?|mortality|autops\w*)\b/i;
/** An ECG by which only the time is told: "within 14 days of the ECG", "at the time of the recording". */
const WHEN =
  /\b(?:within|(?:minutes?|hours?|days?|weeks?|months?|years?) (?:of|before|after|from)|at the time of)\b[^;,.]*/gi;

/** Sites whose labels were read from the recording that the model reads, as far as their source and method say; none where it reads no ECG. */
export function readFromTheSameRecording(labels: LabelsValue | null, table1: readonly Description[]): string[] {
  const readsEcgs = table1.some(({ duration }) => duration !== null);
  return readsEcgs ? (labels?.sites ?? []).filter(saysSo).map(({ site }) => site) : [];
}

function saysSo({ facts }: SiteLabels): boolean {
  const words = facts.flatMap(({ fact, value }) => (fact === 'source' || fact === 'method' ? [value] : [])).join('; ');
  return READ.test(words.replaceAll(WHEN, '')) && !OTHERWISE.test(words);
}
