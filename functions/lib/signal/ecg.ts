import type { Finding } from '#functions/study.ts';

/** One lead of an ECG. */
export interface EcgLead {
  /** Name in the vocabulary of leads.ts, or `unknown-<n>` for the nth signal of the file when its name is not in it. */
  readonly name: string;
  /** Name as the file gives it. Free text: stays inside the intake boundary. */
  readonly given: string;
  /** Amplitudes in mV; NaN where the recording has no valid sample. */
  readonly samplesMv: Float32Array;
  readonly samplingRateHz: number;
}

export interface EcgSubject {
  /** Completed years, 0 to 120, as the file says. */
  readonly ageYears?: number;
  readonly sex?: 'F' | 'M';
}

/** A mark at one time of the recording, by a person or a program. */
export interface EcgAnnotation {
  /** Sample of the recording at the rate of its frames, the first is 0. */
  readonly sample: number;
  /** Code of the MIT format, 1 to 49, see annotation-codes.ts. */
  readonly code: number;
  /** One-letter symbol of the code, or the one that the file itself defines. */
  readonly symbol: string;
  readonly subtype: number;
  readonly channel: number;
  readonly number: number;
  /** Auxiliary text, such as the rhythm `(AFIB`; free text stays inside the intake boundary. */
  readonly text: string;
}

export interface EcgAnnotations {
  /** Extension of the file: `atr` is the reference, others are programs or people. */
  readonly annotator: string;
  readonly events: readonly EcgAnnotation[];
}

/** An ECG as a file says it, before de-identification: given names, comments, start time and annotations may identify. */
export interface EcgRecord {
  readonly leads: readonly EcgLead[];
  /** Highest rate of the leads. */
  readonly samplingRateHz: number;
  /** Samples of a lead at that rate. */
  readonly samples: number;
  /** Frames per second, the clock of the annotations; the leads' rate unless a frame holds several of their samples. */
  readonly frameRateHz: number;
  /** Local time without zone, `2020-05-05T14:50:55` or `14:50:55` where no date is given. */
  readonly startTime?: string;
  readonly subject: EcgSubject;
  /** Codes of the diagnoses that the file gives (SNOMED CT), each once. */
  readonly diagnoses: readonly string[];
  readonly comments: readonly string[];
  readonly findings: readonly Finding[];
  readonly annotations?: readonly EcgAnnotations[];
}
