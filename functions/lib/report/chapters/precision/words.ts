import { list } from '../../answer.ts';
import { formatCount } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import type { Criterion, Precision, PrecisionOfStudy, SitePrecision } from './value.ts';
import { WANTED_WIDTHS } from './value.ts';

const NAMES: Readonly<Record<Criterion, string>> = {
  observedExpected: 'observed / expected',
  slope: 'calibration slope',
  auroc: 'AUROC',
  netBenefit: 'standardised net benefit',
};

export const criterionName = (criterion: Criterion): string => NAMES[criterion];

/** True where the interval is as narrow as wanted. */
export const isReached = ({ width, wantedWidth }: Precision): boolean => width !== null && width <= wantedWidth;

const figuresOf = ({ figures }: SitePrecision): readonly Precision[] => (Array.isArray(figures) ? figures : []);

/** The largest number of studies that any criterion takes. */
export function mostNeeded(site: SitePrecision): Precision | undefined {
  return figuresOf(site)
    .filter(({ studies }) => studies !== null)
    .toSorted((a, b) => (b.studies ?? 0) - (a.studies ?? 0))[0];
}

/** Which figures each hospital tells precisely, and how many studies the others would take. */
export function leadWords({ sites }: PrecisionOfStudy): string {
  const hospitals = sites.length === 1 ? sites : sites.filter(({ site }) => site !== null);
  return hospitals.map(siteWords).join(' ');
}

function siteWords(site: SitePrecision): string {
  const name = site.site ?? 'All sites';
  if (isSuppressed(site.figures)) return `${name}: hidden.`;
  if ('cannotTell' in site.figures) return `${name}: cannot tell (${site.figures.cannotTell}).`;
  const reached = site.figures.filter(isReached);
  const missed = site.figures.filter((figure) => !isReached(figure));
  if (missed.length === 0) return `${name} is large enough for all ${site.figures.length} figures.`;
  const enough = reached.length === 0 ? 'no figure' : list(reached.map(({ criterion }) => criterionName(criterion)));
  const most = mostNeeded(site);
  const total =
    most === undefined
      ? ''
      : ` The ${criterionName(most.criterion)} takes most: ${formatCount(most.studies ?? 0)} studies.`;
  return `${name}, ${formatCount(site.n)} studies: precise enough for ${enough}.${total}`;
}

/** Written from the criteria that were judged. */
export function precisionMethods({ sites, threshold }: PrecisionOfStudy): string[] {
  if (!sites.some(({ figures }) => Array.isArray(figures))) return [];
  const { observedExpected, slope, auroc, netBenefit } = WANTED_WIDTHS;
  const benefit = threshold === null ? '' : ` and standardised net benefit at “${threshold}” (width ${netBenefit})`;
  return [
    `Precision: the number of studies at which the 95 % interval is as narrow as Riley and others ask for (doi:10.1002/sim.9025): observed / expected (width ${observedExpected}, relative to the ratio), calibration slope (${slope}, taken as 1, with the scores of the hospital), AUROC (${auroc}, as seen)${benefit}. At the share with the outcome, the AUROC and the scores that each hospital has now. Where people have several studies, the number is multiplied by the design effect seen here. Numbers are for planning the next study; they are no test of this one, and were not chosen before it.`,
  ];
}
