import { binId, flowId, groupId, silenceId } from './cells.ts';
import type { SharedView } from './chapter.ts';
import { shareChapters } from './chapters.ts';
import type { Description } from './description.ts';
import { type Hiding, hidingOf } from './hiding.ts';
import {
  type CalibrationBin,
  type CalibrationPlot,
  type Count,
  type Figure,
  type Group,
  type GroupResult,
  isSuppressed,
  type Performance,
  type ReportBody,
  type ReportedFlow,
  type SilenceResult,
  SUPPRESSED,
  type ThresholdResult,
  wholeOf,
} from './record.ts';

type Hidden = ReadonlySet<string>;

/**
 * The report that may leave the sites: cells of 1 to 10 and their complements are hidden, and every figure that could be
 * turned back into a hidden count. Data that are public anyway stay as they are, and the report says so.
 */
export function shareableBody(body: ReportBody, hiding: Hiding = hidingOf(body)): ReportBody {
  if (body.publicData) return { ...body, audience: 'shareable' };
  const { hidden, between } = hiding;
  return {
    ...body,
    ...(between !== null && { between }),
    audience: 'shareable',
    cohort: shareCohort(body.cohort),
    flow: body.flow.map((flow) => shareFlow(flow, hidden)),
    table1: body.table1.map((column) => shareDescription(column, hidden)),
    primary: sharePerformance('primary', body.primary, hidden),
    apparent: body.apparent === null ? null : sharePerformance('apparent', body.apparent, hidden),
    silence: body.silence.map((result) => shareSilence(result, hidden)),
    chapters: shareChapters(body.chapters, viewOf(body, hiding)),
    provenance: {
      ...body.provenance,
      scoredBy: body.provenance.scoredBy.map((entry) => ({
        ...entry,
        n: shareCount(entry.n, `file/${entry.site}/${entry.file}`, hidden),
      })),
    },
  };
}

/** The people of the audit that a plan names are counted in bins: they stay inside. */
function shareCohort({ reference, ...cohort }: ReportBody['cohort']): ReportBody['cohort'] {
  return reference === undefined ? cohort : { ...cohort, reference: { ...reference, populations: [] } };
}

/** What is shown of the groups of the primary analysis. */
function viewOf({ primary }: ReportBody, { hidden, settled }: Hiding): SharedView {
  const closed = new Set([...hidden].map((id) => id.slice(0, id.lastIndexOf('/'))));
  const shown = new Set(primary.groups.map((group) => groupId('primary', group)));
  const idOf = (group: Partial<Group>) => groupId('primary', { ...wholeOf(null), ...group });
  return {
    isOpen: (group) => shown.has(idOf(group)) && !closed.has(idOf(group)),
    shows: (group, count) => shown.has(idOf(group)) && !hidden.has(`${idOf(group)}/${count}`),
    describes: (site, column, value) => !hidden.has(`table1/${site ?? '*'}/group:${column} ${value}`),
    isSettled: (group) => settled === null || settled.has(idOf(group)),
  };
}

function shareCount(count: Count, id: string, hidden: Hidden): Count {
  return hidden.has(id) ? SUPPRESSED : count;
}

function shareFlow(flow: ReportedFlow, hidden: Hidden): ReportedFlow {
  const { site, steps, labels } = flow;
  const label = (name: keyof typeof labels) => shareCount(labels[name], flowId(site, `labels ${name}`), hidden);
  return {
    site,
    steps: steps.map((step) => ({
      ...step,
      count: shareCount(step.count, flowId(site, step.name), hidden),
      losses: step.losses.map((loss) => ({
        ...loss,
        count: shareCount(loss.count, flowId(site, step.name, loss.code), hidden),
      })),
    })),
    labels: {
      rows: label('rows'),
      superseded: label('superseded'),
      studies: label('studies'),
      unmatched: label('unmatched'),
    },
  };
}

function shareDescription(column: Description, hidden: Hidden): Description {
  const id = `table1/${column.site ?? '*'}`;
  const whole = groupId('primary', wholeOf(column.site));
  const count = (value: Count, name: string) => shareCount(value, `${id}/${name}`, hidden);
  const hiddenWhole = hidden.has(`${whole}/n`);
  return {
    ...column,
    n: shareCount(column.n, `${whole}/n`, hidden),
    subjects: hiddenWhole || hidden.has(`${whole}/subjects`) ? SUPPRESSED : column.subjects,
    women: count(column.women, 'women'),
    men: count(column.men, 'men'),
    sexMissing: count(column.sexMissing, 'sexMissing'),
    age: hiddenWhole ? SUPPRESSED : shareAge(column.age),
    duration: hiddenWhole && column.duration !== null ? SUPPRESSED : shareDuration(column.duration),
    categories: column.categories.map(({ characteristic, value, n }) => ({
      characteristic,
      value,
      n: count(n, `${characteristic} ${value}`),
    })),
    events: shareCount(column.events, `${whole}/events`, hidden),
    prevalence: hidesOutcome(whole, hidden) ? SUPPRESSED : column.prevalence,
    missing: column.missing.map(({ field, missing }) => ({
      field,
      missing: hidden.has(`${id}/present ${field}`) ? SUPPRESSED : count(missing, `missing ${field}`),
    })),
  };
}

/** The youngest and the oldest are single persons; quartiles of 11 and more are not. */
function shareAge(age: Description['age']): Description['age'] {
  return 'medianYears' in age ? { ...age, minimumYears: SUPPRESSED, maximumYears: SUPPRESSED } : age;
}

function shareDuration(duration: Description['duration']): Description['duration'] {
  if (duration === null || isSuppressed(duration)) return duration;
  return { ...duration, minimumSeconds: SUPPRESSED, maximumSeconds: SUPPRESSED };
}

/** Counts, and every figure from which a hidden one could be computed. */
function shareSilence(result: SilenceResult, hidden: Hidden): SilenceResult {
  const { site } = result;
  const whole = groupId('primary', wholeOf(site));
  const isHidden = (name: 'events' | 'nonEvents' | 'silentEvents' | 'silentNonEvents') =>
    hidden.has(silenceId(site, name));
  const noEvents = isHidden('events') || isHidden('silentEvents') || hidden.has(`${whole}/events`);
  const noNonEvents = isHidden('nonEvents') || isHidden('silentNonEvents') || hidden.has(`${whole}/nonEvents`);
  const count = (value: Count, name: Parameters<typeof isHidden>[0]) => (isHidden(name) ? SUPPRESSED : value);
  return {
    site,
    events: count(result.events, 'events'),
    nonEvents: count(result.nonEvents, 'nonEvents'),
    silentEvents: count(result.silentEvents, 'silentEvents'),
    silentNonEvents: count(result.silentNonEvents, 'silentNonEvents'),
    silentShareOfEvents: noEvents ? SUPPRESSED : result.silentShareOfEvents,
    silentShareOfNonEvents: noNonEvents ? SUPPRESSED : result.silentShareOfNonEvents,
    thresholds: result.thresholds.map(({ name, sensitivity, specificity }, i) => ({
      name,
      sensitivity: noEvents || hidden.has(`${whole}/truePositives ${i}`) ? SUPPRESSED : sensitivity,
      specificity: noNonEvents || hidden.has(`${whole}/trueNegatives ${i}`) ? SUPPRESSED : specificity,
    })),
  };
}

function hidesOutcome(id: string, hidden: Hidden): boolean {
  return ['n', 'events', 'nonEvents'].some((name) => hidden.has(`${id}/${name}`));
}

function sharePerformance(part: string, performance: Performance, hidden: Hidden): Performance {
  return {
    ...performance,
    groups: performance.groups.map((group) => shareGroup(groupId(part, group), group, hidden)),
    calibration: performance.calibration.map((plot) => sharePlot(part, plot, hidden)),
  };
}

function shareGroup(id: string, group: GroupResult, hidden: Hidden): GroupResult {
  const closed = hidesOutcome(id, hidden);
  const figure = (value: Figure): Figure => (closed || tellsPeople(group, value) ? SUPPRESSED : value);
  const count = (value: Count, name: string) => shareCount(value, `${id}/${name}`, hidden);
  return {
    ...group,
    n: count(group.n, 'n'),
    subjects: hidden.has(`${id}/n`) ? SUPPRESSED : count(group.subjects, 'subjects'),
    events: count(group.events, 'events'),
    nonEvents: count(group.nonEvents, 'nonEvents'),
    eventSubjects: closed ? SUPPRESSED : count(group.eventSubjects, 'eventSubjects'),
    nonEventSubjects: closed ? SUPPRESSED : count(group.nonEventSubjects, 'nonEventSubjects'),
    auroc: figure(group.auroc),
    brier: figure(group.brier),
    observedExpected: figure(group.observedExpected),
    calibrationIntercept: figure(group.calibrationIntercept),
    thresholds: group.thresholds.map((threshold, i) => shareThreshold(id, i, threshold, hidden)),
  };
}

/** Where people have several studies, the reason for silence counts people. */
function tellsPeople({ n, subjects }: GroupResult, figure: Figure): boolean {
  return 'cannotTell' in figure && n !== subjects;
}

function shareThreshold(id: string, i: number, threshold: ThresholdResult, hidden: Hidden): ThresholdResult {
  const count = (value: Count, name: string) => shareCount(value, `${id}/${name} ${i}`, hidden);
  const either = (names: readonly string[]) => names.some((name) => hidden.has(`${id}/${name}`));
  const noEvents = either(['events', `truePositives ${i}`, `falseNegatives ${i}`]);
  const noNonEvents = either(['nonEvents', `trueNegatives ${i}`, `falsePositives ${i}`]);
  return {
    ...threshold,
    truePositives: count(threshold.truePositives, 'truePositives'),
    falseNegatives: count(threshold.falseNegatives, 'falseNegatives'),
    trueNegatives: count(threshold.trueNegatives, 'trueNegatives'),
    falsePositives: count(threshold.falsePositives, 'falsePositives'),
    sensitivity: noEvents ? SUPPRESSED : threshold.sensitivity,
    specificity: noNonEvents ? SUPPRESSED : threshold.specificity,
  };
}

function sharePlot(part: string, plot: CalibrationPlot, hidden: Hidden): CalibrationPlot {
  const isClosed = hidesOutcome(groupId(part, wholeOf(plot.site)), hidden);
  // Why a bin has no interval counts the people with the outcome at the whole site.
  const withoutReason = (bin: CalibrationBin): CalibrationBin =>
    isClosed && 'cannotTell' in bin.observed ? { ...bin, observed: SUPPRESSED } : bin;
  return {
    ...plot,
    bins: plot.bins.map((bin, i) => withoutReason(shareBin(binId(part, plot.site, 'bin', i), bin, hidden))),
    curve: isClosed ? SUPPRESSED : plot.curve,
    histogram: plot.histogram.map((bin, i) => {
      const id = binId(part, plot.site, 'score', i);
      const count = (value: Count, name: string) => shareCount(value, `${id}/${name}`, hidden);
      return { ...bin, events: count(bin.events, 'events'), nonEvents: count(bin.nonEvents, 'nonEvents') };
    }),
  };
}

function shareBin(id: string, bin: CalibrationBin, hidden: Hidden): CalibrationBin {
  if (!hidesOutcome(id, hidden)) return bin;
  return {
    n: shareCount(bin.n, `${id}/n`, hidden),
    events: shareCount(bin.events, `${id}/events`, hidden),
    meanScore: hidden.has(`${id}/n`) ? SUPPRESSED : bin.meanScore,
    observed: SUPPRESSED,
  };
}
