import type { ComponentChild, VNode } from 'preact';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { hasOtherMeans } from '../../classes/class-words.ts';
import { FIGURE_WORDS } from '../../classes/figure-words.ts';
import { DECISION_FIGURES } from '../../classes/one-against-rest.ts';
import { briefCell, countCell, whyUntold } from '../../classes/tables.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatNumber, HIDDEN } from '../../format.ts';
import { type Count, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { betweenSections } from '../between-section.ts';
import { answerStyle } from '../compared-answers.ts';
import { comparisonSections } from '../comparison-section.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import type { EvaluationSection } from '../kind.ts';
import { isAll } from '../record.ts';
import type { LabelResult, LabelsResults, OverLabels } from './record.ts';
import { togetherNodes } from './section-together.ts';
import { groupFigure, judgedWords, leadOf, mixedWords, OVER_WORDS, overStyle } from './words.ts';

const numeric = true;
const NEVER_POOLED =
  'Means over findings, F1 and the share of studies with all findings right are not pooled: they follow how common the findings are, which hospitals differ in.';

/** What a report on several labels shows beside the answer. */
export function sections(results: LabelsResults): EvaluationSection[] {
  return [
    { id: 'findings', title: 'Each finding', children: findingNodes(results) },
    { id: 'together', title: 'All findings together', children: togetherNodes(results) },
    ...(results.groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
    ...betweenSections(results.between, answerStyle, NEVER_POOLED),
    ...comparisonSections(results.comparison, answerStyle),
  ];
}

const whyOf = (label: LabelResult): string | undefined => {
  const figure = leadOf(label);
  return figure && whyUntold(figure);
};

const isSome = (count: Count): boolean => isSuppressed(count) || count > 0;

function findingNodes(results: LabelsResults): VNode[] {
  const { labels } = wholeGroup(results);
  const isDecided = labels.some(({ decisions }) => decisions !== null);
  return [
    countTable(results, labels),
    ...(isDecided ? [rateTable(labels)] : []),
    ...(labels.some(({ ranking }) => ranking !== null) ? [rankingTable(labels)] : []),
    ...pictureOf(labels),
    ...(labels.some(({ calibration }) => calibration !== null) ? [calibrationTable(results, labels)] : []),
  ];
}

const MISSING = { unknown: 'Reference unknown', unanswered: 'No answer' } as const;
const MISSING_NAMES = ['unknown', 'unanswered'] as const;

/** How many have it and what was answered. */
function countTable({ labels: rules }: LabelsResults, labels: readonly LabelResult[]): VNode {
  const extra = MISSING_NAMES.filter((name) => labels.some((label) => isSome(label[name])));
  const isDecided = labels.some(({ decisions }) => decisions !== null);
  const hasThreshold = rules.some(({ threshold }) => threshold !== null);
  const given = rules.some(({ answers }) => answers === 'column') ? ' Answers as the table says them.' : '';
  return dataTable({
    id: 'findings-counts',
    caption: `Studies with each finding by the reference${isDecided ? ', and what was answered' : ''}`,
    columns: [
      { heading: 'Finding' },
      ...[
        ...['Studies', 'With it'],
        ...(isDecided ? ['Found', 'Missed'] : []),
        'Without it',
        ...(isDecided ? ['Cleared', 'False alarms'] : []),
        ...extra.map((name) => MISSING[name]),
        ...(hasThreshold ? ['Threshold'] : []),
      ].map((heading) => ({ heading, numeric })),
    ],
    rows: labels.map((label, k) => {
      const { decisions } = label;
      const { threshold } = rules[k];
      const answered = (...counts: readonly (Count | undefined)[]): string[] =>
        isDecided ? counts.map((count) => (count === undefined ? '' : formatCount(count))) : [];
      return {
        heading: label.label,
        cells: [
          countCell(formatCount(label.n), whyOf(label)),
          formatCount(label.events),
          ...answered(decisions?.truePositives, decisions?.falseNegatives),
          formatCount(label.nonEvents),
          ...answered(decisions?.trueNegatives, decisions?.falsePositives),
          ...extra.map((name) => formatCount(label[name])),
          ...(hasThreshold ? [threshold === null ? '' : String(threshold)] : []),
        ],
      };
    }),
    note: `Studies: those whose reference and answer are known for the finding. One study may have several findings, or none.${given}`,
  });
}

function rateTable(labels: readonly LabelResult[]): VNode {
  return dataTable({
    id: 'findings-rates',
    caption: 'Yes or no to each finding, with 95 % intervals',
    columns: [{ heading: 'Finding' }, ...DECISION_FIGURES.map((name) => ({ heading: FIGURE_WORDS[name], numeric }))],
    rows: labels.flatMap((label) => {
      const { decisions } = label;
      if (decisions === null) return [];
      const cells = DECISION_FIGURES.map((name) => briefCell(decisions[name], name, whyOf(label)));
      return [{ heading: label.label, cells }];
    }),
    note: 'Predictive values, F1 and Matthews correlation depend on how common the finding is here.',
  });
}

function rankingTable(labels: readonly LabelResult[]): VNode {
  return dataTable({
    id: 'findings-ranking',
    caption: 'Order of the studies by the score of each finding, with 95 % intervals',
    columns: [
      { heading: 'Finding' },
      ...['AUROC', 'Average precision', 'Baseline'].map((heading) => ({ heading, numeric })),
    ],
    rows: labels.flatMap((label) => {
      const { ranking } = label;
      if (ranking === null) return [];
      const { baseline } = ranking;
      return [
        {
          heading: label.label,
          cells: [
            briefCell(ranking.auroc, 'auroc', whyOf(label)),
            briefCell(ranking.averagePrecision, 'averagePrecision', whyOf(label)),
            isSuppressed(baseline) ? HIDDEN : baseline === null ? '' : formatNumber(baseline, 'fraction'),
          ],
        },
      ];
    }),
    note: 'Baseline: the average precision of a score that says nothing, which is the share of studies with the finding.',
  });
}

function pictureOf(labels: readonly LabelResult[]): VNode[] {
  const isRanked = labels.some(({ ranking }) => ranking !== null);
  const figureOf = ({ ranking, decisions }: LabelResult): Figure | undefined =>
    isRanked ? ranking?.auroc : decisions?.sensitivity;
  const rows = labels.flatMap((label) => {
    const figure = figureOf(label);
    return figure === undefined ? [] : [{ label: label.label, figure }];
  });
  const name = isRanked ? 'AUROC' : 'Sensitivity';
  return intervalFigure({
    id: 'findings-plot',
    title: `${name} of each finding`,
    style: isRanked ? 'fraction' : 'percent',
    ideal: 1,
    legend: `${name}, with 95 % interval; dashed: no error`,
    rows,
  });
}

function calibrationTable(results: LabelsResults, labels: readonly LabelResult[]): VNode {
  const names = ['observedExpected', 'intercept', 'slope'] as const;
  return dataTable({
    id: 'findings-calibration',
    caption: 'Calibration of the probability of each finding, with 95 % intervals',
    columns: [
      { heading: 'Finding' },
      ...names.map((name) => ({ heading: FIGURE_WORDS[name], numeric })),
      { heading: 'Probabilities on average' },
    ],
    rows: labels.flatMap((label, k) => {
      const { calibration } = label;
      if (calibration === null) return [];
      return [
        {
          heading: label.label,
          cells: [
            ...names.map((name) => briefCell(calibration[name], name, whyOf(label))),
            verdict(results.claims[k].observedExpected, calibration.observedExpected),
          ],
        },
      ];
    }),
    note: `Observed / expected above 1 and intercept above 0: the finding is more common than its probabilities say. Slope below 1: they are too extreme. The last column rests on an interval of observed / expected that is corrected for ${results.labels.length} findings.`,
  });
}

/** By the corrected interval; where only the plain one lies beside 1, that is said. */
function verdict(corrected: Figure | null, plain: Figure): ComponentChild {
  if (corrected === null || isSuppressed(corrected)) return HIDDEN;
  if (!isEstimate(corrected) || !isEstimate(plain)) return element('span', { class: 'cannot' }, 'cannot tell');
  const side = ({ lower, upper }: typeof corrected): string | undefined =>
    lower > 1 ? 'too low' : upper < 1 ? 'too high' : undefined;
  const alone = side(plain);
  return side(corrected) ?? (alone === undefined ? 'not shown to be off' : `${alone}, but not after correction`);
}

/** On the page, what a reader compares first; the rest stands in the CSV. */
const IN_GROUPS: readonly OverLabels[] = ['exactMatch', 'hammingLoss', 'macroF1', 'macroAuroc'];

function byGroup(results: LabelsResults): VNode[] {
  const { groups } = results;
  const shown = IN_GROUPS.filter((name) => groups.some(({ over }) => over[name] !== null));
  const name = groupFigure(results);
  const differ = hasOtherMeans(groups);
  const means = judgedWords(wholeGroup(results));
  const rows = groups.flatMap((group) => {
    const figure = name && group.over[name];
    return figure === null ? [] : [{ label: groupWords(group), figure }];
  });
  return [
    ...(name === null
      ? []
      : intervalFigure({
          id: 'group-mean',
          title: `${OVER_WORDS[name]} by site and group`,
          style: overStyle(name),
          ideal: 1,
          legend: `${OVER_WORDS[name]}, with 95 % interval; dashed: no error`,
          rows,
        })),
    dataTable({
      id: 'groups-over',
      caption: 'All findings together by site and group, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        ...shown.map((of) => ({ heading: `${OVER_WORDS[of]}${overStyle(of) === 'percent' ? ', %' : ''}`, numeric })),
        ...(differ ? [{ heading: 'Means over' }] : []),
      ],
      rows: groups.map((group) => ({
        heading: groupWords(group),
        cells: [
          ...shown.map((of) => {
            const figure = group.over[of];
            return figure === null ? '' : figureCell(figure, overStyle(of));
          }),
          ...(differ ? [judgedWords(group)] : []),
        ],
      })),
      note: differ
        ? `Means are over the findings that ten people have and ten have not, which differ by group: means of groups are not comparable.${mixedWords(results)}`
        : means === ''
          ? ''
          : `Means over findings: ${means}.${mixedWords(results)}`,
    }),
    detailNode(results),
  ];
}

const DETAILS = ['auroc', 'sensitivity', 'specificity', 'positivePredictiveValue', 'observedExpected'] as const;

function detailOf(label: LabelResult, name: (typeof DETAILS)[number]): Figure | null {
  if (name === 'auroc') return label.ranking?.auroc ?? null;
  if (name === 'observedExpected') return label.calibration?.observedExpected ?? null;
  return label.decisions?.[name] ?? null;
}

function detailNode({ groups }: LabelsResults): VNode {
  const shown = DETAILS.filter((name) => groups[0].labels.some((label) => detailOf(label, name) !== null));
  return element('details', null, [
    element('summary', null, 'Each finding in each group'),
    dataTable({
      id: 'groups-findings',
      caption: 'Each finding by site and group, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        { heading: 'Finding' },
        { heading: 'Studies', numeric },
        { heading: 'With it', numeric },
        ...shown.map((name) => ({ heading: name === 'auroc' ? 'AUROC' : FIGURE_WORDS[name], numeric })),
      ],
      rows: groups
        .filter((group) => !isAll(group))
        .flatMap((group) =>
          group.labels.map((label) => ({
            heading: groupWords(group),
            cells: [
              label.label,
              countCell(formatCount(label.n), whyOf(label)),
              formatCount(label.events),
              ...shown.map((name) => {
                const figure = detailOf(label, name);
                return figure === null ? '' : briefCell(figure, name, whyOf(label));
              }),
            ],
          })),
        ),
    }),
  ]);
}
