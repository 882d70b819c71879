import type { ComponentChild, VNode } from 'preact';
import { list } from '../../answer.ts';
import { intervalPlot } from '../../chapters/interval-plot.ts';
import { FIGURE_WORDS } from '../../classes/figure-words.ts';
import { DECISION_FIGURES } from '../../classes/one-against-rest.ts';
import { briefCell, countCell, whyUntold } from '../../classes/tables.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatNumber, HIDDEN } from '../../format.ts';
import { type Count, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { groupWords } from '../groups.ts';
import type { EvaluationSection } from '../kind.ts';
import { isAll } from '../record.ts';
import type { LabelResult, LabelsResults, OverLabels } from './record.ts';
import { togetherNodes } from './section-together.ts';
import { OVER_WORDS, overStyle, sameLabels, wholeGroup } from './words.ts';

const numeric = true;

/** What a report on several labels shows beside the answer. */
export function sections(results: LabelsResults): EvaluationSection[] {
  return [
    { id: 'findings', title: 'Each finding', children: findingNodes(results) },
    { id: 'together', title: 'All findings together', children: togetherNodes(results) },
    ...(results.groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
  ];
}

const whyOf = ({ decisions, ranking }: LabelResult): string | undefined => {
  const figure = decisions?.sensitivity ?? ranking?.auroc;
  return figure === undefined ? undefined : whyUntold(figure);
};

const isSome = (count: Count): boolean => isSuppressed(count) || count > 0;

function findingNodes(results: LabelsResults): (VNode | null)[] {
  const { labels } = wholeGroup(results);
  return [
    countTable(labels),
    ...(labels.some(({ ranking }) => ranking !== null) ? [rankingTable(labels)] : []),
    pictureOf(labels),
    ...(labels.some(({ decisions }) => decisions !== null) ? [decisionTable(results, labels)] : []),
    ...(labels.some(({ calibration }) => calibration !== null) ? [calibrationTable(results, labels)] : []),
  ];
}

function countTable(labels: readonly LabelResult[]): VNode {
  const extra = (['unknown', 'unanswered'] as const).filter((name) => labels.some((label) => isSome(label[name])));
  return dataTable({
    id: 'findings-counts',
    caption: 'Studies with each finding by the reference',
    columns: [
      { heading: 'Finding' },
      ...['Studies', 'With it', 'Without it'].map((heading) => ({ heading, numeric })),
      ...extra.map((name) => ({ heading: name === 'unknown' ? 'Reference unknown' : 'No answer', numeric })),
    ],
    rows: labels.map((label) => ({
      heading: label.label,
      cells: [
        countCell(formatCount(label.n), whyOf(label)),
        ...[label.events, label.nonEvents, ...extra.map((name) => label[name])].map(formatCount),
      ],
    })),
    note: 'Studies: those whose reference and answer are known for the finding. One study may have several findings, or none.',
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

function pictureOf(labels: readonly LabelResult[]): VNode | null {
  const isRanked = labels.some(({ ranking }) => ranking !== null);
  const figureOf = ({ ranking, decisions }: LabelResult): Figure | undefined =>
    isRanked ? ranking?.auroc : decisions?.sensitivity;
  const rows = labels.flatMap((label) => {
    const figure = figureOf(label);
    return figure === undefined ? [] : [{ label: label.label, figure }];
  });
  if (!rows.some(({ figure }) => isEstimate(figure))) return null;
  const name = isRanked ? 'AUROC' : 'Sensitivity';
  return element('figure', null, [
    intervalPlot({
      id: 'findings-plot',
      title: `${name} of each finding`,
      style: isRanked ? 'fraction' : 'percent',
      ideal: 1,
      legend: `${name}, with 95 % interval; dashed: no error`,
      rows,
    }),
  ]);
}

function decisionTable(results: LabelsResults, labels: readonly LabelResult[]): VNode {
  return dataTable({
    id: 'findings-decisions',
    caption: 'Yes or no to each finding, with 95 % intervals',
    columns: [
      { heading: 'Finding' },
      ...['Threshold', 'Found', 'Missed', 'Cleared', 'False alarms'].map((heading) => ({ heading, numeric })),
      ...DECISION_FIGURES.map((name) => ({ heading: FIGURE_WORDS[name], numeric })),
    ],
    rows: labels.flatMap((label, k) => {
      const { decisions } = label;
      if (decisions === null) return [];
      const { threshold } = results.labels[k];
      const { truePositives, falseNegatives, trueNegatives, falsePositives } = decisions;
      return [
        {
          heading: label.label,
          cells: [
            threshold === null ? 'answers given' : String(threshold),
            ...[truePositives, falseNegatives, trueNegatives, falsePositives].map(formatCount),
            ...DECISION_FIGURES.map((name) => briefCell(decisions[name], name, whyOf(label))),
          ],
        },
      ];
    }),
    note: 'Found and missed: studies with the finding; cleared and false alarms: studies without it. Predictive values, F1 and Matthews correlation depend on how common the finding is here.',
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
            verdict(results.claims[k].observedExpected),
          ],
        },
      ];
    }),
    note: `Observed / expected above 1 and intercept above 0: the finding is more common than its probabilities say. Slope below 1: they are too extreme. The last column rests on an interval of observed / expected that is corrected for ${results.labels.length} findings.`,
  });
}

function verdict(figure: Figure | null): ComponentChild {
  if (figure === null || isSuppressed(figure)) return HIDDEN;
  if (!isEstimate(figure)) return element('span', { class: 'cannot' }, 'cannot tell');
  if (figure.lower > 1) return 'too low';
  return figure.upper < 1 ? 'too high' : 'not shown to be off';
}

/** On the page, what a reader compares first; the rest stands in the CSV. */
const IN_GROUPS: readonly OverLabels[] = ['macroAuroc', 'macroF1', 'exactMatch', 'hammingLoss'];

function byGroup(results: LabelsResults): VNode[] {
  const { groups } = results;
  const shown = IN_GROUPS.filter((name) => groups.some(({ over }) => over[name] !== null));
  const name = shown.includes('macroF1') ? 'macroF1' : 'macroAuroc';
  const differ = !sameLabels(groups);
  const rows = groups.flatMap((group) => {
    const figure = group.over[name];
    return figure === null ? [] : [{ label: groupWords(group), figure }];
  });
  return [
    element('p', null, 'Described side by side; differences between groups are not tested here.'),
    ...(rows.some(({ figure }) => isEstimate(figure))
      ? [
          element('figure', null, [
            intervalPlot({
              id: 'group-mean',
              title: `${OVER_WORDS[name]} by site and group`,
              style: 'fraction',
              ideal: 1,
              legend: `${OVER_WORDS[name]} over findings, with 95 % interval; dashed: no error`,
              rows,
            }),
          ]),
        ]
      : []),
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
          ...(differ ? [list(group.judged)] : []),
        ],
      })),
      note: differ
        ? 'Means are over the findings that ten people have and ten have not, which differ by group.'
        : `Means over findings: ${list(wholeGroup(results).judged)}.`,
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
