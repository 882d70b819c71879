import { list } from '../../answer.ts';
import { extremeWords, refusalWords, type Silence, silentWords, unjudgedWords } from '../../classes/class-words.ts';
import { formatCount, formatFigure, formatPeople } from '../../format.ts';
import { reasonWords } from '../../reasons.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import type { Classes, ClassResult, SiteClasses } from './value.ts';

/** "other rhythm": a class in words. */
export const classWords = (name: string): string => name.replaceAll('-', ' ');

const LEFT_WORDS: Readonly<Record<string, string>> = {
  'no-class': 'label that is none of the classes',
  'no-class-scores': 'no probabilities of classes in the tables',
  'not-analysed': 'the model gave no answer that counts',
};

export const leftWords = (why: string): string => LEFT_WORDS[why] ?? reasonWords(why);

/** The result of all hospitals, or of the only one. */
export const wholeOfClasses = ({ sites }: Classes): SiteClasses | undefined => sites[sites.length - 1];

/** How often the class is right, which class is told best and worst, and which cannot be judged. */
export function leadWords(value: Classes): string {
  const whole = wholeOfClasses(value);
  if (value.absent !== null || whole === undefined)
    return `${list(value.classes.map(classWords))}: cannot tell, because ${value.absent ?? 'no study has a class'}.`;
  const { n, summary, classes } = whole;
  if (value.sites.every((of) => isSuppressed(of.n)))
    return 'Figures by class are hidden here: at every hospital few studies stand behind a count, or could be computed from it.';
  const place = whole.site === null ? '' : ` at ${whole.site}`;
  const right = isEstimate(summary.accuracy)
    ? `the most probable class is the reference’s in ${formatFigure(summary.accuracy, 'percent')}, kappa ${formatFigure(summary.kappa, 'fraction')}`
    : 'how often the most probable class is right cannot be told, or is hidden';
  const isRefused = ({ class: name }: ClassResult): boolean => value.refused.includes(name);
  const sensitivities = classes
    .filter((of) => !isRefused(of))
    .map(({ class: name, figures }) => ({ name: classWords(name), figure: figures.sensitivity }));
  return `In ${formatCount(n)} studies${place} with a class and an answer, ${right}. ${[extremeWords(sensitivities, 'sensitivity'), unjudgedWords(classes.map(({ figures }) => figures.sensitivity)), ...refusalWords(silenceOf(classes.filter(isRefused)))].filter((text) => text !== '').join(' ')}`.trim();
}

const silenceOf = (classes: readonly ClassResult[]): Silence[] =>
  classes.map(({ class: name, n, silent }) => ({ name: classWords(name), answered: n, silent }));

/** Classes in which the model said nothing of some studies. */
export function silenceWords({ classes }: SiteClasses): string {
  const said = silentWords(silenceOf(classes));
  return said === '' ? '' : ` No answer: ${said}; these stand in the last column, and in no figure below.`;
}

/** Written from what was computed. */
export function classMethods({ sites, absent }: Classes): string[] {
  if (absent !== null || sites.length === 0) return [];
  const figures = sites.flatMap(({ summary, classes }) => [
    ...Object.values(summary),
    ...classes.flatMap(({ figures }) => Object.values(figures)),
  ]);
  if (!figures.some((figure: Figure) => isEstimate(figure))) return [];
  return [
    'Classes: the answer is the class with the highest probability (the first of equal ones), not the thresholds of the contract. Each class against all others: AUROC, sensitivity, specificity, positive predictive value and F1 as for two classes; observed / expected and calibration slope of its probability by itself (for all classes jointly see doi:10.1002/sim.6114). Means over classes are unweighted and over those classes only that at least ten people have, ten have not, and the model names (where a class is probable for which it keeps silent, silence is the name), said beside them: of the AUROCs, and of the F1 (interval: jackknife over people on the logit scale, doi:10.1137/1.9781611970319). M of Hand and Till (doi:10.1023/A:1010920819831) is the mean AUROC between pairs of classes and does not depend on how common they are. Kappa: doi:10.1177/001316446002000104, variance doi:10.1037/h0028106. Brier score of several classes (doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, 0 to 2) and logarithmic loss (doi:10.1111/j.2517-6161.1952.tb00104.x) over all classes, intervals by Hall’s transformation (J R Stat Soc B 54:221-228, 1992). People with several studies are clusters. Studies whose labels name several classes count for each of them, and in no table, accuracy, kappa, M, Brier score or loss.',
  ];
}

/** What the mapping of labels to classes leaves open. */
export function classCautions({ mapping, left, absent }: Classes): Caution[] {
  if (absent !== null) return [];
  const none = left.filter(({ why }) => why === 'no-class');
  if (none.length === 0) return [];
  const hidden = none.some(({ studies }) => isSuppressed(studies));
  const total = none.reduce((sum, { studies }) => sum + (isSuppressed(studies) ? 0 : studies), 0);
  const words = mapping.flatMap(({ class: name, meaning, studies }) =>
    name === null && (isSuppressed(studies) || studies > 0) ? [meaning] : [],
  );
  const which = words.length === 0 ? '' : ` (${list(words)})`;
  return [
    {
      code: 'no-class',
      text: `${hidden ? 'Studies' : `${formatCount(total)} ${total === 1 ? 'study has' : 'studies have'}`}${hidden ? ' have' : ''} a label that is none of the model’s classes${which}: left out of the figures by class, not counted as another class. The model still names a class for such studies.`,
    },
  ];
}

/** "1,234", "11 (10 people)". */
export const peopleWords = ({ n, people }: ClassResult): string =>
  isSuppressed(n) || isSuppressed(people) || n === people
    ? formatCount(n)
    : `${formatCount(n)} (${formatPeople(people)})`;
