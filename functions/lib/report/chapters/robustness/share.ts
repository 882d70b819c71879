// What of the reruns may leave the sites.
import type { SharedView } from '../../chapter.ts';
import { isSmall } from '../../disclosure.ts';
import { type Count, type Figure, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import type { DisturbedResult, Draw, Fall, Fates, Robustness, ThresholdChange } from './value.ts';

/**
 * The draw is a part of the primary analysis, whose counts must be open. Under a disturbance the fates of a class are hidden together
 * where any of them, or the studies to which it could not be done, is 1 to 10, with every figure that rests on them. Figures of
 * changed decisions are hidden where 1 to 10 decisions changed, or all but so few. Groups are not told.
 */
export function shareRobustness(value: Robustness, view: SharedView): Robustness {
  const { draw } = value;
  if (draw === null) return value;
  const { drawn, withOutcome, without, gone, unreached, unrepeated } = draw;
  const isOpen = view.isOpen({}) && [drawn, withOutcome, without, gone, unreached, unrepeated].every(tellsNobody);
  const results = value.results.map((result) => shareResult(result, isOpen ? draw : null));
  return {
    ...value,
    draw: isOpen ? draw : hiddenDraw(draw),
    results,
    falls: value.falls.map((fall) => shareFall(fall, results)),
    groups: [],
  };
}

const hiddenDraw = ({ largestDifference }: Draw): Draw => ({
  ...{ drawn: SUPPRESSED, withOutcome: SUPPRESSED, without: SUPPRESSED },
  ...{ gone: SUPPRESSED, unreached: SUPPRESSED, unrepeated: SUPPRESSED, largestDifference },
});

function shareResult(result: DisturbedResult, draw: Draw | null): DisturbedResult {
  const withOutcome = shareFates(result.withOutcome, draw?.withOutcome ?? SUPPRESSED);
  const without = shareFates(result.without, draw?.without ?? SUPPRESSED);
  const [hidesWith, hidesWithout] = [withOutcome, without].map(({ answered }) => isSuppressed(answered));
  const over = (hides: boolean, figure: Figure): Figure => (hides ? SUPPRESSED : withoutReason(figure));
  return {
    ...result,
    ...{ withOutcome, without },
    auroc: over(hidesWith || hidesWithout, result.auroc),
    thresholds: result.thresholds.map(
      ({ name, sensitivity, specificity, flippedWith, flippedWithout }): ThresholdChange => {
        const noneWith = hidesWith || tellsFew(flippedWith);
        const noneWithout = hidesWithout || tellsFew(flippedWithout);
        return {
          name,
          sensitivity: over(noneWith, sensitivity),
          specificity: over(noneWithout, specificity),
          flippedWith: over(noneWith, flippedWith),
          flippedWithout: over(noneWithout, flippedWithout),
        };
      },
    ),
    shiftWith: over(hidesWith, result.shiftWith),
    shiftWithout: over(hidesWithout, result.shiftWithout),
  };
}

function shareFates(fates: Fates, drawn: Count): Fates {
  const { applied, answered, silent, refused, warned } = fates;
  const hidden = { applied: SUPPRESSED, answered: SUPPRESSED, silent: SUPPRESSED, refused: SUPPRESSED };
  const left = differenceOf(drawn, applied);
  if (isSuppressed(left) || ![left, answered, silent, refused].every(tellsNobody))
    return { ...hidden, warned: SUPPRESSED };
  const unwarned = differenceOf(differenceOf(applied, refused), warned);
  const fewWarned = ![warned, unwarned].every(tellsNobody);
  return { ...fates, warned: fewWarned ? SUPPRESSED : warned };
}

const tellsNobody = (count: Count): boolean => !isSuppressed(count) && !isSmall(count);

const differenceOf = (whole: Count, part: Count): Count =>
  isSuppressed(whole) || isSuppressed(part) ? SUPPRESSED : whole - part;

/** A share whose numerator, or what is left of it, counts 1 to 10. */
function tellsFew(figure: Figure): boolean {
  if (isSuppressed(figure)) return true;
  return isSmall(figure.events) || isSmall(figure.n - figure.events);
}

/** The reason may count people. */
function withoutReason(figure: Figure): Figure {
  return isEstimate(figure) || isSuppressed(figure) ? figure : SUPPRESSED;
}

/** As the table has it; a p-value of few changed decisions tells how many. */
function shareFall(fall: Fall, results: readonly DisturbedResult[]): Fall {
  const result = results.find(({ id }) => id === fall.id);
  const at = result?.thresholds.find(({ name }) => name === fall.threshold);
  const figure = fall.figure === 'AUROC' ? result?.auroc : at?.sensitivity;
  return figure !== undefined && isEstimate(figure) ? fall : { ...fall, change: SUPPRESSED, pValue: SUPPRESSED };
}
