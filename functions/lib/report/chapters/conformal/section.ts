import type { ComponentChild, VNode } from 'preact';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatFigure, formatNumber, HIDDEN } from '../../format.ts';
import { type Figure, isSuppressed } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { intervalPlot } from '../interval-plot.ts';
import {
  type Calibrated,
  type Conformal,
  type GroupCoverage,
  isCalibrated,
  LEVELS,
  type NotCalibrated,
  type Question,
} from './value.ts';
import {
  calibratedWords,
  coverageGroupWords,
  halvesOf,
  isHidden,
  leadWords,
  levelWords,
  METHOD_WORDS,
  verdictWords,
  withoutHospitals,
} from './words.ts';

const numeric = true;
const [LEVEL] = LEVELS;

/** What stands under "Prediction sets". */
export function conformalSection({ questions }: Conformal): (VNode | null)[] {
  return questions.flatMap((question, i) => [
    ...(questions.length === 1 ? [] : [element('h3', { id: `conformal-${question.about}` }, headingOf(question))]),
    element('p', null, leadWords(question)),
    ...(i === 0
      ? [
          element(
            'p',
            { class: 'note' },
            `A prediction set holds every answer that the model cannot rule out. ${levelWords(LEVEL)} is promised on average over patients like those calibrated on; for a group of them, or for a new hospital, nothing is promised and the coverage here is measured.`,
          ),
        ]
      : []),
    hospitalPlot(question),
    groupTable(question),
    hospitalTable(question),
    otherTable(question),
  ]);
}

/** Captions differ, so that tables can be told apart by their names. */
const setsOf = ({ about }: Question): string => (about === 'outcome' ? 'Sets' : 'Sets of classes');

const headingOf = ({ about, answers }: Question): string =>
  about === 'outcome' ? `Sets of ${answers[1]} or not` : 'Sets of classes';

/** Of more hospitals than this there is no picture, and only the whole of each in the table: the rest stands in the CSV. */
const MOST_HOSPITALS = 10;

/** Coverage of each hospital, calibrated with half of it and without it. */
function hospitalPlot(question: Question): VNode | null {
  const halves = halvesOf(question, 'lac', LEVEL);
  const without = withoutHospitals(question, 'lac', LEVEL).filter(isCalibrated);
  if (without.length < 2 || without.length > MOST_HOSPITALS) return null;
  if (isHidden(halves) && without.every(isHidden)) return null;
  const rows = without.flatMap((one) => {
    const inside = isCalibrated(halves)
      ? halves.groups.find(({ column, group }) => column === 'site' && group === one.leftOut)
      : undefined;
    const alone = one.groups.find(({ column }) => column === 'all');
    return [
      ...(inside === undefined ? [] : [{ label: `${one.leftOut}, half in the calibration`, figure: inside.coverage }]),
      ...(alone === undefined ? [] : [{ label: `${one.leftOut}, left out of it`, figure: alone.coverage }]),
    ];
  });
  return element('figure', null, [
    element(
      'figcaption',
      null,
      `How often sets calibrated for ${levelWords(LEVEL)} hold the right answer, by hospital`,
    ),
    intervalPlot({
      id: `conformal-plot-${question.about}`,
      title: 'Coverage of prediction sets by hospital',
      style: 'percent',
      ideal: LEVEL,
      legend: 'Right answer in the set; dashed: the nominal level',
      rows,
    }),
  ]);
}

const COLUMNS = [
  { heading: 'Right answer in the set', numeric },
  { heading: 'Verdict' },
  { heading: 'One answer', numeric },
  { heading: 'Right where one', numeric },
  { heading: 'Several: uncertain', numeric },
  { heading: 'None', numeric },
];

function coverageCells(group: GroupCoverage, level: number): ComponentChild[] {
  const why = whyUntold(group.coverage);
  // A reason that stands in the first cell is not said again in the others.
  const brief = (figure: Figure): ComponentChild =>
    why === undefined || whyUntold(figure) !== why
      ? figureCell(figure, 'percent')
      : element('span', { class: 'cannot' }, formatFigure(figure, 'percent'));
  return [
    figureCell(group.coverage, 'percent'),
    verdictWords(group.verdict, level),
    ...[group.single, group.singleRight, group.several, group.none].map(brief),
  ];
}

const whyUntold = (figure: Figure): string | undefined => ('cannotTell' in figure ? figure.cannotTell : undefined);

function groupTable(question: Question): VNode | null {
  const halves = halvesOf(question, 'lac', LEVEL);
  if (!isCalibrated(halves) || isHidden(halves)) return null;
  const byClass = halvesOf(question, 'by-class', LEVEL);
  return dataTable({
    id: `conformal-groups-${question.about}`,
    caption: `${setsOf(question)} for ${levelWords(LEVEL)} by group, calibrated on half of the people of each hospital`,
    columns: [
      { heading: 'Group' },
      { heading: 'Studies', numeric },
      ...COLUMNS.slice(0, 2),
      ...(isCalibrated(byClass) ? [{ heading: 'With a threshold for each answer', numeric }] : []),
      ...COLUMNS.slice(2),
    ],
    rows: halves.groups.map((group): TableRow => {
      const other = isCalibrated(byClass)
        ? byClass.groups.find((one) => one.column === group.column && one.group === group.group)
        : undefined;
      const cells = coverageCells(group, LEVEL);
      return {
        heading: coverageGroupWords(group),
        cells: [
          formatCount(group.n),
          ...cells.slice(0, 2),
          ...(isCalibrated(byClass) ? [other === undefined ? '' : figureCell(other.coverage, 'percent')] : []),
          ...cells.slice(2),
        ],
        ...(group.column === 'all' && { kind: 'strong' as const }),
      };
    }),
    note: `${chanceWords(halves)}Verdicts are corrected for the number of groups. None: no answer is probable enough, which counts as a miss.${isCalibrated(byClass) ? ' With a threshold for each answer: the right one in the set, where each answer was calibrated by itself.' : ` Calibrated for each answer by itself: ${whyWords(byClass)}.`}`,
  });
}

function chanceWords({ chance, calibrated }: Calibrated): string {
  if (chance === null || isSuppressed(chance)) return '';
  const { lower, upper } = chance;
  return `Calibrated on ${formatCount(calibrated[0])} people: by the chance of who they are alone, coverage would lie between ${formatNumber(lower, 'percent')} and ${formatNumber(upper, 'percent')} % in 95 % of draws. `;
}

const whyWords = ({ cannotTell }: NotCalibrated): string =>
  isSuppressed(cannotTell) ? 'cannot tell' : `cannot tell, ${cannotTell}`;

function hospitalTable(question: Question): VNode | null {
  const without = withoutHospitals(question, 'lac', LEVEL);
  const lacking = without.flatMap((one) => (isCalibrated(one) ? [] : [`${one.leftOut}: ${whyWords(one)}.`]));
  if (lacking.length === without.length || without.every(isHidden)) return null;
  return dataTable({
    id: `conformal-left-out-${question.about}`,
    caption: `${setsOf(question)} for ${levelWords(LEVEL)} at each hospital, calibrated on the people of the others`,
    columns: [{ heading: 'Hospital' }, { heading: 'Studies', numeric }, ...COLUMNS],
    rows: without.filter(isCalibrated).flatMap(({ leftOut, groups }) =>
      groups
        .filter(({ column }) => column === 'all' || without.length <= MOST_HOSPITALS)
        .map(
          (group): TableRow => ({
            heading: group.column === 'all' ? (leftOut ?? '') : `${leftOut}, ${group.group}`,
            cells: [formatCount(group.n), ...coverageCells(group, LEVEL)],
            kind: group.column === 'all' ? 'strong' : 'detail',
          }),
        ),
    ),
    note: ['What a hospital would see that takes over a calibration made elsewhere.', ...lacking].join(' '),
  });
}

function otherTable(question: Question): VNode | null {
  const all = question.calibrations.filter(isCalibrated);
  if (all.length === 0 || all.every(isHidden)) return null;
  const hospitals = new Set(all.map(({ leftOut }) => leftOut)).size - 1;
  const shown = all.filter((one) => !isHidden(one) && (one.leftOut === null || hospitals <= MOST_HOSPITALS));
  const lacking = question.calibrations.length - all.length;
  const missing =
    lacking === 0
      ? ''
      : ` ${lacking} further ${lacking === 1 ? 'calibration has' : 'calibrations have'} too few people (conformal-calibrations.csv).`;
  return element('details', null, [
    element('summary', null, 'Other levels and ways to calibrate'),
    dataTable({
      id: `conformal-all-${question.about}`,
      caption: `${setsOf(question)} by nominal level and way to calibrate, all judged studies`,
      columns: [
        { heading: 'Level' },
        { heading: 'Thresholds' },
        { heading: 'Calibrated on' },
        { heading: 'People', numeric },
        { heading: 'Right answer in the set', numeric },
        { heading: 'Verdict' },
        { heading: 'One answer', numeric },
        { heading: 'Several', numeric },
        { heading: 'Answers per set', numeric },
      ],
      rows: shown.flatMap(calibrationRow),
      note: `People by answer where each has its threshold: ${question.answers.join(' / ')}.${missing} By group: conformal.csv.`,
    }),
  ]);
}

function calibrationRow(one: Calibrated): TableRow[] {
  const whole = one.groups.find(({ column }) => column === 'all');
  if (whole === undefined) return [];
  return [
    {
      heading: levelWords(one.level),
      cells: [
        METHOD_WORDS[one.method],
        one.leftOut === null ? 'half of each hospital' : `all but ${one.leftOut}`,
        calibratedWords(one),
        figureCell(whole.coverage, 'percent'),
        verdictWords(whole.verdict, one.level),
        figureCell(whole.single, 'percent'),
        figureCell(whole.several, 'percent'),
        isSuppressed(whole.meanSize) ? HIDDEN : formatNumber(whole.meanSize, 'ratio'),
      ],
    },
  ];
}
