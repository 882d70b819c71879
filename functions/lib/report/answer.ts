// The first page of a report: which model, on whom, pass, fail or cannot tell, and the three things to know.
import type { Cohort } from '#lib/cohort/rows.ts';
import { tally } from './chapters/limits/words.ts';
import type { Answer, Verdict } from './first-page.ts';
import { formatCount, formatPeople } from './format.ts';
import { siteGroups } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import { MOST_TOLD, mostImportantFirst, type PlacedPoint } from './point.ts';
import { evidenceWords } from './reasons.ts';
import type { Count, ReportBody } from './record.ts';
import { siteWord, siteWords } from './site-words.ts';

/** The first page, from everything that could stand on it. */
export function answerOf(body: ReportBody, points: readonly PlacedPoint[]): Answer {
  const verdict = verdictOf(body);
  const ordered = mostImportantFirst(points);
  const inFull = ordered.flatMap(({ text, brief: _brief, ...point }) => (text === null ? [] : [{ ...point, text }]));
  const further = ordered.slice(MOST_TOLD).filter(({ text }) => text !== null);
  return {
    headline: headline(body, verdict),
    facts: factsOf(body),
    verdict,
    points: ordered.slice(0, MOST_TOLD).map(({ brief, ...point }) => ({ ...point, text: brief })),
    also: inFull,
    further: further.length,
  };
}

/** More sites than this are counted on the first page, not named. */
const MOST_NAMED = 6;

function factsOf(body: ReportBody): Answer['facts'] {
  const { model, cohort, primary } = body;
  const { n, people, events } = whole(body);
  const sites = siteGroups(primary);
  const named = sites.length < 2 || sites.length > MOST_NAMED ? [] : sites;
  const names = named.map((group) => `${group.site} ${formatCount(group.n)}`).join(', ');
  return {
    model: `${model.title}: ${model.name} ${model.version}`,
    testedOn: `${formatCount(n)} studies of ${formatPeople(people)}, ${formatCount(events)} of the studies with ${outcomeWords(cohort.label)}; ${yearWords(body)}`,
    sites: `${sitesText(body)}${calledHospitals(cohort)}${names === '' ? '' : ` (studies: ${names})`}`,
    evidence: evidenceOf(body),
  };
}

const evidenceOf = ({ primary }: ReportBody): string => primary.relations.map(evidenceWords).join('; ') || 'none';

function whole({ flow, table1 }: ReportBody): { readonly n: Count; readonly people: Count; readonly events: Count } {
  const all = table1.find(({ site }) => site === null);
  const n = flow.find(({ site }) => site === null)?.steps.find(({ name }) => name === 'primary')?.count ?? 0;
  return { n, people: all?.subjects ?? 0, events: all?.events ?? 0 };
}

function sitesText({ primary, cohort }: ReportBody): string {
  const { length } = siteGroups(primary);
  return `${length} ${length === 1 ? siteWord(cohort) : siteWords(cohort)}`;
}

/** The sections say hospital whatever a site is. */
const calledHospitals = ({ sitesAre }: Cohort): string => (sitesAre === undefined ? '' : ', called hospitals below');

/** "labels of 2019 to 2023". */
function yearWords({ chapters }: ReportBody): string {
  const facts = (chapters.labels?.sites ?? []).flatMap((site) => site.facts.filter(({ fact }) => fact === 'year'));
  const years = facts.map(({ value }) => Number(value)).filter((year) => !Number.isNaN(year));
  if (years.length === 0) return 'years of the labels not stated';
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const span = first === last ? `labels of ${first}` : `labels of ${first} to ${last}`;
  return years.length < facts.length ? `${span}, some without a year` : span;
}

/** Which model, on whom, and what it came to, in one sentence or two. */
function headline(body: ReportBody, { text }: Verdict): string {
  const { model, cohort } = body;
  const { n, people } = whole(body);
  const who = people === n ? '' : ` of ${formatPeople(people)}`;
  const scope = `${formatCount(n)} studies${who} from ${sitesText(body)}${calledHospitals(cohort)}`;
  const evidence = `Evidence: ${evidenceOf(body)}.`;
  return `${model.title} (${model.name} ${model.version}), tested on ${scope}: ${cohort.title}. ${evidence} ${text}`;
}

/** Without limits a report has figures and no verdict; a reader in a hurry would take the one for the other. */
const UNJUDGED = 'No limits were set before the run, so that this report describes the model and does not pass it.';

function verdictOf({ chapters: { limits } }: ReportBody): Verdict {
  if (limits === null) return { answer: 'no limits', text: UNJUDGED, limits: [] };
  const each = limits.limits.map(({ limit, verdict }) => ({ limit: limit.text, answer: verdict }));
  const has = (answer: string) => each.some((one) => one.answer === answer);
  if (each.length === 0) return { answer: 'cannot tell', text: tally(limits), limits: [] };
  const answer = has('fail') ? 'fail' : has('hidden') ? 'hidden' : has('cannot tell') ? 'cannot tell' : 'pass';
  return { answer, text: tally(limits), limits: each };
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly (string | null)[]): string {
  const last = words[words.length - 1] ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
