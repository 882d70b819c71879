import { list } from '../../answer.ts';
import { formatCount, formatFigure, formatNumber, HIDDEN, turned } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import type { Point } from '../../point.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { type Draw, type Fall, type Robustness, TABLES_ONLY } from './value.ts';

/** Whom the model was asked about again, or why it was not. */
export function drawWords({ notRun, draw, results }: Robustness, label: string): string {
  if (notRun !== null || draw === null) return `Not run: ${notRun}. Nothing is known of the model on disturbed input.`;
  const { drawn, withOutcome, without } = draw;
  const outcome = outcomeWords(label);
  const asked = `${formatCount(drawn)} studies of the primary analysis were drawn; ${formatCount(withOutcome)} with ${outcome} and ${formatCount(without)} without were disturbed in ${results.length} ways and judged again by the very weights that had judged them.`;
  return [asked, ...leftOut(draw)].join(' ');
}

function leftOut({ gone, unreached, unrepeated, largestDifference }: Draw): string[] {
  const sentence = (count: Draw['gone'], words: string): string[] =>
    count === 0 ? [] : [`${formatCount(count)} ${words}.`];
  return [
    ...sentence(gone, 'of those drawn are no longer in the archive, or not as they were judged'),
    ...sentence(unreached, 'of those drawn were not reached in the time that an audit has for this'),
    ...sentence(unrepeated, 'came to another answer even undisturbed and are left out'),
    `Undisturbed, ${unrepeated === 0 ? 'all' : 'the others'} came to the score that stands${largestDifference === 0 ? '' : ` within ${largestDifference.toPrecision(1)}`}.`,
  ];
}

/** What fell under disturbances of everyday use. */
export function fallWords({ notRun, falls, tests }: Robustness): string {
  if (notRun !== null) return '';
  if (tests === 0) return 'Too few studies were answered to tell whether AUROC, sensitivity or specificity falls.';
  const looked = `${tests} changes of AUROC, sensitivity and specificity under disturbances of everyday use were looked at together (Holm, 5 %)`;
  if (falls.length === 0)
    return `${looked}: no fall beyond chance. That is no proof that there is none; see the intervals.`;
  const many = falls.length === 1 ? 'one is a fall' : `${falls.length} are falls`;
  return `${looked}: ${many} beyond chance; the largest: ${named(falls[0])}.`;
}

const plainName = ({ figure, threshold }: Fall): string =>
  threshold === null ? figure : `${figure} at “${threshold}”`;

const named = (fall: Fall): string => `${plainName(fall)} with “${fall.name}” ${changeWords(fall.change, fall.figure)}`;

/** "−0.039 (−0.052 to −0.026)", "−9.6 points (−13.4 to −6.6)". */
export const changeWords = (change: Figure, figure: Fall['figure']): string =>
  formatFigure(change, figure === 'AUROC' ? 'fraction' : 'points');

/** " by 9.6 points (6.6 to 13.4)": the size of a fall, without its sign. */
function sizeWords({ change, figure }: Fall): string {
  return isEstimate(change) ? ` by ${changeWords(turned(change), figure)}` : ' (by how much is hidden)';
}

const MOST_NAMED = 3;

/** The largest fall of each disturbance, the largest first. */
export function robustnessPoints({ falls }: Robustness): Point[] {
  if (falls.length === 0) return [];
  const firsts = falls.filter(({ id }, n) => falls.findIndex((fall) => fall.id === id) === n);
  const more = firsts.length > MOST_NAMED ? `; ${firsts.length - MOST_NAMED} more` : '';
  const said = firsts.slice(0, MOST_NAMED).map(named).join('; ');
  const further = firsts.length - 1;
  const others =
    further === 0
      ? ''
      : `; ${further} other everyday ${further === 1 ? 'disturbance lowers' : 'disturbances lower'} figures too`;
  return [
    {
      importance: 'shown harm',
      brief: `With disturbed input (“${firsts[0].name}”) ${plainName(firsts[0])} falls${sizeWords(firsts[0])}${others}.`,
      text: `Disturbed input: ${said}${more} (change of the figure; see Robustness).`,
    },
  ];
}

export function robustnessCautions({ notRun, draw, falls }: Robustness): Caution[] {
  const cautions: Caution[] = [];
  if (notRun !== null && notRun !== TABLES_ONLY)
    cautions.push({ code: 'robustness-not-run', text: `Robustness was not looked at: ${notRun}.` });
  if (draw !== null && draw.unrepeated !== 0)
    cautions.push({
      code: 'scores-not-repeated',
      text: `${formatCount(draw.unrepeated)} studies came to another answer when the same weights judged them again undisturbed: input or software is no longer the same.`,
    });
  if (falls.length > 0)
    cautions.push({
      code: 'not-robust',
      text: `Disturbances that happen in everyday use make the model find less, raise more false alarms or rank worse: ${list([...new Set(falls.map(({ name }) => name))])}.`,
    });
  return cautions;
}

/** Written from what was run. */
export function robustnessMethods({ notRun, draw, results, tests }: Robustness): string[] {
  if (notRun !== null || draw === null) return [`Robustness: not run, ${notRun}.`];
  const families = [...new Set(results.map(({ family }) => family.toLowerCase()))];
  const sources = [...new Set(results.map(({ source }) => source))].filter((source) => source !== 'ours');
  return [
    `Robustness: ${formatCount(draw.drawn)} studies were drawn from the primary analysis at random (seed in the provenance), as many with the outcome as without while both last, and within each in proportion to the hospitals. Each was disturbed in ${results.length} ways (${list(families)}; sizes in the table) and went through the same contract, preprocessing, abstention rules and weights again, after the quality check and the limits of intake. A study that would then be refused, or on which the model keeps silent, is counted as that and is in no other figure. Sources of kinds and sizes: ${sources.join('; ')}. Noise is simulated, not recorded: real noise is less regular.`,
    `Changes are disturbed less undisturbed over the same studies: AUROC with the variance of the paired DeLong test (doi:10.2307/2531595), one pseudo-subject per class added because few studies move, and Student's t; sensitivity and specificity by Tango's interval and McNemar's mid-p, shares of changed decisions by Wilson's interval, the absolute change of the score by Student's t; where people have several studies by Obuchowski's clustered variances (doi:10.2307/2533958) and the Rao-Scott design effect. Scores are judged at the threshold of the weights that gave them. Falls of AUROC, sensitivity and specificity under disturbances of everyday use are corrected for the ${tests} that were looked at (Holm); intervals are not, and disturbances beyond everyday use only show where the model ends.`,
  ];
}

/** "3 of 100", "none of 100". */
export const partOf = (part: Draw['gone'], whole: Draw['gone']): string =>
  isSuppressed(part) || isSuppressed(whole)
    ? HIDDEN
    : `${part === 0 ? 'none' : formatCount(part)} of ${formatCount(whole)}`;

export function pWords(pValue: Fall['pValue']): string {
  if (isSuppressed(pValue)) return HIDDEN;
  return pValue < 0.001 ? '< 0.001' : formatNumber(pValue, 'fraction');
}
