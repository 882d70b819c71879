import { list } from '../../answer.ts';
import { formatFigure, formatNumber } from '../../format.ts';
import { type Caution, isEstimate } from '../../record.ts';
import type { CalibrationDetail, GroupCalibration } from './value.ts';

/** "0.031", "below 0.001", or a dash. */
export function pWords(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

const hospitals = ({ wholes }: CalibrationDetail): GroupCalibration[] => wholes.filter(({ site }) => site !== null);

/** The first sentences: where probabilities are too extreme or too timid, and how far they are off. */
export function leadWords(value: CalibrationDetail): string {
  const sites = hospitals(value);
  const told = sites.filter(({ slope }) => isEstimate(slope));
  if (told.length === 0)
    return 'No hospital has enough people with and without the outcome to tell how probabilities are calibrated.';
  const named = (wanted: (lower: number, upper: number) => boolean) =>
    told.flatMap(({ site, slope }) => (isEstimate(slope) && wanted(slope.lower, slope.upper) ? [site ?? ''] : []));
  const steep = named((_, upper) => upper < 1);
  const flat = named((lower) => lower > 1);
  const right = named((lower, upper) => lower <= 1 && upper >= 1);
  const sentences = [
    steep.length > 0 ? `Predictions are too extreme at ${list(steep)} (slope below 1).` : '',
    flat.length > 0 ? `Predictions lie too close together at ${list(flat)} (slope above 1).` : '',
    right.length > 0 ? `At ${list(right)} the interval of the slope includes 1, which is not proof that it is 1.` : '',
    distanceWords(sites),
    told.length < sites.length
      ? `At ${sites.length - told.length} of ${sites.length} hospitals it cannot be told.`
      : '',
  ];
  return sentences.filter((text) => text !== '').join(' ');
}

function distanceWords(sites: readonly GroupCalibration[]): string {
  const told = sites.filter(({ ici }) => isEstimate(ici));
  const worst = told.toSorted((a, b) => mean(b) - mean(a))[0];
  if (worst === undefined) return '';
  const where = told.length > 1 ? `is largest at ${worst.site}` : `at ${worst.site} is`;
  const share = `${points(mean(worst))} percentage points (ICI ${formatFigure(worst.ici, 'fraction')})`;
  return `The mean distance between predicted probability and observed share ${where}${told.length > 1 ? ': ' : ' '}${share}.`;
}

/** Where all sites together lie nearer to the diagonal than any of them: errors of opposite sign have cancelled. */
export function crudeWords({ wholes }: CalibrationDetail): string | null {
  const crude = wholes.find(({ site }) => site === null);
  const sites = wholes.filter(({ site, ici }) => site !== null && isEstimate(ici));
  if (crude === undefined || !isEstimate(crude.ici) || sites.length < 2) return null;
  if (!sites.every((site) => mean(site) > mean(crude))) return null;
  return 'All sites together look better calibrated than any single hospital, because predictions that are too high at one and too low at another cancel. It says nothing about any hospital.';
}

const mean = ({ ici }: GroupCalibration): number => (isEstimate(ici) ? ici.estimate : 0);
const points = (share: number): string => formatNumber(share, 'percent');

/** "a bootstrap of 1000 or 400 samples", from the methods of the figures. */
function samplesWords(methods: readonly string[]): string {
  const sizes = new Set(methods.map((method) => Number(/of (\d+) samples/.exec(method)?.[1])));
  return `a bootstrap of ${[...sizes].sort((a, b) => b - a).join(' or ')} samples`;
}

/** Written from the figures that there are. */
export function calibrationMethods({ wholes, parts }: CalibrationDetail): string[] {
  const all = [...wholes, ...parts];
  const bootstrapped = all.flatMap(({ ici }) => (isEstimate(ici) ? [ici.method] : []));
  const binned = all.some(({ ece }) => isEstimate(ece));
  if (bootstrapped.length === 0 && !binned) return [];
  return [
    `Calibration in detail: slope of a logistic regression of the outcome on the logit of the score (Cox, doi:10.1093/biomet/45.3-4.562), Wald interval. ICI, E50 and E90 (Austin and Steyerberg, doi:10.1002/sim.8281) from the smooth curve; each by ${samplesWords(bootstrapped)}, people drawn whole. Because chance makes such a distance larger in the sample and again in each resample, intervals run from the basic to the percentile bootstrap limit, and from 0 where Wald's test of the curve being the diagonal does not reject at 5 %.`,
    ...(binned
      ? [
          'Brier score: decomposed over ten groups of the score (Murphy, doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2) with the resolution of Stephenson and others (doi:10.1175/2007WAF2006116.1) and the bias corrections of Bröcker (doi:10.1007/s00382-011-1191-1) and Ferro and Fricker (doi:10.1002/qj.1924). Expected calibration error debiased after Kumar, Liang and Ma (arXiv:1909.10155). Scaled Brier score with a delta-method interval (doi:10.1097/EDE.0b013e3181c30fb2). A hospital or group needs 20 people with and 20 without the outcome.',
        ]
      : []),
  ];
}

/** Predictions that are worse than the share of the hospital itself. */
export function calibrationCautions(value: CalibrationDetail): Caution[] {
  const useless = hospitals(value).flatMap(({ site, scaledBrier }) =>
    isEstimate(scaledBrier) && scaledBrier.estimate < 0 ? [site ?? ''] : [],
  );
  if (useless.length === 0) return [];
  return [
    {
      code: 'worse-than-the-share',
      text: `At ${list(useless)} the probabilities are worse than telling every patient the share of the hospital (scaled Brier score below 0): they cannot be used there without updating.`,
    },
  ];
}
