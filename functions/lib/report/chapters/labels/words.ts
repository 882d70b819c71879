// What the chapter of labels says in sentences and tables.
import { list } from '../../answer.ts';
import { csv } from '../../csv.ts';
import { capitalised, formatFigure, HIDDEN } from '../../format.ts';
import type { Point } from '../../point.ts';
import { type Caution, type Count, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import type { Fact, LabelsValue, SiteLabels } from './value.ts';
import type { VerificationAt } from './verification.ts';

export const FACT_WORDS: Readonly<Record<Fact, string>> = {
  source: 'Source',
  method: 'Method',
  readers: 'Readers',
  blinded: 'Blinded',
  year: 'Year',
};

/** At this p-value, verification is said to depend on the score. */
const ALPHA = 0.05;

export const dependsOnScore = ({ pValue }: VerificationAt): boolean => typeof pValue === 'number' && pValue < ALPHA;

/** Sites that do not say something that every reader of the figures must know. */
function silentAbout({ sites }: LabelsValue, fact: Fact): string[] {
  return sites
    .filter(({ facts }) => facts.filter((one) => one.fact === fact).every(({ value }) => value === 'not stated'))
    .map(({ site }) => site);
}

/** "Whether labels were given without the score in sight is not stated at cleveland and hungary." */
export function qualityWords(value: LabelsValue): string {
  const { sites } = value;
  const methods = new Set(
    sites.flatMap(({ facts }) => facts.filter(({ fact }) => fact === 'method').map(({ value: method }) => method)),
  );
  const silent = (fact: Fact, what: string) => {
    const at = silentAbout(value, fact);
    return at.length === 0
      ? []
      : [`${what} is not stated at ${at.length === sites.length ? 'any hospital' : list(at)}`];
  };
  const gaps = [
    ...silent('blinded', 'whether labels were given without the score in sight'),
    ...silent('readers', 'how many people read them'),
    ...silent('year', 'when they were made'),
  ];
  const how = `The reference standard was made in ${methods.size === 1 ? 'one way' : `${methods.size} ways`}.`;
  return gaps.length === 0 ? how : `${how} ${capitalised(gaps.join('; '))}.`;
}

/** "every scored study has a label", or how the label depends on the score. */
export function verificationWords({ verification }: LabelsValue): string {
  if (verification.length === 0)
    return 'Every scored study has a label that could be used: nothing is to be corrected for.';
  if (verification.every(({ scored }) => isSuppressed(scored)))
    return 'Some scored studies have no label. How many is hidden; the corrected figures stand beside the others.';
  const depends = verification.filter((at) => at.site !== null && dependsOnScore(at)).map(({ site }) => site);
  const start = 'Some scored studies have no label.';
  if (depends.length === 0) return `${start} That having one depends on the score is not shown at any hospital.`;
  return `${start} At ${list(depends)} studies on one side of the threshold have a label more often than those on the other: figures of the labelled alone are biased there (verification bias), and corrected figures stand beside them.`;
}

export function labelMethodWords({ verification, sites }: LabelsValue): string[] {
  const again = sites.some(({ readings, corrections }) => readings !== null || corrections !== null);
  return [
    ...(again ? ["Labels given twice: Cohen's kappa (doi:10.1177/001316446002000104) of the first and the last."] : []),
    ...(verification.length === 0
      ? []
      : [
          'Selective verification: of all scored studies, those without a label that could be used (or labelled with the score in sight) are not verified. Corrected by score bands: Begg and Greenes (doi:10.2307/2530820), up to five bands of equally many verified studies on each side of the threshold and in each hospital (hospitals with fewer than ten verified together), delta interval on the logit scale. By weights: inverse probability of verification by logistic regression on the logit of the score, its square and the hospital (doi:10.1111/j.1467-9876.2005.00477.x), linearised interval. Both hold only where, given the score (and the hospital), who gets a label does not depend on the outcome. Worst and best: bounds without any such assumption (Kosinski and Barnhart, doi:10.1002/sim.1517), each with the interval that it would have if those labels were the true ones.',
        ]),
  ];
}

export function labelCautions(value: LabelsValue): Caution[] {
  const depends = value.verification.filter((at) => at.site !== null && dependsOnScore(at)).map(({ site }) => site);
  const unsaid = silentAbout(value, 'blinded');
  const { sitesWithoutDrops, otherSites } = value;
  return [
    ...(depends.length > 0
      ? [
          {
            code: 'selective-verification',
            text: `Whether a scored study has a label depends on the score at ${list(depends)}: the figures of the labelled are biased there; see Labels for corrected ones.`,
          },
        ]
      : []),
    ...(unsaid.length > 0
      ? [
          {
            code: 'blinding-not-stated',
            text: `Whether labels were given without the score in sight is not stated at ${unsaid.length === value.sites.length ? 'any hospital' : list(unsaid)}. They are taken as blinded; where they were not, figures of accuracy are likely to be too high.`,
          },
        ]
      : []),
    ...(sitesWithoutDrops.length > 0
      ? [
          {
            code: 'hospital-without-drops',
            text: `The cohort names ${list(sitesWithoutDrops)}, of which nothing was ever received: is the name right?`,
          },
        ]
      : []),
    ...(otherSites.length > 0
      ? [
          {
            code: 'other-hospitals',
            text: `The cohort leaves out ${list(otherSites.map(({ site }) => site))}, of which items were received (Labels).`,
          },
        ]
      : []),
  ];
}

/** Only where figures are biased by who got a label. */
export function labelPoints({ verification }: LabelsValue): Point[] {
  const biased = verification.filter((at) => at.site !== null && dependsOnScore(at));
  if (biased.length === 0) return [];
  const said = biased.slice(0, 3).map(({ site, figures }) => {
    const sensitivity = figures.find(({ measure }) => measure === 'sensitivity');
    if (sensitivity === undefined || sensitivity.byBands === null) return `${site}`;
    return `${site} sensitivity ${formatFigure(sensitivity.naive, 'percent')}, corrected ${formatFigure(sensitivity.byBands, 'percent')}`;
  });
  const at = `at ${list(biased.map(({ site }) => site))} who has a label depends on the score`;
  return [
    {
      importance: 'serious caution',
      brief: `${capitalised(at)}, which biases the figures there: ${said[0]}${biased.length > 1 ? `; ${biased.length - 1} more` : ''}.`,
      text: `Labels: ${at} (${said.join('; ')}).`,
    },
  ];
}

const countCell = (count: Count): number | string => (isSuppressed(count) ? HIDDEN : count);

export function labelTables({ sites, verification }: LabelsValue): ReadonlyMap<string, string> {
  const facts = sites.flatMap(({ site, facts: all }) =>
    all.map(({ fact, value, n }) => [site, fact, value, countCell(n)]),
  );
  const again = sites.flatMap((one) => agreementRows(one));
  return new Map([
    ['labels.csv', csv(['site', 'fact', 'value', 'labels'], facts)],
    ...(again.length === 0
      ? []
      : [
          [
            'labels-agreement.csv',
            csv(['site', 'of', 'labelled_twice', 'agree', 'kappa', 'kappa_lower', 'kappa_upper'], again),
          ] as const,
        ]),
    ...(verification.length === 0 ? [] : [['labels-verification.csv', verificationCsv(verification)] as const]),
  ]);
}

function agreementRows({ site, readings, corrections }: SiteLabels): (string | number | null)[][] {
  return [['readings of one drop', readings] as const, ['first and last drop', corrections] as const].flatMap(
    ([of, agreement]) =>
      agreement === null
        ? []
        : [[site, of, countCell(agreement.twice), countCell(agreement.agree), ...figureCells(agreement.kappa)]],
  );
}

function figureCells(figure: Figure): (string | number | null)[] {
  if (isSuppressed(figure)) return [HIDDEN, HIDDEN, HIDDEN];
  return isEstimate(figure) ? [figure.estimate, figure.lower, figure.upper] : [null, null, null];
}

function verificationCsv(verification: readonly VerificationAt[]): string {
  const names = ['labelled_only', 'by_score_bands', 'by_weights', 'at_worst', 'at_best'];
  const header = [
    ...['site', 'scored', 'verified', 'p_of_difference_across_threshold', 'measure'],
    ...names.flatMap((name) => [name, `${name}_lower`, `${name}_upper`]),
  ];
  const rows = verification.flatMap(({ site, scored, verified, pValue, figures }) =>
    figures.map(({ measure, naive, byBands, byWeights, worst, best }) => [
      ...[site ?? 'all', countCell(scored), countCell(verified), isSuppressed(pValue) ? HIDDEN : pValue, measure],
      ...figureCells(naive),
      ...(byBands === null ? [null, null, null] : figureCells(byBands)),
      ...[byWeights, worst, best].flatMap(figureCells),
    ]),
  );
  return csv(header, rows);
}
