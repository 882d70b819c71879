import type { BeatKind, Interval } from './ecg-truth.ts';
import type { Random } from './random.ts';
import type { NextInterval } from './rr-intervals.ts';

export interface PlannedBeat {
  readonly kind: BeatKind;
  readonly rTimeS: number;
  /** RR interval that sets the length of QT. */
  readonly rrS: number;
  /** PR interval beyond the normal; undefined where the beat has no P wave. */
  readonly extraPrS?: number;
}

export type AvBlock = 'first-degree' | 'wenckebach' | 'mobitz-2';

export interface Premature {
  readonly ventricular?: number;
  readonly atrial?: number;
}

export interface Plan {
  readonly beats: readonly PlannedBeat[];
  /** Where the R wave would have been, for P waves that no QRS follows. */
  readonly dropped: readonly number[];
}

export interface PlanOptions {
  readonly durationS: number;
  readonly sinus: NextInterval;
  readonly fibrillating: NextInterval;
  readonly fibrillation: readonly Interval[];
  readonly premature: Premature;
  readonly avBlock?: AvBlock;
}

/** Beats before and after the recording, so that waves at its ends are whole. */
const marginS = 2;
/** Conducted beats between two dropped ones. */
const conductedPerCycle = 3;
const normalPrS = 0.16;
const firstDegreeExtraS = 0.12;
const ventricleRefractoryS = 0.25;
/** Wenckebach: the first increment is the largest, so RR shortens before the pause. */
const wenckebachExtraS = [0.02, 0.12, 0.17];

/** Beats in order of time: the atrial rhythm, then premature beats in it, then what the atrioventricular node lets through. */
export function planBeats(options: PlanOptions, stream: Random): Plan {
  const beats = withPremature(rhythm(options, stream.fork('rhythm')), options, stream.fork('premature'));
  return conducted(beats, options.avBlock);
}

function rhythm(
  { durationS, sinus, fibrillating, fibrillation, premature }: PlanOptions,
  stream: Random,
): PlannedBeat[] {
  const beats: PlannedBeat[] = [];
  const spareS = marginS + 2 * (premature.atrial ?? 0);
  let rrS = sinus(-marginS);
  let rTimeS = -marginS + rrS * stream.uniform();
  while (rTimeS < durationS + spareS) {
    const isFibrillating = inside(fibrillation, rTimeS);
    const hasP = !inside(fibrillation, rTimeS - normalPrS) && !isFibrillating;
    const kind = isFibrillating ? 'conducted-fibrillation' : 'sinus';
    beats.push({ kind, rTimeS, rrS, ...(hasP && { extraPrS: 0 }) });
    rrS = isFibrillating ? fibrillating(rTimeS) : sinus(rTimeS);
    rTimeS += rrS;
  }
  return beats;
}

function inside(intervals: readonly Interval[], timeS: number): boolean {
  return intervals.some(({ startS, endS }) => timeS >= startS && timeS < endS);
}

/**
 * A ventricular premature beat takes the place of a sinus beat and leaves the atrial rhythm alone: the pause compensates.
 * An atrial one resets the sinus node: all later beats come earlier.
 */
function withPremature(beats: readonly PlannedBeat[], options: PlanOptions, stream: Random): PlannedBeat[] {
  const chosen = choosePremature(beats, options, stream);
  let resetS = 0;
  return beats.map((beat, index) => {
    const kind = chosen.get(index);
    const rrS = index === 0 ? beat.rrS : beat.rTimeS - beats[index - 1].rTimeS;
    const earlyS = kind === undefined ? 0 : Math.min((0.25 + 0.15 * stream.uniform()) * rrS, Math.max(rrS - 0.3, 0));
    const rTimeS = beat.rTimeS - resetS - earlyS;
    if (kind === undefined) return { ...beat, rTimeS };
    if (kind === 'ventricular-premature') return { kind, rTimeS, rrS: beat.rrS };
    resetS += earlyS;
    return { kind, rTimeS, rrS: beat.rrS, extraPrS: -0.03 };
  });
}

/** Places in the rhythm, at least two beats apart and a second from the ends; atrial ones only where there are P waves. */
function choosePremature(beats: readonly PlannedBeat[], options: PlanOptions, stream: Random): Map<number, BeatKind> {
  const { atrial = 0, ventricular = 0 } = options.premature;
  const wanted: BeatKind[] = [
    ...Array<BeatKind>(atrial).fill('atrial-premature'),
    ...Array<BeatKind>(ventricular).fill('ventricular-premature'),
  ];
  const places = stream.shuffle(
    beats.map((_, index) => index).filter((index) => isInner(beats[index], options.durationS)),
  );
  const chosen = new Map<number, BeatKind>();
  for (const kind of wanted) {
    const place = places.find(
      (index) =>
        [-2, -1, 0, 1, 2].every((step) => !chosen.has(index + step)) &&
        (kind === 'ventricular-premature' || beats[index].extraPrS !== undefined),
    );
    if (place === undefined) {
      throw new RangeError(
        `simulated ECG: found ${wanted.length} premature beats in ${options.durationS} s, allowed: one in three beats, atrial ones outside fibrillation`,
      );
    }
    chosen.set(place, kind);
  }
  return chosen;
}

function isInner({ rTimeS }: PlannedBeat, durationS: number): boolean {
  return rTimeS > 1.5 && rTimeS < durationS - 1;
}

/**
 * The atrioventricular node: every P waits longer, or every fourth one finds it closed. A delayed beat that would meet a
 * premature or fibrillating one is not conducted either.
 */
function conducted(beats: readonly PlannedBeat[], avBlock: AvBlock | undefined): Plan {
  if (avBlock === undefined) return { beats, dropped: [] };
  const dropped: number[] = [];
  let place = 0;
  const through = beats.flatMap((beat, index): PlannedBeat[] => {
    if (beat.extraPrS === undefined) return [beat];
    const extraS = avBlock === 'first-degree' ? firstDegreeExtraS : extraInCycle(avBlock, place++);
    const next = beats[index + 1];
    const isMet = next?.extraPrS === undefined && next?.rTimeS < beat.rTimeS + (extraS ?? 0) + ventricleRefractoryS;
    if (extraS !== undefined && !isMet) return [delayed(beat, extraS)];
    dropped.push(beat.rTimeS);
    return [];
  });
  return { beats: through, dropped };
}

/** Undefined for the beat that is not conducted. */
function extraInCycle(avBlock: 'wenckebach' | 'mobitz-2', place: number): number | undefined {
  const inCycle = place % (conductedPerCycle + 1);
  if (inCycle === conductedPerCycle) return undefined;
  return avBlock === 'wenckebach' ? wenckebachExtraS[inCycle] : 0;
}

function delayed(beat: PlannedBeat, extraS: number): PlannedBeat {
  return { ...beat, rTimeS: beat.rTimeS + extraS, extraPrS: (beat.extraPrS ?? 0) + extraS };
}
