// What of the figures by class may leave the sites.
import type { ClassFigure, SummaryFigure } from '../../classes/figure-words.ts';
import { type Count, type Figure, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { cellOf, type SharedEvaluation } from '../kind.ts';
import { COUNTS, matrixCell, ofClass } from './cells.ts';
import { ANSWERED } from './compared.ts';
import type { ClassesGroup, ClassesResults, ClassInGroup } from './record.ts';

/** Counts that a figure of one class tells. */
const TELLS: Readonly<Record<ClassFigure, readonly string[]>> = {
  auroc: ['own', 'others'],
  sensitivity: ['own', 'truePositives', 'falseNegatives'],
  specificity: ['others', 'trueNegatives', 'falsePositives'],
  positivePredictiveValue: ['called', 'truePositives', 'falsePositives'],
  f1: ['truePositives', 'falseNegatives', 'falsePositives'],
  observedExpected: ['own', 'others'],
  slope: ['own', 'others'],
};

export function share(results: ClassesResults, { hidden, isOpen }: SharedEvaluation): ClassesResults {
  const [whole] = results.groups;
  const isWholeOpen = isOpen(whole);
  const isHidden = (k: number, name: string): boolean => !isWholeOpen || hidden.has(cellOf(whole, ofClass(k, name)));
  const shows: Shows = (group, figure) => {
    const off = (name: string): boolean => hidden.has(cellOf(group, name));
    if (figure === ANSWERED) return isOpen(group) && !off('answered') && !off('silent');
    const [name, k] = figure.split('/');
    return isOpen(group) && !TELLS[name as ClassFigure].some((cell) => off(ofClass(Number(k), cell)));
  };
  return {
    ...results,
    matrix: results.matrix.map((row, r) =>
      row.map((count, a) => (isWholeOpen && !hidden.has(matrixCell(r, a)) ? count : SUPPRESSED)),
    ),
    groups: results.groups.map((group) => shareGroup(group, isOpen(group), hidden)),
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
    claims: results.claims.map((claim, k) =>
      TELLS.observedExpected.some((name) => isHidden(k, name)) ? withoutFigures(claim) : claim,
    ),
  };
}

function shareGroup(group: ClassesGroup, open: boolean, hidden: ReadonlySet<string>): ClassesGroup {
  const off = (name: string): boolean => !open || hidden.has(cellOf(group, name));
  const count = (name: 'answered' | 'silent' | 'right' | 'wrong'): Count => (off(name) ? SUPPRESSED : group[name]);
  const names = group.classes.map((of) => of.class);
  const anyOff = (classes: readonly number[], cells: readonly string[]): boolean =>
    classes.some((k) => cells.some((name) => off(ofClass(k, name))));
  const all = names.map((_, k) => k);
  const judged = group.judged.map((name) => names.indexOf(name));
  const noAnswers = off('answered');
  const noRight = noAnswers || off('right') || off('wrong');
  const isOff: Readonly<Record<SummaryFigure, boolean>> = {
    accuracy: noRight,
    // What the two agree on by chance follows from how often each class is the reference's and the answer's.
    kappa: noRight || anyOff(all, ['own', 'called']),
    macroAuroc: noAnswers || anyOff(judged, ['own', 'others']),
    handTill: noAnswers || anyOff(judged, ['own', 'others']),
    macroF1: noAnswers || anyOff(judged, TELLS.f1),
    brier: noAnswers,
    logLoss: noAnswers,
  };
  const summary = Object.entries(group.summary).map(([name, figure]): [string, Figure | null] => [
    name,
    figure && (isOff[name as SummaryFigure] ? SUPPRESSED : figure),
  ]);
  return {
    ...group,
    ...{ answered: count('answered'), silent: count('silent'), right: count('right'), wrong: count('wrong') },
    classes: group.classes.map((of, k) => shareClass(of, (name) => off(ofClass(k, name)))),
    judged: open ? group.judged : [],
    answeredShare: noAnswers || off('silent') ? SUPPRESSED : group.answeredShare,
    rightOfAll: off('rightOfAll') || off('notRight') ? SUPPRESSED : group.rightOfAll,
    summary: Object.fromEntries(summary) as ClassesGroup['summary'],
  };
}

function shareClass(of: ClassInGroup, off: (name: string) => boolean): ClassInGroup {
  const counts = COUNTS.map((name): [string, Count] => [name, off(name) ? SUPPRESSED : of[name]]);
  const figures = Object.entries(of.figures).map(([name, figure]): [string, Figure | null] => [
    name,
    figure && (TELLS[name as ClassFigure].some(off) ? SUPPRESSED : figure),
  ]);
  return {
    class: of.class,
    ...(Object.fromEntries(counts) as Pick<ClassInGroup, (typeof COUNTS)[number]>),
    figures: Object.fromEntries(figures) as ClassInGroup['figures'],
  };
}
