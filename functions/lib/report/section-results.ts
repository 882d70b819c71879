import type { VNode } from 'preact';
import { calibrationFigure } from './calibration-figure.ts';
import { element } from './element.ts';
import { figureCell } from './figure-cell.ts';
import { forestPlot } from './forest-plot.ts';
import { formatCount, formatFigure } from './format.ts';
import { ageGroups, deviceGroups, sexGroups, siteGroups } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import { type Figure, type GroupResult, isEstimate, type Performance, type Report } from './record.ts';
import { mainColumns, resultTable, rowWords, withCrude } from './result-table.ts';
import { silenceTables } from './section-silence.ts';
import { dataTable } from './table.ts';

/** Section "Discrimination": how well scores order patients, by hospital. */
export function discriminationSection({ primary, cohort }: Report): VNode {
  const outcome = outcomeWords(cohort.label);
  return element('section', { 'aria-labelledby': 'discrimination' }, [
    element('h2', { id: 'discrimination' }, 'Discrimination by hospital'),
    element('figure', null, [
      forestPlot(
        'forest-sites',
        'AUROC by hospital',
        siteGroups(primary).map((group) => ({ label: group.site ?? '', figure: group.auroc })),
      ),
      element('figcaption', null, `AUROC: the chance that a study with ${outcome} scores above one without.`),
    ]),
    resultTable({
      ...{
        outcome,
        id: 'discrimination-table',
        caption: 'AUROC and Brier score by hospital',
        groups: withCrude(primary),
      },
      columns: [
        ['AUROC', ({ auroc }) => auroc, 'fraction'],
        ['DeLong, for comparison', deLong, 'fraction'],
        ['Brier score', ({ brier }) => brier, 'fraction'],
      ],
    }),
    element(
      'p',
      { class: 'note' },
      'Crude: all studies in one heap. It mixes differences between hospitals with differences between patients and is no estimate for any hospital.',
    ),
  ]);
}

/** The same AUROC with DeLong's own Wald interval, as other programs print it; the methods say why it is not the first. */
function deLong({ auroc }: GroupResult): Figure {
  if (!isEstimate(auroc)) return auroc;
  const { n, events, wald } = auroc;
  return wald ? { ...auroc, ...wald } : { cannotTell: 'every pair is ordered alike', n, events };
}

/** Section "Calibration": whether predicted probabilities are right, by hospital. */
export function calibrationSection({ primary, cohort }: Report): VNode {
  const outcome = outcomeWords(cohort.label);
  return element('section', { 'aria-labelledby': 'calibration' }, [
    element('h2', { id: 'calibration' }, 'Calibration by hospital'),
    resultTable({
      ...{ outcome, id: 'calibration-table', caption: 'Calibration-in-the-large by hospital' },
      groups: withCrude(primary),
      columns: [
        ['Observed / expected', ({ observedExpected }) => observedExpected, 'ratio'],
        ['Intercept (logit)', ({ calibrationIntercept }) => calibrationIntercept, 'ratio'],
      ],
    }),
    element(
      'p',
      { class: 'note' },
      'Observed / expected above 1 (intercept above 0): predicted probabilities are too low. Below: too high.',
    ),
    calibrationPlots(primary, 'primary', outcome),
  ]);
}

function calibrationPlots({ calibration }: Performance, part: string, outcome: string): VNode {
  return element('div', null, [
    element(
      'p',
      { class: 'note' },
      `Dots: groups of equal size by predicted probability, with 95 % Wilson intervals; rings: few people, no interval. Solid line and band, where shown: smooth curve with its 95 % band. Dashed: perfect calibration. Bars below: scores of those with ${outcome} (up) and of the others (down).`,
    ),
    element(
      'div',
      { class: 'plots' },
      calibration.map((plot) => calibrationFigure(plot, part, outcome)),
    ),
  ]);
}

/** Section "Decisions": sensitivity and specificity at the thresholds of the contract. */
export function thresholdsSection({ primary, model, cohort, silence }: Report): VNode {
  const outcome = outcomeWords(cohort.label);
  const tables = model.thresholds.map((threshold, i) =>
    element('div', null, [
      element('h3', null, `Threshold “${threshold.name}”`),
      element('p', null, thresholdWords(threshold)),
      thresholdTable(
        `threshold-${i}`,
        `Sensitivity and specificity at “${threshold.name}”, with 95 % intervals`,
        withCrude(primary),
        i,
        outcome,
      ),
    ]),
  );
  return element('section', { 'aria-labelledby': 'decisions' }, [
    element('h2', { id: 'decisions' }, 'Decisions at the thresholds'),
    ...tables,
    ...silenceTables(silence, outcome),
  ]);
}

function thresholdWords({ value, chosen, folds }: Report['model']['thresholds'][number]): string {
  const own =
    folds === undefined
      ? ''
      : ' Weights that left a part of the training data out come with their own value, chosen without that part.';
  return `${value} for the final weights. Chosen: ${chosen}.${own} A score at or above the threshold counts as positive.`;
}

function thresholdTable(
  id: string,
  caption: string,
  groups: readonly GroupResult[],
  i: number,
  outcome: string,
): VNode {
  return dataTable({
    id,
    caption,
    columns: [
      { heading: 'Group' },
      { heading: 'Threshold', numeric: true },
      { heading: `Found among those with ${outcome}`, numeric: true },
      { heading: 'Sensitivity, %', numeric: true },
      { heading: 'Negative among others', numeric: true },
      { heading: 'Specificity, %', numeric: true },
    ],
    rows: groups.map((group) => {
      const at = group.thresholds[i];
      return {
        heading: rowWords(group),
        cells: [
          at.threshold === null ? 'each its own' : String(at.threshold),
          `${formatCount(at.truePositives)} / ${formatCount(group.events)}`,
          figureCell(at.sensitivity, 'percent'),
          `${formatCount(at.trueNegatives)} / ${formatCount(group.nonEvents)}`,
          figureCell(at.specificity, 'percent'),
        ],
      };
    }),
  });
}

/** Sections "Women and men", "Age" and, where recorders are named, "Devices". */
export function groupSections({ primary, cohort }: Report): VNode[] {
  const outcome = outcomeWords(cohort.label);
  const sites = siteGroups(primary).map(({ site }) => site);
  const places = sites.length === 1 ? sites : [null, ...sites];
  const bySex = places.flatMap((site) => sexGroups(primary, site));
  const byAge = places.flatMap((site) => ageGroups(primary, site));
  const byDevice = places.flatMap((site) => deviceGroups(primary, site));
  return [
    element('section', { 'aria-labelledby': 'sex' }, [
      element('h2', { id: 'sex' }, 'Women and men'),
      subgroupTable(outcome, 'sex-table', 'Results by sex', bySex),
    ]),
    element('section', { 'aria-labelledby': 'age' }, [
      element('h2', { id: 'age' }, 'Age'),
      subgroupTable(outcome, 'age-table', 'Results by age band, years', byAge),
    ]),
    ...(byDevice.length === 0
      ? []
      : [
          element('section', { 'aria-labelledby': 'devices' }, [
            element('h2', { id: 'devices' }, 'Devices'),
            subgroupTable(outcome, 'device-table', 'Results by recorder', byDevice),
          ]),
        ]),
  ];
}

/** Said once: beside each of so many small groups the reasons would be longer than the figures. */
const TOO_FEW =
  'Cannot tell, or no interval: too few in the group. An AUROC takes five with and five without the outcome, its interval and that of observed / expected ten people with it; a sensitivity with its interval takes ten studies with the outcome, a specificity ten without. report.json has the reason of each figure.';

/** Groups with their counts, ranking, calibration and decisions. */
function subgroupTable(outcome: string, id: string, caption: string, groups: readonly GroupResult[]): VNode {
  return resultTable({ outcome, id, caption, groups, columns: mainColumns(groups), cell: formatFigure, note: TOO_FEW });
}

/** Section "Apparent performance": kept apart from all evidence. */
export function apparentSection({ apparent, cohort }: Report): VNode | null {
  if (apparent === null) return null;
  return element('section', { 'aria-labelledby': 'apparent' }, [
    element('h2', { id: 'apparent' }, 'Apparent performance'),
    element(
      'p',
      null,
      'The model was trained on these studies. The figures are too good for new patients; they show how far, and prove nothing else.',
    ),
    resultTable({
      ...{ outcome: outcomeWords(cohort.label), id: 'apparent-table', caption: 'Apparent results by hospital' },
      groups: withCrude(apparent),
      columns: [
        ['Apparent AUROC', ({ auroc }) => auroc, 'fraction'],
        ['Observed / expected', ({ observedExpected }) => observedExpected, 'ratio'],
        ['Brier score', ({ brier }) => brier, 'fraction'],
      ],
    }),
  ]);
}
