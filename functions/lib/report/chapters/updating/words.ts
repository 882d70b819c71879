import type { UpdateMethod } from '#lib/validation/model-update.ts';
import {
  FEWEST_FOR_INTERCEPT,
  FEWEST_FOR_ISOTONIC,
  FEWEST_FOR_SLOPE,
  FEWEST_ROWS_FOR_ISOTONIC,
} from '#lib/validation/update-choice.ts';
import { list } from '../../answer.ts';
import { formatCount, formatFigure } from '../../format.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
import type { SiteUpdating, Updating } from './value.ts';

const NAMES: Readonly<Record<UpdateMethod | 'none', string>> = {
  none: 'no update',
  intercept: 'a new intercept',
  slope: 'a new intercept and slope',
  isotonic: 'isotonic regression',
};

export const updateName = (method: UpdateMethod | 'none'): string => NAMES[method];

/** Whom an update would help, who needs none and who is too small for one. */
export function leadWords({ sites }: Updating): string {
  const helped = sites.filter(({ offered }) => offered !== null && offered !== 'none');
  const none = sites.filter(({ offered }) => offered === 'none');
  const small = sites.filter((site) => site.offered === null && !isSuppressed(site.n));
  const hidden = sites.filter(({ n }) => isSuppressed(n));
  const names = (of: readonly SiteUpdating[]) => list(of.map(({ site }) => site));
  const sentences = [
    ...helped.map(
      (site) =>
        `At ${site.site} ${updateName(site.offered ?? 'none')} ${isSure(site) ? 'would' : 'may'} help: ${gainWords(site)}.`,
    ),
    none.length > 0 ? `At ${names(none)} no update is offered: nothing shows that one would help.` : '',
    small.length > 0
      ? `${names(small)} ${small.length === 1 ? 'has' : 'have'} fewer than ${FEWEST_FOR_INTERCEPT} people with or without the outcome: too few to update at all.`
      : '',
    hidden.length > 0 ? `Hidden: ${names(hidden)}.` : '',
  ];
  return sentences.filter((text) => text !== '').join(' ');
}

const offeredGain = ({ offered, updates }: SiteUpdating): Figure | undefined =>
  updates.find(({ method }) => method === offered)?.logLossGain;

/** The whole interval of the gain lies above 0. */
function isSure(site: SiteUpdating): boolean {
  const gain = offeredGain(site);
  return gain !== undefined && isEstimate(gain) && gain.lower > 0;
}

/** "the gain in log-loss on held-out patients is 0.027 (0.010 to 0.044)", and whether that is sure. */
function gainWords(site: SiteUpdating): string {
  const gain = offeredGain(site);
  if (gain === undefined || !isEstimate(gain)) return 'the gain on held-out patients cannot be told';
  const sure = isSure(site)
    ? ''
    : ', which includes none: the test finds the probabilities off, held-out patients do not prove the gain';
  return `the gain in log-loss on held-out patients is ${formatFigure(gain, 'fraction')}${sure}`;
}

/** What is offered at one hospital and why, with the number of people that it rests on. */
export function reasonWords(site: SiteUpdating): string {
  const { offered, test, eventPeople, nonEventPeople, updates } = site;
  if (isSuppressed(eventPeople) || isSuppressed(nonEventPeople)) return `${site.site}: hidden.`;
  const people = `${formatCount(eventPeople)} people with and ${formatCount(nonEventPeople)} without the outcome`;
  if (offered === null)
    return `${site.site}: ${people}. Fewer than ${FEWEST_FOR_INTERCEPT} of either: no update can be fitted.`;
  const most = updates.some(({ method }) => method === 'slope')
    ? 'intercept and slope can be fitted'
    : `only the intercept can be fitted (the slope from ${FEWEST_FOR_SLOPE} of each on)`;
  const tested = test === null ? 'The closed test has no answer.' : testWords(test);
  return `${site.site}: ${people}, so ${most}. ${tested} ${offerWords(site)}`;
}

function testWords({ choice, pOfAny, pOfSlope }: NonNullable<SiteUpdating['test']>): string {
  const p = (value: number) => (value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`);
  const slope = pOfSlope === null ? '' : `, the slope beside the intercept: ${p(pOfSlope)}`;
  return `The closed test chooses ${updateName(choice)} (any update: ${p(pOfAny)}${slope}).`;
}

function offerWords(site: SiteUpdating): string {
  const { offered, test, updates } = site;
  if (offered !== 'none' && offered !== null) return `Offered: ${updateName(offered)}; ${gainWords(site)}.`;
  const gain = updates.find(({ method }) => method === test?.choice)?.logLossGain;
  if (gain === undefined || !isEstimate(gain)) return 'Nothing is offered.';
  return `Held-out patients do not gain by it (log-loss ${formatFigure(gain, 'fraction')}): nothing is offered.`;
}

/** Coefficients of the formula that a hospital would use. */
export function formulaWords({ updates, offered }: SiteUpdating): string | null {
  const update = updates.find(({ method }) => method === offered);
  if (update === undefined || typeof update.intercept !== 'number' || typeof update.slope !== 'number') return null;
  const number = (value: number) => value.toFixed(3).replace('-', '−');
  const times = update.method === 'intercept' ? '' : `${number(update.slope)} × `;
  return `logit(new probability) = ${number(update.intercept)} + ${times}logit(probability)`;
}

/** Written where any update was tried. */
export function updatingMethods({ sites }: Updating): string[] {
  const tried = new Set(sites.flatMap(({ updates }) => updates.map(({ method }) => method)));
  if (tried.size === 0) return [];
  const isotonic = tried.has('isotonic')
    ? ` Isotonic regression (doi:10.1145/775047.775151) from ${FEWEST_ROWS_FOR_ISOTONIC} people and ${FEWEST_FOR_ISOTONIC} of each class on (doi:10.1145/1102351.1102430).`
    : '';
  return [
    `Local updating: the intercept from ${FEWEST_FOR_INTERCEPT} people of each class on, intercept and slope from ${FEWEST_FOR_SLOPE} (doi:10.1002/sim.6787).${isotonic} How far to go is decided by a closed test at 5 % (Vergouwe et al., doi:10.1002/sim.7179): likelihood ratios, or Wald tests with a clustered variance where people have several studies. The gain is shown on patients who had no part in the update, by repeated cross-validation in which no person is split; its interval allows for the update being another one with other patients (nested cross-validation, doi:10.1080/01621459.2023.2197686). Where the closed test chooses no update it is refused: there it is too narrow and lies too low; where the p of the test is above 0.001 it reaches from none down to what the update costs if none is needed. An update is offered where the test chooses it and held-out patients gain by it in log-loss; isotonic regression only where its gain is larger and the interval lies above 0. Nothing was changed in the model: every other figure of this report is of the model as it is.`,
  ];
}
