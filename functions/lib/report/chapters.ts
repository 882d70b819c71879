// Every chapter, in the order of the page; the name is its anchor and its key in report.json.
import type { VNode } from 'preact';
import type { Chapter, ChapterInput, SharedView } from './chapter.ts';
import type { Chapters } from './chapter-values.ts';
import { calibrationDetail } from './chapters/calibration-detail/calibration-detail.ts';
import { classes } from './chapters/classes/classes.ts';
import { conformal } from './chapters/conformal/conformal.ts';
import { discriminationDetail } from './chapters/discrimination-detail/discrimination-detail.ts';
import { drift } from './chapters/drift/drift.ts';
import { examples } from './chapters/examples/examples.ts';
import { fairness } from './chapters/fairness/fairness.ts';
import { hospitals } from './chapters/hospitals/hospitals.ts';
import { labels } from './chapters/labels/labels.ts';
import { limits } from './chapters/limits/limits.ts';
import { precision } from './chapters/precision/precision.ts';
import { robustness } from './chapters/robustness/robustness.ts';
import { updating } from './chapters/updating/updating.ts';
import { usefulness } from './chapters/usefulness/usefulness.ts';
import { element } from './element.ts';
import type { PlacedPoint } from './point.ts';
import type { Caution, Report } from './record.ts';

const CHAPTERS = {
  limits,
  hospitals,
  fairness,
  classes,
  'discrimination-detail': discriminationDetail,
  'calibration-detail': calibrationDetail,
  updating,
  usefulness,
  conformal,
  precision,
  drift,
  robustness,
  labels,
  examples,
} as const satisfies { readonly [Name in keyof Chapters]: Chapter<NonNullable<Chapters[Name]>> };

type Id = keyof Chapters;

/** A chapter beside its own value: what it says is asked without knowing which it is. */
interface Told {
  readonly id: Id;
  readonly chapter: Chapter<unknown>;
  readonly value: unknown;
}

const ALL = (Object.keys(CHAPTERS) as Id[]).map((id) => [id, CHAPTERS[id] as Chapter<unknown>] as const);

const told = (chapters: Chapters): Told[] =>
  ALL.flatMap(([id, chapter]) => (chapters[id] === null ? [] : [{ id, chapter, value: chapters[id] }]));

/** The figures of the internal report. */
export const computeChapters = (input: ChapterInput): Chapters => over(ALL, ([, chapter]) => chapter.compute(input));

/** The figures that may leave the sites. */
export function shareChapters(chapters: Chapters, view: SharedView): Chapters {
  const settled = settledOnly(view);
  return over(ALL, ([id, chapter]) =>
    chapters[id] === null ? null : chapter.share(chapters[id], chapter.repeatable ? view : settled),
  );
}

/** Groups of which an earlier shareable report tells something else are closed. */
function settledOnly(view: SharedView): SharedView {
  const { isOpen, shows, isSettled = () => true } = view;
  return {
    ...view,
    isOpen: (group) => isOpen(group) && isSettled(group),
    shows: (group, count) => shows(group, count) && isSettled(group),
    isSettled,
  };
}

function over(all: typeof ALL, of: (entry: (typeof ALL)[number]) => unknown): Chapters {
  return Object.fromEntries(all.map((entry) => [entry[0], of(entry)])) as Record<Id, unknown> as Chapters;
}

export const chapterCautions = (chapters: Chapters): Caution[] =>
  told(chapters).flatMap(({ chapter, value }) => chapter.cautions(value));

export const chapterMethods = (chapters: Chapters): string[] =>
  told(chapters).flatMap(({ chapter, value }) => chapter.methods(value));

/** Of the chapters that stand before the flow of studies, or of those behind the core. */
export const chapterPoints = (chapters: Chapters, early: boolean): PlacedPoint[] =>
  told(chapters).flatMap(({ id, chapter, value }) =>
    (chapter.early ?? false) === early
      ? chapter.points(value).map((point) => ({ section: id, title: chapter.title, ...point }))
      : [],
  );

export const chapterTables = (chapters: Chapters): (readonly [name: string, csv: string])[] =>
  told(chapters).flatMap(({ chapter, value }) => [...chapter.tables(value)]);

/** Anchors and headings, for the contents. */
export const chapterLinks = (chapters: Chapters, early: boolean): string[][] =>
  told(chapters).flatMap(({ id, chapter }) => ((chapter.early ?? false) === early ? [[id, chapter.title]] : []));

/** Those that stand before the flow of studies, or those behind the core. */
export function chapterSections(report: Report, early: boolean): VNode[] {
  return told(report.chapters)
    .filter(({ chapter }) => (chapter.early ?? false) === early)
    .map(({ id, chapter, value }) =>
      element('section', { 'aria-labelledby': id }, [
        element('h2', { id }, chapter.title),
        ...chapter.section(value, report),
      ]),
    );
}
