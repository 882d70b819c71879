import type { Electrode, LeadName } from './ecg-leads.ts';

export type BeatKind = 'sinus' | 'conducted-fibrillation' | 'atrial-premature' | 'ventricular-premature';

/** One beat; only those with their R wave inside the recording are in the truth. */
export interface BeatTruth {
  readonly kind: BeatKind;
  /** Where the dipole of the QRS is largest, in seconds from the first sample. */
  readonly rTimeS: number;
  /** Middle of the P wave, where the beat has one. */
  readonly pTimeS?: number;
}

export interface Interval {
  readonly startS: number;
  readonly endS: number;
}

export interface NoiseTruth extends Interval {
  readonly kind: NoiseKind;
  readonly snrDb: number;
  /** Noise is planted here; the other limb leads get it through I and II. */
  readonly leads: readonly LeadName[];
}

export type NoiseKind = 'baseline-wander' | 'mains' | 'muscle' | 'electrode-motion';

export interface LeadInterval extends Interval {
  readonly lead: LeadName;
}

/** What was planted, known from how the recording was made. */
export interface EcgTruth {
  readonly beats: readonly BeatTruth[];
  /** P waves that no QRS follows. */
  readonly droppedPTimesS: readonly number[];
  readonly fibrillation: readonly Interval[];
  /** PR interval from the start of P to the start of QRS of the first conducted beat; the normal dipole has 0.16 s. */
  readonly prolongedPrS: number;
  readonly conduction: string;
  /** Planted shift at 120 ms after R by lead, positive up; empty when none. */
  readonly stShiftMv: Readonly<Partial<Record<LeadName, number>>>;
  readonly noise: readonly NoiseTruth[];
  readonly swaps: readonly (readonly [Electrode, Electrode])[];
  readonly flat: readonly LeadInterval[];
  readonly saturated: readonly LeadInterval[];
  readonly missing: readonly LeadInterval[];
}
