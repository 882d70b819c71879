import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatFigure, formatNumber, formatShare } from '../../format.ts';
import { isSuppressed, type Report } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { type Agreement, FACTS, type Fact, type LabelsValue, type SiteLabels } from './value.ts';
import type { VerificationAt } from './verification.ts';
import { FACT_WORDS, qualityWords, verificationWords } from './words.ts';

/** How labels were made, whether they agree, and who got one. */
export function labelsSection(value: LabelsValue, { model }: Report): (VNode | null)[] {
  return [
    element('p', null, qualityWords(value)),
    value.sites.length === 0 ? null : factsTable(value.sites),
    agreementTable(value.sites),
    otherSites(value),
    element('h3', { id: 'labels-verification' }, 'Who got a label'),
    element('p', null, verificationWords(value)),
    ...(value.verification.length === 0
      ? []
      : [rateTable(value.verification), correctedTable(value.verification, model.thresholds[0]?.name ?? '')]),
  ];
}

function factsTable(sites: readonly SiteLabels[]): VNode {
  return dataTable({
    id: 'labels-quality',
    caption: 'Labels that could be used, by hospital, with or without an answer of the model',
    columns: [
      { heading: 'Hospital' },
      { heading: 'Labels', numeric: true },
      ...FACTS.map((fact) => ({ heading: FACT_WORDS[fact] })),
    ],
    rows: sites.map((one) => ({
      heading: one.site,
      cells: [formatCount(one.n), ...FACTS.map((fact) => factWords(one, fact))],
    })),
    note: 'Labels given with the score in sight, dated impossibly, contradicting each other or neither 0 nor 1 are counted in the flow and take no part in the primary analysis.',
  });
}

/** "coronary angiography", or each value with its count; years as a span where there are many. */
function factWords({ facts }: SiteLabels, fact: Fact): string {
  const MOST = 6;
  const all = facts.filter((one) => one.fact === fact);
  if (all.length === 1) return all[0].value;
  const text = ({ value, n }: (typeof all)[number]) => (isSuppressed(n) ? value : `${value} (${formatCount(n)})`);
  if (all.length <= MOST) return all.map(text).join('; ');
  const rest = all.length - MOST;
  return `${all.slice(0, MOST).map(text).join('; ')}; ${rest} more`;
}

function agreementTable(sites: readonly SiteLabels[]): VNode | null {
  const rows = sites.flatMap(({ site, readings, corrections }) => [
    ...(readings === null ? [] : [{ heading: site, cells: ['within one drop', ...agreementCells(readings)] }]),
    ...(corrections === null
      ? []
      : [{ heading: site, cells: ['first drop and last', ...agreementCells(corrections)] }]),
  ]);
  if (rows.length === 0) return null;
  return dataTable({
    id: 'labels-agreement',
    caption: 'Studies labelled more than once',
    columns: [
      { heading: 'Hospital' },
      { heading: 'Labels' },
      { heading: 'Studies', numeric: true },
      { heading: 'Agree', numeric: true },
      { heading: 'Kappa', numeric: true },
    ],
    rows,
    note: 'Two labels of one drop that contradict each other make the study unusable; of two drops the label received last counts.',
  });
}

const agreementCells = ({ twice, agree, kappa }: Agreement) => [
  formatCount(twice),
  formatShare(agree, twice),
  figureCell(kappa, 'ratio'),
];

function otherSites({ sitesWithoutDrops, otherSites: others }: LabelsValue): VNode | null {
  const said = [
    ...sitesWithoutDrops.map((site) => `${site} is named by the cohort, and nothing was ever received of it`),
    ...others.map(
      ({ site, items }) =>
        `${site} is not named by the cohort (${formatCount(items)} items received, none of them in any figure)`,
    ),
  ];
  return said.length === 0 ? null : element('p', null, `${said.join('; ')}.`);
}

function rateTable(verification: readonly VerificationAt[]): VNode {
  return dataTable({
    id: 'labels-rate',
    caption: 'Share of scored studies with a label, by what the model said',
    columns: [
      { heading: 'Hospital' },
      { heading: 'Scored', numeric: true },
      { heading: 'With label', numeric: true },
      { heading: 'Of the positive', numeric: true },
      { heading: 'Of the negative', numeric: true },
      { heading: 'p', numeric: true },
    ],
    rows: verification.map(({ site, scored, verified, shareAbove, shareBelow, pValue }) => ({
      heading: site ?? 'all hospitals',
      cells: [
        formatCount(scored),
        formatCount(verified),
        formatFigure(shareAbove, 'percent'),
        formatFigure(shareBelow, 'percent'),
        pValue === null
          ? ''
          : isSuppressed(pValue)
            ? 'hidden'
            : pValue < 0.001
              ? 'below 0.001'
              : formatNumber(pValue, 'fraction'),
      ],
      ...(site === null && { kind: 'strong' as const }),
    })),
  });
}

const STYLE = { AUROC: 'fraction', sensitivity: 'percent', specificity: 'percent' } as const;

function correctedTable(verification: readonly VerificationAt[], threshold: string): VNode {
  return dataTable({
    id: 'labels-corrected',
    caption: `Figures of the labelled, and corrected for who got a label; sensitivity and specificity at “${threshold}”`,
    columns: [
      { heading: 'Hospital' },
      { heading: 'Figure' },
      { heading: 'Labelled only', numeric: true },
      { heading: 'By score bands', numeric: true },
      { heading: 'By weights', numeric: true },
      { heading: 'At the worst', numeric: true },
      { heading: 'At the best', numeric: true },
    ],
    rows: verification.flatMap(({ site, figures }) =>
      figures.map(({ measure, naive, byBands, byWeights, worst, best }) => ({
        heading: site ?? 'all hospitals',
        cells: [
          measure,
          figureCell(naive, STYLE[measure]),
          byBands === null ? '' : figureCell(byBands, STYLE[measure]),
          figureCell(byWeights, STYLE[measure]),
          figureCell(worst, STYLE[measure]),
          figureCell(best, STYLE[measure]),
        ],
        ...(site === null && { kind: 'strong' as const }),
      })),
    ),
    note: 'The corrected figures hold only where, given the score, who gets a label does not depend on the outcome: doctors who saw more than the model did may break this, and no data here can show it. At the worst and at the best: of all scored studies, if those without a usable label (none, contradicting, indeterminate, or given with the score in sight) had the labels that make the figure smallest, and largest; whatever they are, it lies between.',
  });
}
