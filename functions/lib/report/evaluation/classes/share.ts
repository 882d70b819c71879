// What of the figures by class may leave the sites.
import type { ClassFigure, SummaryFigure } from '../../classes/figure-words.ts';
import { type Count, type Figure, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { withRoundedLimits } from '../grades.ts';
import { type Cells, type SharedEvaluation, sameGroup } from '../kind.ts';
import { isAll } from '../record.ts';
import { ANSWERED } from './compared.ts';
import { type OpenGroup, openClasses } from './open-classes.ts';
import type { ClassesGroup, ClassesResults, ClassInGroup } from './record.ts';

/** Counts of groups are all that the whole report has to protect; those of classes are protected here. */
export const cells = (): Cells => ({ cells: [], sums: [] });

export function share(results: ClassesResults, { isOpen }: SharedEvaluation): ClassesResults {
  const open = openClasses(results, isOpen);
  const whole = open.of(results.groups[0]);
  const shows: Shows = (group, figure) => {
    const found = results.groups.find((other) => sameGroup(other, group));
    if (found === undefined) return false;
    return figure === ANSWERED ? open.of(found).totals : open.of(found).answers;
  };
  return {
    ...results,
    matrix: results.matrix.map((row, r) =>
      row.map((count, a) => {
        const isTold = a === results.classes.length ? whole.silent[r] : open.matrix[r][a];
        return isTold ? count : SUPPRESSED;
      }),
    ),
    groups: results.groups.map((group) =>
      shareGroup(group, open.of(group), isAll(group) && open.matrix.flat().every(Boolean)),
    ),
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
    claims: results.claims.map((claim) => (whole.answers ? claim : withoutFigures(claim))),
  };
}

function shareGroup(
  group: ClassesGroup,
  { totals, answers, rightOfAll, silent }: OpenGroup,
  hasMatrix: boolean,
): ClassesGroup {
  const total = (count: Count): Count => (totals ? count : SUPPRESSED);
  // Brier score and loss tell how many were answered, the others how often each class is the reference's and the answer's.
  const isOpen: Readonly<Record<SummaryFigure, boolean>> = {
    accuracy: totals,
    kappa: answers,
    macroAuroc: answers,
    handTill: answers,
    macroF1: answers,
    brier: totals,
    logLoss: totals,
  };
  // Hidden cells and the limits of kappa and of the mean F1 are one equation.
  const rounded = (name: string, figure: Figure): Figure =>
    !hasMatrix && ['kappa', 'macroF1'].includes(name) ? withRoundedLimits(figure) : figure;
  const summary = Object.entries(group.summary).map(([name, figure]): [string, Figure | null] => [
    name,
    figure && (isOpen[name as SummaryFigure] ? rounded(name, figure) : SUPPRESSED),
  ]);
  return {
    ...group,
    ...{ answered: total(group.answered), silent: total(group.silent) },
    ...{ right: total(group.right), wrong: total(group.wrong) },
    classes: group.classes.map((of, k) => shareClass(of, answers, silent[k])),
    judged: answers ? group.judged : [],
    answeredShare: totals ? group.answeredShare : SUPPRESSED,
    rightOfAll: rightOfAll ? group.rightOfAll : SUPPRESSED,
    summary: Object.fromEntries(summary) as ClassesGroup['summary'],
  };
}

function shareClass(of: ClassInGroup, answers: boolean, silent: boolean): ClassInGroup {
  const count = (is: boolean, value: Count): Count => (is ? value : SUPPRESSED);
  const figures = Object.entries(of.figures).map(([name, figure]): [ClassFigure, Figure | null] => [
    name as ClassFigure,
    figure && (answers ? figure : SUPPRESSED),
  ]);
  return {
    class: of.class,
    reference: count(answers && silent, of.reference),
    truePositives: count(answers, of.truePositives),
    falseNegatives: count(answers, of.falseNegatives),
    trueNegatives: count(answers, of.trueNegatives),
    falsePositives: count(answers, of.falsePositives),
    silent: count(answers && silent, of.silent),
    figures: Object.fromEntries(figures) as ClassInGroup['figures'],
  };
}
