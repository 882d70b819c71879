import type { Site } from '#lib/sites/site.ts';
import type { Cohort } from '../rows.ts';

/** A file that a site puts under `drops/<site>/<path>`. */
export interface SiteDrop {
  readonly site: string;
  readonly path: string;
  readonly body: Uint8Array;
}

export interface DatasetFile {
  readonly name: string;
  /** SHA-256 of the file as published, hexadecimal. */
  readonly sha256: string;
}

/** Where the files of a dataset are published. */
export interface DatasetSource {
  /** Ends with a slash; a mirror has the same paths below an address of its own. */
  readonly address: string;
  /** Files whose hash is known here. */
  readonly files: readonly DatasetFile[];
  /** A list `<sha256> <path>` beside the files, as PhysioNet publishes it, and which of its files are needed. */
  readonly sums?: { readonly name: string; readonly needed: RegExp };
}

/** Public data turned into what its hospitals would drop. */
export interface Dataset {
  readonly name: string;
  readonly title: string;
  /** Release of the publisher, where it has several. */
  readonly version?: string;
  readonly licence: string;
  readonly citation: string;
  readonly kind: 'measurements' | 'ecg';
  /** What the sites are, where they are no hospitals. */
  readonly sitesAre?: NonNullable<Cohort['sitesAre']>;
  readonly source: DatasetSource;
  /** Model that a run judges, unless it is told another. */
  readonly model: string;
  /** Name of the label that is the reference standard. */
  readonly label: string;
  /** Which values of another label are which class of the model. */
  readonly classes?: NonNullable<Cohort['classes']>;
  /** Looks through the published files in a folder; throws RefusedInput when it does not hold them. */
  open(folder: string): Promise<OpenDataset>;
}

/** A dataset in a folder. The drops are made one by one and can be made again: nothing is kept in memory. */
export interface OpenDataset {
  readonly sites: readonly Site[];
  /** What every reader of a figure over these data must know. */
  readonly cautions: readonly string[];
  /** How many drops there will be at most. */
  readonly dropCount: number;
  /** In the order in which the sites would drop. Every file is compared with its published hash, where that is known. */
  drops(): AsyncIterable<SiteDrop>;
  /** What is true about the files read so far: how many were verified, what was left out and why. */
  notes(): readonly string[];
}
