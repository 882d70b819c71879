// What of the figures by class may leave the sites.
import type { SharedView } from '../../chapter.ts';
import { CLASS_FIGURES, SUMMARY_FIGURES } from '../../classes/figure-words.ts';
import { isSmall } from '../../disclosure.ts';
import { type Count, type Figure, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import type { Classes, SiteClasses } from './value.ts';

/**
 * A hospital is closed where any count of its classes is 1 to 10, a cell of the matrix, studies left out, or the difference to the primary
 * analysis; and where the core of the report hides one of its counts. All together only where every hospital is open.
 */
export function shareClasses(value: Classes, view: SharedView): Classes {
  const isOpen = (of: SiteClasses): boolean => {
    const left = value.left.filter(({ site }) => site === of.site);
    return view.isOpen({ site: of.site }) && ![...countsOf(of), ...left.map(({ studies }) => studies)].some(isFew);
  };
  const own = value.sites.filter(({ site }) => site !== null);
  const allOpen = own.every(isOpen) && value.left.every(({ studies }) => !isFew(studies));
  const open = (of: SiteClasses): boolean => (of.site === null ? allOpen && isOpen(of) : isOpen(of));
  const openSites = new Set(value.sites.filter(open).map(({ site }) => site));
  return {
    ...value,
    mapping: value.mapping.map((entry) => ({
      ...entry,
      studies: allOpen && !isFew(entry.studies) ? entry.studies : SUPPRESSED,
    })),
    left: value.left.map((entry) => (openSites.has(entry.site) ? entry : { ...entry, studies: SUPPRESSED })),
    sites: value.sites.map((of) => (openSites.has(of.site) ? opened(of) : closed(of))),
  };
}

const isFew = (count: Count): boolean => typeof count === 'number' && isSmall(count);

function countsOf({
  n,
  several,
  matrix,
  classes,
  onlyHere,
  onlyPrimaryEvents,
  onlyPrimaryNonEvents,
}: SiteClasses): Count[] {
  return [
    ...[n, several, onlyHere, onlyPrimaryEvents, onlyPrimaryNonEvents],
    ...matrix.flat(),
    ...classes.flatMap((of) => [of.n, of.people, of.silent]),
  ];
}

/** Where people have several studies, their number and what counts them stay inside. */
function opened(of: SiteClasses): SiteClasses {
  if (of.n === of.subjects) return of;
  const figure = (value: Figure): Figure => {
    if (isSuppressed(value)) return value;
    if (!isEstimate(value)) return SUPPRESSED;
    const { clusters: _, ...rest } = value;
    return rest;
  };
  return {
    ...of,
    subjects: SUPPRESSED,
    classes: of.classes.map((one) => ({
      ...one,
      people: SUPPRESSED,
      figures: record(CLASS_FIGURES, (name) => figure(one.figures[name])),
    })),
    summary: record(SUMMARY_FIGURES, (name) => figure(of.summary[name])),
  };
}

function closed(of: SiteClasses): SiteClasses {
  const hidden = { n: SUPPRESSED, subjects: SUPPRESSED, several: SUPPRESSED };
  return {
    ...of,
    ...hidden,
    ...{ onlyHere: SUPPRESSED, onlyPrimaryEvents: SUPPRESSED, onlyPrimaryNonEvents: SUPPRESSED },
    matrix: of.matrix.map((row) => row.map(() => SUPPRESSED)),
    classes: of.classes.map(({ class: name }) => ({
      ...{ class: name, n: SUPPRESSED, people: SUPPRESSED, silent: SUPPRESSED },
      figures: record(CLASS_FIGURES, () => SUPPRESSED),
    })),
    judged: [],
    summary: record(SUMMARY_FIGURES, () => SUPPRESSED),
  };
}

function record<Name extends string>(names: readonly Name[], of: (name: Name) => Figure): Record<Name, Figure> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Figure>;
}
