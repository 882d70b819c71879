import { capitalised, formatPlain } from '../format.ts';
import type { RhythmNumbers } from './beats.ts';

/** "atrial-fibrillation" as "atrial fibrillation". */
export const classWords = (name: string): string => name.replaceAll('-', ' ');

/** The same at the start of a sentence. */
export const classHeading = (name: string): string => capitalised(classWords(name));

/** "30 s", "2 min", "30 min 6 s". */
export function durationWords(seconds: number): string {
  if (seconds < 120) return `${formatPlain(seconds)} s`;
  const whole = Math.round(seconds);
  const rest = whole % 60 === 0 ? '' : ` ${whole % 60} s`;
  return `${Math.floor(whole / 60)} min${rest}`;
}

/** Longer than a heart usually pauses. */
const PAUSE_MS = 3000;

/** Ours: two detectors agree on nearly every beat of a clear recording, in fibrillation on 97 of 100. */
const LEAST_AGREEMENT = 0.9;

/** "78 beats a minute on average; RR 512 to 1004 ms, median 770, standard deviation 44". */
export function rhythmWords(numbers: RhythmNumbers): string {
  const ms = (value: number) => String(Math.round(value));
  const pause =
    numbers.longestMs > PAUSE_MS
      ? '; the longest is a pause, or beats that the program missed: then the rate is too low'
      : '';
  const doubt =
    numbers.agreement < LEAST_AGREEMENT
      ? `; uncertain: a second program agrees on ${Math.floor(100 * numbers.agreement)} % of the beats only`
      : '';
  return `${ms(numbers.ratePerMinute)} beats a minute on average; RR ${ms(numbers.shortestMs)} to ${ms(numbers.longestMs)} ms, median ${ms(numbers.medianMs)}, standard deviation ${ms(numbers.standardDeviationMs)}${pause}${doubt}`;
}
