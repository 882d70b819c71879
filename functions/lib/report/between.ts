// Two shareable reports of overlapping cohorts can be subtracted. What the difference would tell of 1 to 10 people stays hidden.
import { cellsOf, groupId } from './cells.ts';
import { isSmall, type Sum } from './disclosure.ts';
import { cellsOfFew, PEOPLE } from './few-people.ts';
import type { Figure, GroupResult, ReportBody } from './record.ts';

/** `internal/hidden-cells.json`: what the shareable edition beside it does not show, for the reports that follow. */
export interface HiddenCells {
  readonly schema: 'tricuspid/hidden-cells/1';
  /** Nothing of the report is shown. */
  readonly withheld: boolean;
  readonly hidden: readonly string[];
}

/** The numbers of a report that may have left the sites, and which of them did. */
export interface SharedReport {
  readonly run: string;
  readonly model: string;
  /** In the order of the report, as text: cells of all sites together are the same cells only for the same sites. */
  readonly sites: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly sums: readonly Sum[];
  readonly hidden: ReadonlySet<string>;
  /** By group: everything that is said of it by itself. */
  readonly figures: ReadonlyMap<string, string>;
  /** By site, `*` for all: what became of its studies and labels, those without label among them. */
  readonly flows: ReadonlyMap<string, string>;
}

/** A shareable report, from the internal edition beside it. */
export function sharedReport(run: string, body: ReportBody, { withheld, hidden }: HiddenCells): SharedReport {
  const { counts, sums } = withheld ? { counts: new Map<string, number>(), sums: [] } : cellsOf(body);
  const { name, version } = body.model;
  return {
    ...{ run, model: `${name}@${version}`, counts, sums },
    sites: body.flow.map(({ site }) => site ?? '*').join(','),
    hidden: new Set(hidden),
    figures: withheld ? new Map() : figuresOf(body),
    flows: new Map(body.flow.map(({ site, ...flow }) => [site ?? '*', JSON.stringify(flow)])),
  };
}

/** Changes where anything of a group changed, even where no count did. */
function figuresOf({ primary, apparent }: ReportBody): Map<string, string> {
  const of = (part: string, groups: readonly GroupResult[]) =>
    groups.map((group) => [groupId(part, group), JSON.stringify(said(group))] as const);
  return new Map([...of('primary', primary.groups), ...of('apparent', apparent?.groups ?? [])]);
}

function said({ n, events, subjects, eventSubjects, nonEventSubjects, auroc, brier }: GroupResult): unknown[] {
  return [n, events, subjects, eventSubjects, nonEventSubjects, pointOf(auroc), pointOf(brier)];
}

const pointOf = (figure: Figure): number | null =>
  'estimate' in figure ? figure.estimate : 'point' in figure ? (figure.point ?? null) : null;

/** Cells that depend on the model: those of another model count other studies, whose difference is nobody's count. */
const OF_SCORES = /(?:Positives|Negatives) \d+$|\/(?:bin|score) \d+\/|^file\//;
export const ofScores = (id: string): boolean => OF_SCORES.test(id);
export const isComparable = (id: string, a: SharedReport, b: SharedReport): boolean =>
  a.model === b.model || !ofScores(id);

export const shows = ({ counts, hidden }: SharedReport, id: string): boolean => counts.has(id) && !hidden.has(id);

/** What earlier shareable reports ask of this one. */
export interface Demands {
  /** Cells that must not be shown. */
  readonly hide: ReadonlySet<string>;
  /** Cells whose number stands in an earlier report already. */
  readonly known: ReadonlySet<string>;
}

/**
 * A cell is hidden where an earlier report shows a number that differs from its own by 1 to 10; where an earlier one hid the same number;
 * where the studies that came or went are of at most ten people; and where a group changed though its counts did not.
 */
export function demandsOf(body: ReportBody, now: SharedReport, earlier: readonly SharedReport[]): Demands {
  const hide = new Set<string>();
  const known = new Set<string>();
  for (const then of earlier) {
    for (const [id, count] of now.counts) {
      const before = then.counts.get(id);
      if (before === undefined || !isComparable(id, now, then)) continue;
      if (shows(then, id) && isSmall(Math.abs(count - before))) hide.add(id);
      if (before === count) (shows(then, id) ? known : hide).add(id);
    }
    for (const id of cellsOfFew(body, now.counts, (group, _, of) => changedByFew(group, of, now, then))) hide.add(id);
    for (const [group, text] of now.figures) {
      if (changedAlone(group, text, now, then)) for (const name of Object.values(PEOPLE)) hide.add(`${group}/${name}`);
    }
  }
  return { hide, known: known.difference(hide) };
}

/** Studies came or went, and the people behind them, as far as their number tells, are at most ten. */
function changedByFew(group: string, of: keyof typeof PEOPLE, now: SharedReport, then: SharedReport): boolean {
  const studies = `${group}/${PEOPLE[of]}`;
  if (!shows(then, studies) || now.counts.get(studies) === then.counts.get(studies)) return false;
  const change = (now.counts.get(`${group}/${of}`) ?? 0) - (then.counts.get(`${group}/${of}`) ?? 0);
  return change === 0 || isSmall(Math.abs(change));
}

/** Other studies, labels or scores under the same counts: the figures by themselves would tell of those few. */
function changedAlone(group: string, text: string, now: SharedReport, then: SharedReport): boolean {
  const before = then.figures.get(group);
  if (before === undefined || before === text || now.model !== then.model || !shows(then, `${group}/n`)) return false;
  return Object.values(PEOPLE).every(
    (name) => now.counts.get(`${group}/${name}`) === then.counts.get(`${group}/${name}`),
  );
}

/** Groups of which every earlier report shows the same or nothing, with nothing changed around them: anything may be said of them again. */
export function settledGroups(now: SharedReport, earlier: readonly SharedReport[]): Set<string> {
  const isSettled = ([group, text]: readonly [string, string]) => {
    const [, site] = group.split('/');
    return earlier.every((then) => {
      const before = then.figures.get(group);
      if (before === undefined || then.model !== now.model || !shows(then, `${group}/n`)) return true;
      return before === text && then.flows.get(site) === now.flows.get(site);
    });
  };
  return new Set([...now.figures].filter(isSettled).map(([group]) => group));
}
