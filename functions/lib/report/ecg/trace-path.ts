import { MM_PER_MILLIVOLT, MM_PER_SECOND } from './scale.ts';

/** Part of a lead as it is drawn: time runs from the first sample, amplitudes count from a level of the lead. */
export interface TracePart {
  readonly samplesMv: Float32Array;
  readonly samplingRateHz: number;
  /** First sample, and the one just after the last. */
  readonly from: number;
  readonly to: number;
  /** Amplitude that lies on the line y = 0. */
  readonly levelMv: number;
  /** Edges of the paper above and below that line, in mm; what lies beyond is drawn on the edge. */
  readonly aboveMm: number;
  readonly belowMm: number;
}

/** Steps of the path, in mm: a tenth of a printed line is 0.05 mm. */
export const STEP_MM = 0.05;
/** Of the samples of such a column the lowest and the highest are drawn. */
const COLUMN_MM = 0.1;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Path of the samples in steps of 0.05 mm, y downwards, with at most two points per 0.1 mm of paper (4 ms): the lowest and the
 * highest sample of each column, in the order in which they come, so that no peak is lost. The line is broken where samples
 * are missing.
 */
export function tracePath(part: TracePart): string {
  let path = '';
  let run: Point[] = [];
  const end = () => {
    path += runPath(run);
    run = [];
  };
  for (const column of columns(part)) {
    if (column.length === 0) end();
    else run.push(...column);
  }
  end();
  return path;
}

/** Points column by column; an empty one is a gap. */
function* columns(part: TracePart): Generator<Point[]> {
  const { samplesMv, samplingRateHz, from, to } = part;
  const columnOf = (sample: number) =>
    Math.floor(((sample - from) * MM_PER_SECOND) / samplingRateHz / COLUMN_MM + 1e-9);
  let sample = from;
  while (sample < to) {
    const column = columnOf(sample);
    let [low, high] = [sample, sample];
    let missing = false;
    for (; sample < to && columnOf(sample) === column; sample++) {
      if (Number.isNaN(samplesMv[sample])) missing = true;
      else if (Number.isNaN(samplesMv[low])) low = high = sample;
      else if (samplesMv[sample] < samplesMv[low]) low = sample;
      else if (samplesMv[sample] > samplesMv[high]) high = sample;
    }
    if (missing) yield [];
    if (Number.isNaN(samplesMv[low])) continue;
    const [first, last] = low <= high ? [low, high] : [high, low];
    yield first === last ? [pointOf(part, first)] : [pointOf(part, first), pointOf(part, last)];
    if (missing) yield [];
  }
}

function pointOf(part: TracePart, sample: number): Point {
  const { samplesMv, samplingRateHz, from, levelMv, aboveMm, belowMm } = part;
  const xMm = ((sample - from) * MM_PER_SECOND) / samplingRateHz;
  const upMm = Math.min(aboveMm, Math.max(-belowMm, (samplesMv[sample] - levelMv) * MM_PER_MILLIVOLT));
  return { x: Math.round(xMm / STEP_MM), y: Math.round(-upMm / STEP_MM) };
}

/** `M` to the first point, then relative steps; points on a straight line between their neighbours are left out. */
function runPath(points: readonly Point[]): string {
  if (points.length === 0) return '';
  const steps: Point[] = [];
  for (let n = 1; n < points.length; n++) {
    const step = { x: points[n].x - points[n - 1].x, y: points[n].y - points[n - 1].y };
    const last = steps.at(-1);
    if (last && goesOn(last, step)) steps[steps.length - 1] = { x: last.x + step.x, y: last.y + step.y };
    else steps.push(step);
  }
  const text = steps.map(({ x, y }) => `${x}${y < 0 ? '' : ' '}${y}`).join(' ');
  const alone = steps.length === 0 || (steps.length === 1 && steps[0].x === 0 && steps[0].y === 0);
  return `M${points[0].x} ${points[0].y}l${alone ? '0 0' : text}`;
}

/** The same direction, and forwards. */
const goesOn = (a: Point, b: Point): boolean => a.x * b.y === b.x * a.y && a.x * b.x + a.y * b.y > 0;
