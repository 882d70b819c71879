import { measurementWords } from '#lib/formats/measurement-words.ts';
import { list } from './answer.ts';
import { formatCount, formatFigure, formatShare } from './format.ts';
import { groupWords, silentGroups } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import { type Caution, type Figure, isEstimate, type ReportBody } from './record.ts';
import { readFromTheSameRecording } from './same-recording.ts';

/** What a reader must bear in mind, each said only where the numbers or the contract give cause. */
export function cautionsOf(body: ReportBody): Caution[] {
  return [
    ...partial(body),
    ...ofTheData(body),
    ...apparent(body),
    ...internalExternal(body),
    ...leftOutFold(body),
    ...prevalence(body),
    ...verification(body),
    ...sameRecording(body),
    ...small(body),
    ...missingness(body),
    ...training(body),
    ...hiddenCells(body),
    ...betweenReports(body),
  ];
}

function caution(code: string, text: string): Caution[] {
  return [{ code, text }];
}

function partial({ provenance: { missing } }: ReportBody): Caution[] {
  if (missing === 0) return [];
  return caution(
    'partial',
    `PARTIAL: the run closed at its deadline while ${formatCount(missing)} drops or units were still in flight. They are not in any figure.`,
  );
}

/** What whoever made the cohort says about it. */
function ofTheData({ cohort }: ReportBody): Caution[] {
  return (cohort.cautions ?? []).map((text) => ({ code: 'about-the-data', text }));
}

function apparent({ apparent: performance, flow }: ReportBody): Caution[] {
  if (performance === null) return [];
  const steps = flow.find(({ site }) => site === null)?.steps ?? [];
  const loss = steps.flatMap((step) => step.losses).find(({ code }) => code === 'apparent');
  return caution(
    'apparent',
    `The model was trained on ${loss === undefined ? 'some' : formatCount(loss.count)} of these studies. Their results are apparent performance: too good for new patients. They stand in a section of their own and take no part in any other figure.`,
  );
}

function internalExternal({ primary }: ReportBody): Caution[] {
  if (!primary.relations.includes('left-out-site')) return [];
  return caution(
    'internal-external',
    'Internal-external validation: each of these hospitals was judged by weights that never saw it, but hospitals of the same collection shaped the choice of the model. Performance at a hospital from elsewhere may be lower.',
  );
}

function leftOutFold({ primary }: ReportBody): Caution[] {
  if (!primary.relations.includes('left-out-fold')) return [];
  return caution(
    'left-out-fold',
    'Internal validation: each of these recordings was judged by weights that never saw it, but the same people and hospitals may have other recordings in the training, and all of them shaped the choice of the model. Performance in new people is probably lower.',
  );
}

function prevalence({ table1, cohort }: ReportBody): Caution[] {
  const sites = table1.filter(({ site, prevalence: figure }) => site !== null && isEstimate(figure));
  const apart = (a: Figure, b: Figure) => isEstimate(a) && isEstimate(b) && a.lower > b.upper;
  if (!sites.some((a) => sites.some((b) => apart(a.prevalence, b.prevalence)))) return [];
  const said = sites.map(({ site, prevalence: figure }) => `${site} ${formatFigure(figure, 'percent')}`);
  return caution(
    'prevalence-differs',
    `The share of studies with ${outcomeWords(cohort.label)} differs between hospitals (${said.join('; ')}). Calibration and predictive values do not carry over from one to another, and the crude figures of all sites mix differences between hospitals with differences between patients.`,
  );
}

function verification({ labelMethods, cohort }: ReportBody): Caution[] {
  if (labelMethods.length === 0) return [];
  return caution(
    'verification',
    `Only studies with the reference standard (${outcomeWords(cohort.label)}: ${list(labelMethods)}) are in the figures. Where people are sent for it because they seem ill, sensitivity tends to be overstated and specificity understated (verification bias), and the figures hold for such people, not for those in whom a model might be used earlier (spectrum).`,
  );
}

/** Model and readers saw the same signal: they may share its errors (incorporation). */
function sameRecording({ chapters: { labels }, table1, cohort }: ReportBody): Caution[] {
  const sites = readFromTheSameRecording(labels, table1);
  if (sites.length === 0) return [];
  const where = sites.length === labels?.sites.length ? '' : ` at ${list(sites)}`;
  return caution(
    'same-recording',
    `The reference standard${where} was read from the very recording that the model reads (incorporation): the figures say how far the model reads it as its readers did, not whether the person has ${outcomeWords(cohort.label)}. What the recording does not show, such as an episode before or after it, exchanged electrodes or noise, misleads both alike and is in no figure.`,
  );
}

/** Groups that a caution names one by one. */
const MOST_NAMED = 6;

function small({ primary, cohort }: ReportBody): Caution[] {
  const silent = silentGroups(primary, outcomeWords(cohort.label));
  if (silent.length === 0) return [];
  const whole = silent.filter(({ group }) => group.ageBand === null && group.device === null);
  // A long list is not read: the sexes are then counted like bands and devices.
  const said = whole.length > MOST_NAMED ? whole.filter(({ group }) => group.sex === null) : whole;
  const sexes = whole.length - said.length;
  const bands = silent.filter(({ group }) => group.ageBand !== null).length;
  const devices = silent.filter(({ group }) => group.device !== null).length;
  const parts = [
    ...said.map(({ group, why }) => `${groupWords(group)} (${why})`),
    ...(sexes > 0 ? [`${sexes} groups of women or men (see Women and men)`] : []),
    ...(devices > 0
      ? [`${devices} ${devices === 1 ? 'device' : 'devices'} of single hospitals or of all (see Devices)`]
      : []),
    ...(bands > 0 ? [`${bands} age ${bands === 1 ? 'band' : 'bands'} of single hospitals or of all (see Age)`] : []),
  ];
  return caution('too-few', `Too few to judge the ranking: ${parts.join('; ')}. No interval is no reassurance.`);
}

function missingness({ table1 }: ReportBody): Caution[] {
  const fields = (table1[0]?.missing ?? []).map(({ field }) => field);
  const differing = fields.filter((field) => {
    const shares = table1.flatMap(({ site, n, missing }) => {
      const count = missing.find((entry) => entry.field === field)?.missing ?? 0;
      return site === null || typeof n !== 'number' || typeof count !== 'number' || n === 0 ? [] : [count / n];
    });
    return shares.length > 1 && Math.max(...shares) - Math.min(...shares) >= 0.5;
  });
  if (differing.length === 0) return [];
  return caution(
    'missingness-differs',
    `Whether ${list(differing.map(measurementWords))} ${differing.length === 1 ? 'was' : 'were'} measured depends on the hospital (Table 1): a value's absence tells the model where a patient is from, not only how the patient is.`,
  );
}

function training({ model, primary }: ReportBody): Caution[] {
  if (model.trainedOn !== null)
    return caution(
      'training-population',
      `${model.trainedOn} Patients, recorders and treatments of other places and times differ from these.`,
    );
  if (model.trainingSites.length === 0) return [];
  const said = model.trainingSites.map(({ site, n, dates }) => `${site} (${formatCount(n)}, ${dates})`);
  const women = model.trainingSites.reduce((sum, site) => sum + site.women, 0);
  const n = model.trainingSites.reduce((sum, site) => sum + site.n, 0);
  return caution(
    'training-population',
    `The model was trained on ${formatCount(n)} people from ${list(said)}; women: ${formatShare(women, n)}. ${withoutWords(primary)}Patients, tests and treatments of other places and times differ from these.`,
  );
}

/** The people of a cohort may be those of the training and yet judged by weights that never saw them. */
function withoutWords({ relations }: ReportBody['primary']): string {
  return relations.length === 1 && relations[0] === 'left-out-site'
    ? 'Here each hospital is judged by weights that were trained on the others alone. '
    : '';
}

function hiddenCells({ publicData, audience }: ReportBody): Caution[] {
  if (publicData) return caution('public-data', 'The data are public: no small cell is hidden in this report.');
  if (audience === 'internal')
    return caution(
      'internal',
      'Internal report with small cells: it stays within the hospitals. The shareable report hides them.',
    );
  return caution(
    'hidden-cells',
    'Counts of 1 to 10, and the numbers from which they could be computed, are hidden, as are the youngest and oldest ages. Some hospitals or groups may therefore show no result here.',
  );
}

/** What an earlier shareable report keeps this one from saying. */
function betweenReports({ between }: ReportBody): Caution[] {
  if (between === undefined) return [];
  const { earlier, cells, closed, withheld } = between;
  if (withheld !== null)
    return caution(
      'withheld',
      `Nothing of this report is shown outside the hospitals: ${withheld}. The internal report has every figure.`,
    );
  const before = `the earlier ${earlier.length === 1 ? 'report' : 'reports'} of ${list(earlier.map((run) => `run ${run}`))}`;
  if (cells === 0)
    return caution('between-reports', `Held against ${before}: no further count is hidden because of the difference.`);
  const where = closed.map((site) => site ?? 'all hospitals together');
  return caution(
    'between-reports',
    [
      `${formatCount(cells)} further ${cells === 1 ? 'count is' : 'counts are'} hidden because the difference from ${before} would show fewer than 11 people, or would help to compute a count that is hidden there.`,
      ...(where.length > 0 ? [`No results are shown for ${list(where)} for this reason.`] : []),
      'Curves and counts beyond the main tables are shown only of groups that did not change.',
    ].join(' '),
  );
}
