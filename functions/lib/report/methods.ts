// The methods section, written from what was run: each method is named only if a figure of this report was made by it.

import { list } from './answer.ts';
import { MINIMUM_ROWS } from './measure.ts';
import { evidenceWords } from './reasons.ts';
import { type Figure, type GroupResult, isEstimate, type ReportBody } from './record.ts';

/** Sources by a word of the method's own name. */
const SOURCES: readonly (readonly [word: string, source: string])[] = [
  ['DeLong', 'doi:10.2307/2531595'],
  ['Obuchowski', 'doi:10.2307/2533958'],
  ['Mee score interval', 'doi:10.1080/01621459.1990.10474942'],
  ["Student's t", 'doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U'],
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['observed : expected', 'doi:10.1136/bmj.i6460'],
  ['calibration intercept', 'doi:10.1093/biomet/45.3-4.562'],
  ['Brier score', 'doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2'],
];

/** Paragraphs of the methods section. */
export function methodsOf(body: ReportBody): string[] {
  return [
    selection(body),
    evidence(body),
    ...figures(body),
    silence(body),
    curves(body),
    groups(body),
    sharing(body),
  ].filter((text) => text !== '');
}

function selection({ cohort, labelMethods }: ReportBody): string {
  const standard = labelMethods.length === 0 ? '' : ` (${list(labelMethods)})`;
  return `Studies: of each study the revision received last, with the score of ${cohort.model.name} ${cohort.model.version} for that revision and the label "${cohort.label}"${standard} received last. Studies whose labels contradict each other within one drop, and labels given with the score in sight, take no part in the primary analysis. People and studies are known by keyed hashes: names, identifiers and file names stay behind at intake, and ages above 89 are 90. The flow of studies is laid out as STARD 2015 asks (item 19, doi:10.1136/bmj.h5527).`;
}

function evidence({ primary, apparent }: ReportBody): string {
  const kinds = primary.relations.map(evidenceWords);
  const main = kinds.length === 0 ? 'no study is in the primary analysis' : `the primary analysis is ${list(kinds)}`;
  const apart =
    apparent === null ? '' : ' Studies that the model was trained on are reported apart as apparent performance.';
  return `Evidence: ${main}. Whether training saw a study is decided by the hash of its measurements or of its signal in the model contract.${apart}`;
}

function figures({ primary }: ReportBody): string[] {
  const of = (pick: (group: GroupResult) => readonly Figure[]) => sentence(primary.groups.flatMap(pick));
  const kinds: readonly (readonly [string, string])[] = [
    ['Discrimination', of((group) => [group.auroc])],
    ['Calibration-in-the-large', of((group) => [group.observedExpected, group.calibrationIntercept])],
    ['Overall accuracy', of((group) => [group.brier])],
    ['Sensitivity and specificity', of((group) => group.thresholds.flatMap((at) => [at.sensitivity, at.specificity]))],
  ];
  return kinds.filter(([, text]) => text !== '').map(([name, text]) => `${name}: ${text}.`);
}

/** The methods of these figures, each once and with its sources. */
function sentence(all: readonly Figure[]): string {
  const methods = new Set(all.flatMap((figure) => (isEstimate(figure) ? [figure.method] : [])));
  const sources = (method: string) => SOURCES.filter(([word]) => method.includes(word)).map(([, source]) => source);
  return [...methods]
    .sort()
    .map((method) => [method, ...sources(method)].join(', '))
    .join('; ');
}

function silence({ silence: results }: ReportBody): string {
  if (results.length === 0) return '';
  return 'Silence: figures "of all" count every labelled study of the primary analysis and every labelled study on which the model kept silent; one without an answer is neither found nor cleared (intention to diagnose, doi:10.1136/bmj.e6717).';
}

function curves({ primary }: ReportBody): string {
  const drawn = primary.calibration.some(({ curve }) => Array.isArray(curve));
  const smooth = drawn
    ? ' Smooth curves: logistic regression on a restricted cubic spline of the logit of the score with pointwise 95 % bands (doi:10.1002/sim.5941), drawn between the mean scores of the first and the last tenth.'
    : '';
  return `Calibration plots: groups at the tenths of the score, equal scores together.${smooth}`;
}

function groups({ chapters }: ReportBody): string {
  const tests = chapters.fairness === null ? 'are not tested here' : 'are tested in section Fairness, corrected';
  return `Groups: sex as recorded; age bands in years; a missing value is a group of its own. Recorders are groups where sites name them. Figures that too few studies or people carry are answered "cannot tell" with the reason (fewer than ${MINIMUM_ROWS} at the least; for the AUROC fewer than 5 people of either class; for gaps between groups and net benefit fewer than ${MINIMUM_ROWS} of either); where fewer than ten people have the outcome, what was seen is described without an interval. Intervals are at 95 % and not corrected for the number of groups; differences between groups ${tests}. Where people have several studies, intervals allow for it (clusters are people). Figures of all sites are crude: every study in one heap, no pooling and no weights.`;
}

function sharing({ publicData, audience, between }: ReportBody): string {
  if (publicData || audience === 'internal') return '';
  const series =
    between === undefined
      ? ''
      : ' Earlier shareable reports of the same label at the same hospitals: a count that differs by 1 to 10 from one that was shown, or was hidden there and is the same, is hidden; so is everything counted of a group in which studies of at most ten people came, went or changed; then as many further counts as it takes that no small count and no small difference follows from all the reports together (their sums solved as one system).';
  return `${SMALL_CELLS}${series}`;
}

const SMALL_CELLS =
  'Small cells: counts of 1 to 10 are hidden, with as many further counts as it takes that no hidden count follows from the shown ones by addition and subtraction (checked by elimination), and every figure that would give a hidden count away.';
