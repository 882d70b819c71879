import type { ComponentChild, VNode } from 'preact';
import { list } from '../../answer.ts';
import {
  CLASS_FIGURES,
  type ClassFigure,
  FIGURE_WORDS,
  SUMMARY_FIGURES,
  SUMMARY_WORDS,
} from '../../classes/figure-words.ts';
import { briefCell, countCell, matrixTable, whyUntold } from '../../classes/tables.ts';
import { element } from '../../element.ts';
import { capitalised, formatCount } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import type { Classes, ClassResult, SiteClasses } from './value.ts';
import { classWords, leadWords, leftWords, peopleWords, silenceWords, wholeOfClasses } from './words.ts';

const numeric = true;
/** What stands under "Classes". */
export function classesSection(value: Classes): (VNode | null)[] {
  const whole = value.sites.every(({ n }) => isSuppressed(n)) ? undefined : wholeOfClasses(value);
  return [
    element('p', null, leadWords(value)),
    ...(whole === undefined
      ? []
      : [matrixOf(value, whole), classTable(whole, value.refused), summaryTable(value), ...hospitalDetails(value)]),
    ...mappingPart(value),
  ];
}

const placeOf = ({ site }: SiteClasses): string => site ?? 'all hospitals, crude';

function matrixOf({ classes }: Classes, of: SiteClasses): VNode {
  const several =
    !isSuppressed(of.several) && of.several > 0
      ? ` ${formatCount(of.several)} with several classes are not in it.`
      : '';
  return matrixTable({
    id: 'classes-matrix',
    caption: `Class of the reference (rows) by class of the answer (columns), ${placeOf(of)}`,
    names: classes.map(classWords),
    matrix: of.matrix,
    note: `Percentages of the row; on the diagonal the answer is right. The answer is the class with the highest probability; the thresholds of “Decisions” call their class earlier.${several}${silenceWords(of)}`,
  });
}

/** Why a class is described and not judged. */
const whyOf = ({ figures }: ClassResult): string | undefined => whyUntold(figures.sensitivity);
const whyNoMean = ({ summary }: SiteClasses): string | undefined => whyUntold(summary.macroAuroc);

/** The number of studies, and once the reason for which nothing is judged. */
const studiesCell = (one: ClassResult): ComponentChild => countCell(peopleWords(one), whyOf(one));

function classTable(of: SiteClasses, refused: readonly string[]): VNode {
  const silence =
    refused.length === 0
      ? ''
      : ` ${capitalised(list(refused.map(classWords)))}: of the studies that got an answer all the same.`;
  return dataTable({
    id: 'classes-figures',
    caption: `Each class against the others, ${placeOf(of)}, with 95 % intervals`,
    columns: [
      { heading: 'Class' },
      { heading: 'Studies', numeric },
      ...CLASS_FIGURES.map((name) => ({ heading: FIGURE_WORDS[name], numeric })),
    ],
    rows: of.classes.map((one) => ({
      heading: classWords(one.class),
      cells: [studiesCell(one), ...CLASS_FIGURES.map((name) => briefCell(one.figures[name], name, whyOf(one)))],
    })),
    note: `Observed / expected above 1: the class is more common than its probabilities say. Slope below 1: its probabilities are too extreme. Predictive values and F1 depend on how common the class is here.${silence}`,
  });
}

function summaryTable({ sites }: Classes): VNode {
  const judged = new Set(sites.map((of) => list(of.judged.map(classWords))).filter((words) => words !== ''));
  const over =
    judged.size === 1
      ? `Means over classes: ${[...judged][0]}.`
      : 'Means over the classes that ten people have and ten have not, which differ by hospital; they cannot be told where these are fewer than two.';
  return dataTable({
    id: 'classes-summary',
    caption: 'All classes together, by hospital, with 95 % intervals',
    columns: [
      { heading: 'Hospital' },
      { heading: 'Studies', numeric },
      ...SUMMARY_FIGURES.map((name) => ({ heading: SUMMARY_WORDS[name], numeric })),
      ...(judged.size > 1 ? [{ heading: 'Means over' }] : []),
    ],
    rows: sites.map(
      (of): TableRow => ({
        heading: of.site ?? 'All hospitals, crude',
        cells: [
          formatCount(of.n),
          ...SUMMARY_FIGURES.map((name) => briefCell(of.summary[name], name, whyNoMean(of))),
          ...(judged.size > 1 ? [list(of.judged.map(classWords))] : []),
        ],
        ...(of.site === null && { kind: 'strong' as const }),
      }),
    ),
    note: over,
  });
}

/** On the page, figures of hospitals that a reader compares first; the rest stands in the CSV. */
const BY_HOSPITAL: readonly ClassFigure[] = [
  'auroc',
  'sensitivity',
  'specificity',
  'positivePredictiveValue',
  'observedExpected',
];

function hospitalDetails({ sites }: Classes): VNode[] {
  if (sites.length < 2) return [];
  const own = sites.filter(({ site }) => site !== null);
  return [
    element('details', null, [
      element('summary', null, 'Each class at each hospital'),
      dataTable({
        id: 'classes-hospitals',
        caption: 'Each class against the others, by hospital, with 95 % intervals',
        columns: [
          { heading: 'Hospital' },
          { heading: 'Class' },
          { heading: 'Studies', numeric },
          ...BY_HOSPITAL.map((name) => ({ heading: FIGURE_WORDS[name], numeric })),
        ],
        rows: own.flatMap((of) =>
          of.classes.filter(hasStudies).map((one) => ({
            heading: of.site ?? '',
            cells: [
              classWords(one.class),
              studiesCell(one),
              ...BY_HOSPITAL.map((name) => briefCell(one.figures[name], name, whyOf(one))),
            ],
          })),
        ),
        note: 'Classes without a study at a hospital are not listed. Confusion matrices by hospital: classes-matrix.csv.',
      }),
    ]),
  ];
}

const hasStudies = ({ n }: ClassResult): boolean => isSuppressed(n) || n > 0;

function mappingPart({ mapping, left }: Classes): VNode[] {
  if (mapping.length === 0) return [];
  const why = [...Map.groupBy(left, (entry) => entry.why)].map(([code, entries]) => {
    const hidden = entries.some(({ studies }) => isSuppressed(studies));
    const total = entries.reduce((sum, { studies }) => sum + (isSuppressed(studies) ? 0 : studies), 0);
    return `${leftWords(code)} ${hidden ? 'hidden' : formatCount(total)}`;
  });
  return [
    element('details', null, [
      element('summary', null, 'Which labels are which class, and who is left out'),
      dataTable({
        id: 'classes-mapping',
        caption: 'Values of the labels and the class that each stands for',
        columns: [{ heading: 'Label says' }, { heading: 'Class' }, { heading: 'Studies', numeric }],
        rows: mapping
          .filter(({ studies }) => isSuppressed(studies) || studies > 0)
          .map(({ meaning, class: name, studies }) => ({
            heading: meaning,
            cells: [name === null ? 'none: left out' : classWords(name), formatCount(studies)],
          })),
        note: why.length === 0 ? 'No study is left out.' : `Left out: ${why.join('; ')}.`,
      }),
    ]),
  ];
}
