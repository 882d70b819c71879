import type { VNode } from 'preact';
import { list } from '../../answer.ts';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { hasOtherMeans } from '../../classes/class-words.ts';
import {
  CLASS_FIGURES,
  type ClassFigure,
  FIGURE_WORDS,
  SUMMARY_FIGURES,
  SUMMARY_WORDS,
  type SummaryFigure,
  styleOf,
} from '../../classes/figure-words.ts';
import { briefCell, countCell, matrixTable, whyUntold } from '../../classes/tables.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { betweenSections } from '../between-section.ts';
import { answerStyle } from '../compared-answers.ts';
import { comparisonSections } from '../comparison-section.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import type { EvaluationSection } from '../kind.ts';
import { isAll } from '../record.ts';
import type { ClassesGroup, ClassesResults, ClassInGroup } from './record.ts';
import { answeredOf, isSilent, rightOfAllWords } from './words.ts';

const numeric = true;
const NEVER_POOLED =
  'How often the class is right, kappa and means over classes are not pooled: they follow how common the classes are, which hospitals differ in.';

/** What a report on classes shows beside the answer. */
export function sections(results: ClassesResults): EvaluationSection[] {
  return [
    { id: 'classes', title: 'Classes', children: classNodes(results) },
    ...(results.groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
    ...betweenSections(results.between, answerStyle, NEVER_POOLED),
    ...comparisonSections(results.comparison, answerStyle),
  ];
}

const whyOf = ({ figures }: ClassInGroup): string | undefined => whyUntold(figures.sensitivity);

function classNodes(results: ClassesResults): VNode[] {
  const { classes, matrix } = results;
  const whole = wholeGroup(results);
  const rows = whole.classes.flatMap(({ class: label, figures: { sensitivity } }) =>
    results.namedBySilence.includes(label) ? [] : [{ label, figure: sensitivity }],
  );
  return [
    matrixTable({
      id: 'classes-matrix',
      caption: 'Studies by class of the reference (rows) and of the answer (columns)',
      names: classes,
      matrix,
      note: `Percentages of the row; on the diagonal the answer is right.${matrix.flat().some(isSuppressed) ? ' Hidden cells are small ones and those that would give a small one away.' : ''}`,
    }),
    classTable(whole, results.namedBySilence),
    ...intervalFigure({
      id: 'classes-plot',
      title: 'Sensitivity of each class',
      style: 'percent',
      ideal: 1,
      legend: 'Sensitivity, with 95 % interval; dashed: no error',
      rows,
    }),
    allTable(results),
  ];
}

const shownFigures = ({ classes }: ClassesGroup): ClassFigure[] =>
  CLASS_FIGURES.filter((name) => classes.some(({ figures }) => figures[name] !== null));

function classTable(whole: ClassesGroup, bySilence: readonly string[]): VNode {
  const shown = shownFigures(whole);
  return dataTable({
    id: 'classes-figures',
    caption: 'Each class against the others, with 95 % intervals',
    columns: [
      { heading: 'Class' },
      { heading: 'Answered studies', numeric },
      ...shown.map((name) => ({ heading: FIGURE_WORDS[name], numeric })),
    ],
    rows: whole.classes.map((of) => ({ heading: of.class, cells: classCells(of, shown) })),
    note: `${shown.includes('slope') ? 'Observed / expected above 1: the class is more common than its probabilities say. Slope below 1: its probabilities are too extreme. ' : ''}Predictive values and F1 depend on how common the class is here.${bySilence.length === 0 ? '' : ` The model names ${list(bySilence)} by giving no answer: the figures are of the studies that got one all the same.`}`,
  });
}

function classCells(of: ClassInGroup, shown: readonly ClassFigure[]) {
  return [
    countCell(formatCount(answeredOf(of)), whyOf(of)),
    ...shown.map((name) => {
      const figure = of.figures[name];
      return figure === null ? '' : briefCell(figure, name, whyOf(of));
    }),
  ];
}

function allTable(results: ClassesResults): VNode {
  const { summary, answeredShare, rightOfAll, judged } = wholeGroup(results);
  return dataTable({
    id: 'classes-summary',
    caption: 'All classes together, with 95 % intervals',
    columns: [{ heading: 'Figure' }, { heading: 'All studies', numeric }],
    rows: [
      ...(isSilent(results)
        ? [
            { heading: 'Answered', cells: [figureCell(answeredShare, 'percent')] },
            { heading: `Right class, ${rightOfAllWords(results)}`, cells: [figureCell(rightOfAll, 'percent')] },
          ]
        : []),
      ...SUMMARY_FIGURES.flatMap((name) => {
        const figure = summary[name];
        return figure === null ? [] : [{ heading: SUMMARY_WORDS[name], cells: [figureCell(figure, styleOf(name))] }];
      }),
    ],
    note: `${isSilent(results) ? 'All but the first two of the answered studies. ' : ''}${judged.length === 0 ? '' : `Means over ${list(judged)}.`}`,
  });
}

/** On the page, what a reader compares first; the rest stands in the CSV. */
const IN_GROUPS: readonly SummaryFigure[] = ['accuracy', 'kappa', 'macroAuroc', 'macroF1', 'brier'];

function byGroup(results: ClassesResults): VNode[] {
  const { groups } = results;
  const shown = IN_GROUPS.filter((name) => groups.some(({ summary }) => summary[name] !== null));
  const differ = hasOtherMeans(groups);
  const rows = groups.map((group) => ({ label: groupWords(group), figure: group.summary.accuracy }));
  return [
    ...intervalFigure({
      id: 'group-accuracy',
      title: 'Right class by site and group',
      style: 'percent',
      ideal: 1,
      legend: 'Right class, with 95 % interval; dashed: no error',
      rows,
    }),
    dataTable({
      id: 'groups-classes',
      caption: 'All classes together by site and group, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        ...(isSilent(results) ? [{ heading: 'Answered, %', numeric }] : []),
        ...shown.map((name) => ({ heading: SUMMARY_WORDS[name], numeric })),
        ...(differ ? [{ heading: 'Means over' }] : []),
      ],
      rows: groups.map((group) => ({
        heading: groupWords(group),
        cells: [
          ...(isSilent(results) ? [figureCell(group.answeredShare, 'percent')] : []),
          ...shown.map((name) => {
            const figure = group.summary[name];
            return figure === null ? '' : figureCell(figure, styleOf(name));
          }),
          ...(differ ? [list(group.judged)] : []),
        ],
      })),
      ...(differ && {
        note: 'Means are over the classes that ten people have and ten have not, which differ by group.',
      }),
    }),
    detailNode(results),
  ];
}

function detailNode({ groups }: ClassesResults): VNode {
  const shown = shownFigures(groups[0]).filter((name) => name !== 'slope');
  return element('details', null, [
    element('summary', null, 'Each class in each group'),
    dataTable({
      id: 'groups-each-class',
      caption: 'Each class against the others by site and group, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        { heading: 'Class' },
        { heading: 'Answered studies', numeric },
        ...shown.map((name) => ({ heading: FIGURE_WORDS[name], numeric })),
      ],
      rows: groups
        .filter((group) => !isAll(group))
        .flatMap((group) =>
          group.classes.map((of) => ({ heading: groupWords(group), cells: [of.class, ...classCells(of, shown)] })),
        ),
    }),
  ]);
}
