import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { type Caution, type Count, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { groupWords } from '../fairness/words.ts';
import {
  type Calibrated,
  type Conformal,
  type CoverageVerdict,
  type GroupCoverage,
  isCalibrated,
  LEVELS,
  type NotCalibrated,
  type Question,
  type SetMethod,
} from './value.ts';

export const METHOD_WORDS: Readonly<Record<SetMethod, string>> = {
  lac: 'one for all answers',
  'by-class': 'one for each answer',
  aps: 'adaptive (APS)',
};

/** "90 %". */
export const levelWords = (level: number): string => `${formatNumber(level, 'percent').replace(/\.0$/, '')} %`;

export function verdictWords(verdict: CoverageVerdict, level: number): string {
  if (verdict === 'below') return `below ${levelWords(level)}`;
  return verdict === 'reached' ? `at least ${levelWords(level)}` : verdict;
}

/** "Women", "All studies", "Reference: no atrial fibrillation". */
export function coverageGroupWords({ column, group }: GroupCoverage): string {
  if (column === 'all') return 'All judged studies';
  return column === 'class' ? `Reference: ${group}` : groupWords([column], group);
}

/** Calibrations of a method and level: on halves, then those without each hospital. */
export const calibrationsOf = (
  { calibrations }: Question,
  method: SetMethod,
  level: number,
): readonly (Calibrated | NotCalibrated)[] =>
  calibrations.filter((one) => one.method === method && one.level === level);

export const halvesOf = (question: Question, method: SetMethod, level: number): Calibrated | NotCalibrated =>
  calibrationsOf(question, method, level).filter(({ leftOut }) => leftOut === null)[0];

export const withoutHospitals = (
  question: Question,
  method: SetMethod,
  level: number,
): readonly (Calibrated | NotCalibrated)[] =>
  calibrationsOf(question, method, level).filter(({ leftOut }) => leftOut !== null);

const groupOf = ({ groups }: Calibrated, column: string): GroupCoverage | undefined =>
  groups.find((group) => group.column === column);

const FIRST = LEVELS[0];

/** How often the sets hold the right answer, how often they are of use, and what a hospital that was not calibrated with sees. */
export function leadWords(question: Question): string {
  const halves = halvesOf(question, 'lac', FIRST);
  return [...halfWords(halves), ...hospitalWords(question)].join(' ');
}

function halfWords(halves: Calibrated | NotCalibrated): string[] {
  if (!isCalibrated(halves))
    return [
      `Sets calibrated on half of the people of each hospital: cannot tell${isSuppressed(halves.cannotTell) ? '' : ` (${halves.cannotTell})`}.`,
    ];
  const all = groupOf(halves, 'all');
  if (all === undefined) return [];
  if (isSuppressed(all.coverage))
    return [
      'How often the sets hold the right answer is hidden here: few people stand behind a count, or could be computed from it.',
    ];
  const missed = halves.groups.filter(({ verdict, column }) => verdict === 'below' && column !== 'all');
  const below = missed.length === 0 ? '' : ` Surely below ${levelWords(FIRST)}: ${missed.map(named).join('; ')}.`;
  const share = (figure: Figure) => (isEstimate(figure) ? formatNumber(figure.estimate, 'percent') : undefined);
  const [single, several, none] = [all.single, all.several, all.none].map(share);
  const use =
    single === undefined || several === undefined || none === undefined
      ? ''
      : ` ${single} % of the sets name one answer, ${several} % several (uncertain), ${none} % none.`;
  return [
    `Sets calibrated on half of the people of each hospital, to hold the right answer in ${levelWords(FIRST)}, hold it in ${formatFigure(all.coverage, 'percent')} of the studies of the other half.${use}${below}`,
  ];
}

/** Nothing of it may leave the sites. */
export const isHidden = (one: Calibrated | NotCalibrated): boolean =>
  isCalibrated(one) ? one.groups.every(({ n }) => isSuppressed(n)) : isSuppressed(one.cannotTell);

/** "women, 82.2 % (76.3 to 86.8)". */
function named(group: GroupCoverage): string {
  const words = group.column === 'class' ? group.group : coverageGroupWords(group);
  const inside = group.column === 'site' ? words : words.charAt(0).toLowerCase() + words.slice(1);
  return `${inside}, ${formatFigure(group.coverage, 'percent')}`;
}

function hospitalWords(question: Question): string[] {
  const without = withoutHospitals(question, 'lac', FIRST);
  if (without.length === 0) return ['With a single hospital nobody can say what a new one would see.'];
  const told = without.flatMap((one) => {
    const all = isCalibrated(one) ? groupOf(one, 'all') : undefined;
    return all !== undefined && isEstimate(all.coverage)
      ? [{ site: one.leftOut ?? '', all, coverage: all.coverage }]
      : [];
  });
  if (told.length === 0 && without.every(isHidden)) return [];
  if (told.length === 0) {
    const [why] = without.flatMap((one) => (isCalibrated(one) || isSuppressed(one.cannotTell) ? [] : [one.cannotTell]));
    return [
      `What a hospital sees that was not calibrated with: ${why === undefined ? 'cannot tell' : `cannot tell (${why})`}.`,
    ];
  }
  const sorted = told.toSorted((a, b) => a.coverage.estimate - b.coverage.estimate);
  const at = ({ site, coverage }: (typeof told)[number]) =>
    `${formatNumber(coverage.estimate, 'percent')} % at ${site}`;
  const span = sorted.length === 1 ? at(sorted[0]) : `from ${at(sorted[0])} to ${at(sorted[sorted.length - 1])}`;
  const missed = without
    .filter(isCalibrated)
    .flatMap(({ leftOut, groups }) =>
      groups.flatMap((group) => (group.verdict === 'below' ? [atHospital(leftOut, group)] : [])),
    );
  const claim = missed.length === 0 ? '' : ` Surely below ${levelWords(FIRST)}: ${missed.join('; ')}.`;
  return [`At a hospital that was left out of the calibration, as a new one would be: ${span}.${claim}`];
}

/** "va-long-beach, 88.5 % (83.3 to 92.2)", "no coronary artery disease at va-long-beach, 60.8 % (…)". */
const atHospital = (site: string | null, group: GroupCoverage): string =>
  `${group.column === 'class' ? `${group.group} at ` : ''}${site}, ${formatFigure(group.coverage, 'percent')}`;

/** People behind a calibration, by answer where each has its own: "459", "209 / 250". */
export function calibratedWords({ calibrated, method }: Calibrated): string {
  const words = (count: Count) => formatCount(count);
  return method === 'by-class' ? calibrated.map(words).join(' / ') : words(calibrated[0]);
}

/** Written from what was run. */
export function conformalMethods({ questions }: Conformal): string[] {
  const all = questions.flatMap(({ calibrations }) => calibrations);
  if (!all.some(isCalibrated)) return [];
  const hasClasses = questions.some(({ about }) => about === 'classes');
  const aps = hasClasses
    ? ' For several classes also adaptive sets, made random so that their coverage is exact (Romano, Sesia and Candès, arXiv:2006.02544).'
    : '';
  return [
    `Prediction sets: split conformal prediction (Vovk, Gammerman and Shafer, doi:10.1007/b106715; Angelopoulos and Bates, doi:10.1561/2200000101). An answer is in the set where its probability is not too small: the limit is the ⌈(n + 1) · 0.9⌉-th smallest (and with 0.95) of one less the probability of the true answer in n calibration studies (LAC, doi:10.1080/01621459.2017.1395341); calibrated for each answer by itself as well, so that each is covered (Mondrian, doi:10.1007/s10994-013-5355-6).${aps} Two calibrations: on half of the people of each hospital, drawn by the seed, judged on the other half; and on all people of the other hospitals, judged on the one left out. People calibrate with one study each, drawn by the seed, because people are what is exchangeable, not their studies (doi:10.1080/01621459.2022.2060112); all studies of the others are judged, people as clusters (Wilson’s interval at the effective size). “Below” and “at least” are claimed where the interval at 1 − 0.05 / m lies below, or not below, the nominal level, m the number of groups judged by the same kind of calibration. A calibration is refused where chance alone would put its coverage more than five points too low in more than 2.5 % of draws.`,
    'What is promised: coverage on average over people exchangeable with those calibrated on, and nothing for a single hospital, sex, age, device or outcome, nor for a hospital of another kind. What is shown for groups was measured. Studies without an answer of the model have no set.',
  ];
}

/** Hospitals, and those with or without the outcome there, where a calibration made elsewhere surely misses its level. */
export function conformalCautions({ questions }: Conformal): Caution[] {
  const missed = questions
    .filter(({ about }) => about === 'outcome')
    .flatMap((question) => withoutHospitals(question, 'lac', FIRST))
    .filter(isCalibrated)
    .flatMap(({ leftOut, groups }) =>
      groups.flatMap((group) => (group.verdict === 'below' ? [atHospital(leftOut, group)] : [])),
    );
  if (missed.length === 0) return [];
  return [
    {
      code: 'coverage-not-carried',
      text: `Prediction sets calibrated at the other hospitals hold the right answer surely less often than ${levelWords(FIRST)}: ${missed.join('; ')}. A calibration must not be carried to a new hospital, nor an average to a group, without measuring it there.`,
    },
  ];
}
