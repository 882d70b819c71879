import { type AvBlock, type PlannedBeat, type Premature, planBeats } from './ecg-beats.ts';
import { addBeats, personFrom, pShiftS, type StShift, stShiftByLead } from './ecg-complexes.ts';
import type { Conduction } from './ecg-dipole.ts';
import {
  type Electrode,
  formLeads,
  type IndependentLead,
  type IndependentSamples,
  independentLeads,
  type LeadName,
  projectDipole,
  twelveLeads,
} from './ecg-leads.ts';
import { addNoise } from './ecg-noise.ts';
import type { EcgTruth, Interval, LeadInterval, NoiseKind, NoiseTruth } from './ecg-truth.ts';
import { addFibrillatoryWaves } from './fibrillatory-waves.ts';
import { disturbLead, saturatedIntervals } from './lead-faults.ts';
import { type Random, random } from './random.ts';
import { fibrillationIntervals, sinusIntervals } from './rr-intervals.ts';

export interface NoiseOptions extends Partial<Interval> {
  readonly kind: NoiseKind;
  readonly snrDb: number;
  /** @default all eight independent leads */
  readonly leads?: readonly IndependentLead[];
  /** @default 50 */
  readonly mainsHz?: 50 | 60;
}

export interface EcgOptions {
  readonly seed: string | number;
  /** @default 10 */
  readonly durationS?: number;
  /** @default 500 */
  readonly samplingRateHz?: number;
  /** Mean rate of the atria, and of the ventricles in fibrillation. @default 70 */
  readonly heartRateBpm?: number;
  /** Standard deviation of the sinus RR intervals (SDNN). @default 35 */
  readonly rrDeviationMs?: number;
  /** Stretches of atrial fibrillation; `always` is the whole recording. @default none */
  readonly fibrillation?: readonly Interval[] | 'always';
  readonly premature?: Premature;
  readonly avBlock?: AvBlock;
  /** @default 'normal' */
  readonly conduction?: Conduction;
  readonly stShift?: StShift;
  readonly noise?: readonly NoiseOptions[];
  /** Electrodes in each other's place, one exchange after the other. */
  readonly swaps?: readonly (readonly [Electrode, Electrode])[];
  /** The lead stands at 0 mV. */
  readonly flat?: readonly LeadInterval[];
  /** The lead has no samples (NaN). */
  readonly missing?: readonly LeadInterval[];
  /** The converter reaches to ± this many mV. */
  readonly rangeMv?: number;
}

export interface SimulatedEcg {
  readonly leads: readonly { readonly name: LeadName; readonly samplesMv: Float32Array }[];
  readonly samplingRateHz: number;
  readonly truth: EcgTruth;
}

/** From the start of P to the start of QRS in the normal dipole. */
const normalPrS = 0.16;
/** From the middle of P to R. */
const pBeforeRS = 0.145;

/**
 * A twelve-lead ECG of nobody, with everything planted in it known by its place in time. The dipole is that of Sameni et
 * al. 2007 (doi 10.1155/2007/43407) after McSharry et al. 2003 (doi 10.1109/TBME.2003.808805), seen through Dower's
 * lead vectors; sizes and axis differ from person to person. The same options give the same bytes.
 */
export function simulateEcg(options: EcgOptions): SimulatedEcg {
  const { durationS = 10, samplingRateHz = 500, swaps = [], flat = [], missing = [], rangeMv } = options;
  checkOptions(durationS, samplingRateHz, options.heartRateBpm ?? 70, options.noise ?? []);
  const stream = random(options.seed);
  const fibrillation = fibrillationOf(options.fibrillation, durationS);
  const plan = planOf(options, durationS, fibrillation, stream);
  const person = personFrom(stream.fork('person'));
  const complexes = { conduction: options.conduction ?? 'normal', person, stShift: options.stShift };
  const dipole = emptyDipole(Math.round(durationS * samplingRateHz));
  addBeats(dipole, samplingRateHz, plan.beats, plan.dropped, complexes);
  for (const episode of fibrillation) {
    addFibrillatoryWaves(dipole, samplingRateHz, episode, stream.fork(`fibrillation/${episode.startS}`));
  }
  const clean = projectDipole(dipole);
  const noise = (options.noise ?? []).map((each) => noiseTruth(each, durationS));
  const samples = formLeads(noisy(clean, samplingRateHz, options.noise ?? [], durationS, stream), swaps);
  for (const fault of flat) disturbLead(samples[fault.lead], samplingRateHz, fault, 0);
  for (const fault of missing) disturbLead(samples[fault.lead], samplingRateHz, fault, Number.NaN);
  const saturated = twelveLeads.flatMap((lead) => saturatedIntervals(lead, samples[lead], samplingRateHz, rangeMv));
  return {
    leads: twelveLeads.map((name) => ({ name, samplesMv: samples[name] })),
    samplingRateHz,
    truth: {
      ...plantedBeats(plan.beats, plan.dropped, durationS, pShiftS(complexes.conduction) - pBeforeRS),
      fibrillation: fibrillation.map(({ startS, endS }) => ({
        startS: Math.max(0, startS),
        endS: Math.min(durationS, endS),
      })),
      conduction: complexes.conduction,
      stShiftMv: stShiftByLead(options.stShift),
      ...{ noise, swaps, flat, saturated, missing },
    },
  };
}

function checkOptions(durationS: number, samplingRateHz: number, heartRateBpm: number, noise: readonly NoiseOptions[]) {
  const allowed = 'durations of 1 to 86400 s, 50 to 4000 Hz, 25 to 220 beats per minute';
  if (!(durationS >= 1 && durationS <= 86_400)) throw outside(`${durationS} s`, allowed);
  if (!(samplingRateHz >= 50 && samplingRateHz <= 4000)) throw outside(`${samplingRateHz} Hz`, allowed);
  if (!(heartRateBpm >= 25 && heartRateBpm <= 220)) throw outside(`${heartRateBpm} beats per minute`, allowed);
  for (const { kind, snrDb, mainsHz = 50 } of noise) {
    if (!Number.isFinite(snrDb)) throw outside(`${kind} at ${snrDb} dB`, 'finite ratios');
    if (kind === 'mains' && mainsHz >= samplingRateHz / 2) {
      throw outside(`mains of ${mainsHz} Hz sampled at ${samplingRateHz} Hz`, 'mains below half the sampling rate');
    }
  }
}

function outside(found: string, allowed: string): RangeError {
  return new RangeError(`simulated ECG: found ${found}, allowed: ${allowed}`);
}

function fibrillationOf(wanted: EcgOptions['fibrillation'], durationS: number): readonly Interval[] {
  return wanted === 'always' ? [{ startS: -2, endS: durationS + 2 }] : (wanted ?? []);
}

function planOf(options: EcgOptions, durationS: number, fibrillation: readonly Interval[], stream: Random) {
  const meanS = 60 / (options.heartRateBpm ?? 70);
  const sinus = sinusIntervals(meanS, (options.rrDeviationMs ?? 35) / 1000, stream.fork('sinus'));
  const isEver = fibrillation.length > 0;
  const fibrillating = isEver ? fibrillationIntervals(meanS, stream.fork('fibrillating')) : sinus;
  const { premature = {}, avBlock } = options;
  return planBeats(
    { durationS, sinus, fibrillating, fibrillation, premature, ...(avBlock !== undefined && { avBlock }) },
    stream.fork('beats'),
  );
}

function emptyDipole(length: number): readonly [Float64Array, Float64Array, Float64Array] {
  return [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
}

function noiseTruth({ kind, snrDb, startS = 0, endS, leads }: NoiseOptions, durationS: number): NoiseTruth {
  return { kind, snrDb, startS, endS: endS ?? durationS, leads: leads ?? independentLeads };
}

/** Every noise in every lead has a stream of its own: one more noise leaves the others as they were. */
function noisy(
  clean: IndependentSamples,
  samplingRateHz: number,
  noise: readonly NoiseOptions[],
  durationS: number,
  stream: Random,
): IndependentSamples {
  if (noise.length === 0) return clean;
  const sum = Object.fromEntries(independentLeads.map((lead) => [lead, clean[lead].slice()]));
  noise.forEach((each, index) => {
    const { leads, ...shape } = { leads: independentLeads, startS: 0, endS: durationS, mainsHz: 50 as const, ...each };
    for (const lead of leads) {
      addNoise(sum[lead], clean[lead], samplingRateHz, shape, stream.fork(`noise/${index}/${lead}`));
    }
  });
  return sum as unknown as IndependentSamples;
}

function plantedBeats(beats: readonly PlannedBeat[], dropped: readonly number[], durationS: number, pAfterRS: number) {
  const isInside = (timeS: number) => timeS >= 0 && timeS < durationS;
  const first = beats.find((beat) => beat.extraPrS !== undefined && isInside(beat.rTimeS));
  return {
    beats: beats
      .filter(({ rTimeS }) => isInside(rTimeS))
      .map(({ kind, rTimeS, extraPrS }) => ({
        kind,
        rTimeS,
        ...(extraPrS !== undefined && { pTimeS: rTimeS - extraPrS + pAfterRS }),
      })),
    droppedPTimesS: dropped.map((rTimeS) => rTimeS + pAfterRS).filter(isInside),
    prolongedPrS: normalPrS + (first?.extraPrS ?? 0),
  };
}
