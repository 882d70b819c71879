import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatFigure, formatNumber } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { type Figure, isEstimate, isSuppressed, type Report } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { curveFigure } from './curve-figure.ts';
import type { BenefitPoint, SiteUsefulness, Usefulness, WorkloadFigures } from './value.ts';
import { exchangeWords, leadWords, perThousand } from './words.ts';

const numeric = true;
/** Threshold probabilities of the table below a curve; the CSV has them all. */
const SHOWN: readonly number[] = [0.02, 0.06, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
/** Prevalence of the table on the page. */
const SHOWN_PREVALENCE = 0.1;

/** What stands under "Usefulness". */
export function usefulnessSection(value: Usefulness, report: Report): (VNode | null)[] {
  const outcome = outcomeWords(report.cohort.label);
  // Tables of nothing but reasons would say the first sentence again, at every threshold.
  if (value.sites.every(isUntold)) return [element('p', null, leadWords(value))];
  return [
    element('p', null, leadWords(value)),
    element(
      'p',
      { class: 'note' },
      'Threshold probability: from which risk on one would act. At 10 % a found case is worth nine false alarms, at 50 % one. Line and band: acting on the model, 95 % interval. Dashed: treating everybody. 0: treating nobody. Per 1,000: how many found cases more per 1,000 people, false alarms already taken off.',
    ),
    element('div', { class: 'plots' }, value.sites.map(curvePart)),
    ...workloadPart(value, outcome),
    ...thresholdPart(value, outcome),
  ];
}

/** No figure of the hospital can be told, and none is hidden. */
function isUntold({ curve, workloads, sensitivities, highestBenefit }: SiteUsefulness): boolean {
  const figures = [
    ...workloads.map(({ seen }) => seen.flagged),
    ...[...sensitivities, ...highestBenefit].map(({ threshold }) => threshold),
  ];
  return 'cannotTell' in curve && figures.every((figure) => 'cannotTell' in figure);
}

const nameOf = ({ site }: SiteUsefulness): string => site ?? 'All sites, crude (not pooled)';
const idOf = ({ site }: SiteUsefulness): string => `decision-curve-${(site ?? 'all').replace(/[^A-Za-z0-9]/g, '-')}`;

function curvePart(site: SiteUsefulness): VNode {
  const { curve } = site;
  const heading = element('h3', null, nameOf(site));
  const missing = (text: string) => element('figure', null, [heading, element('figcaption', null, text)]);
  if (isSuppressed(curve)) return missing('The decision curve is hidden.');
  if ('cannotTell' in curve) return missing(`No decision curve: ${curve.cannotTell}.`);
  if (curve.length < 2) return missing('Too few points of the decision curve tell of nobody: it is hidden.');
  return element('figure', null, [
    heading,
    curveFigure(idOf(site), nameOf(site), curve),
    element('details', null, [
      element('summary', null, `Numbers of the curve, ${nameOf(site)}`),
      dataTable({
        id: `${idOf(site)}-table`,
        caption: `Net benefit per 1,000, ${nameOf(site)}, with 95 % intervals`,
        columns: [
          { heading: 'Threshold probability' },
          { heading: 'Model', numeric },
          { heading: 'Treating everybody', numeric },
          { heading: 'Model less everybody', numeric },
        ],
        rows: shownPoints(curve).map(({ threshold, netBenefit, treatAll, overTreatAll }) => ({
          heading: `${Math.round(threshold * 100)} %`,
          cells: [netBenefit, treatAll, overTreatAll].map(perThousand),
        })),
      }),
    ]),
  ]);
}

/** Those of the table, or what is left of them in a shareable edition: every point where few are. */
function shownPoints(curve: readonly BenefitPoint[]): readonly BenefitPoint[] {
  return curve.length <= SHOWN.length ? curve : curve.filter(({ threshold }) => SHOWN.includes(threshold));
}

function workloadPart({ sites }: Usefulness, outcome: string): VNode[] {
  const names = sites[0]?.workloads.map(({ name }) => name) ?? [];
  return [
    element('h3', { id: 'workload' }, 'Workload and missed cases'),
    ...names.flatMap((name, i) => [
      workloadTable(
        `workload-${i}`,
        `Per 1,000 studies at “${name}”, as seen, with 95 % intervals`,
        sites.map((site) => [nameOf(site), site.workloads[i].seen]),
        outcome,
      ),
      workloadTable(
        `workload-prevalence-${i}`,
        `The same at “${name}” where ${formatNumber(SHOWN_PREVALENCE, 'percent').replace('.0', '')} % have ${outcome}, if sensitivity and specificity stay`,
        sites.flatMap((site): [string, WorkloadFigures][] => {
          const at = site.workloads[i].atPrevalence.find(({ prevalence }) => prevalence === SHOWN_PREVALENCE);
          return at === undefined ? [] : [[nameOf(site), at]];
        }),
        outcome,
      ),
    ]),
    element(
      'p',
      { class: 'note' },
      'As seen: the share with the outcome is that of the cohort, which is often higher than where the model would be used. Other prevalences are in usefulness-workload.csv.',
    ),
  ];
}

function workloadTable(
  id: string,
  caption: string,
  rows: readonly (readonly [string, WorkloadFigures])[],
  outcome: string,
): VNode {
  return dataTable({
    id,
    caption,
    columns: [
      { heading: 'Hospital' },
      { heading: 'Flagged', numeric },
      { heading: `Missed with ${outcome}`, numeric },
      { heading: 'False alarms for each true one', numeric },
    ],
    rows: rows.map(([heading, { flagged, missed, falseAlarmsPerTrue }]): TableRow => {
      if (!isEstimate(flagged) && !isSuppressed(flagged))
        return { heading, cells: [reason(flagged.cannotTell), '–', '–'] };
      return { heading, cells: [perThousand(flagged), perThousand(missed), formatFigure(falseAlarmsPerTrue, 'ratio')] };
    }),
  });
}

const reason = (why: string): VNode => element('span', { class: 'cannot' }, `cannot tell: ${why}`);

function thresholdPart({ sites }: Usefulness, outcome: string): VNode[] {
  const sensitivities = sites[0]?.sensitivities.map(({ sensitivity }) => sensitivity) ?? [];
  const probabilities = sites[0]?.highestBenefit.map(({ probability }) => probability) ?? [];
  const internal = sites.some(({ sensitivities: all }) => all.some(({ specificity }) => !isSuppressed(specificity)));
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    element('h3', { id: 'threshold-choice' }, 'Thresholds that these people would ask for'),
    dataTable({
      id: 'threshold-sensitivity',
      caption: 'Highest threshold that still finds a wanted share, with 95 % intervals',
      columns: [
        { heading: 'Hospital' },
        ...sensitivities.flatMap((sensitivity) => [
          { heading: `Finds ${percent(sensitivity)} of ${outcome}`, numeric },
          ...(internal ? [{ heading: 'Specificity there, %', numeric }] : []),
        ]),
      ],
      rows: sites.map((site) => ({
        heading: nameOf(site),
        cells: site.sensitivities.flatMap(({ threshold, specificity }) => [
          told(threshold, 'fraction'),
          ...(internal ? [isEstimate(threshold) ? formatFigure(specificity, 'percent') : '–'] : []),
        ]),
      })),
      note: 'Chosen and judged on the same people: on others it finds somewhat fewer. A limit of 0.000 or 1.000: too few people to bound it.',
    }),
    dataTable({
      id: 'threshold-benefit',
      caption: 'Threshold of highest net benefit, with 95 % intervals',
      columns: [
        { heading: 'Hospital' },
        ...probabilities.map((probability) => ({
          heading: `A case is worth ${exchangeWords(probability)} (${probability.toFixed(2)})`,
          numeric,
        })),
      ],
      rows: sites.map((site) => ({
        heading: nameOf(site),
        cells: site.highestBenefit.map(({ threshold }) => told(threshold, 'fraction')),
      })),
      note: 'For a calibrated model the threshold is the number in brackets. Elsewhere it is the score at which so many really have the outcome.',
    }),
  ];
}

function told(figure: Figure, style: 'fraction') {
  return isEstimate(figure) || isSuppressed(figure) ? formatFigure(figure, style) : reason(figure.cannotTell);
}
