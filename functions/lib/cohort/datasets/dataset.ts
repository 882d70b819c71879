import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';
import type { Site } from '#lib/sites/site.ts';

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

/** Public data turned into what its hospitals would drop. */
export interface Dataset {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly citation: string;
  readonly files: readonly DatasetFile[];
  sites(): Site[];
  /** Reads the published files in `folder` and checks their hashes; in the order in which the sites would drop. */
  drops(folder: string): Promise<SiteDrop[]>;
}

/** The text of a published file; throws RefusedInput when it is not there or is not the published one. */
export async function readPublished(folder: string, { name, sha256 }: DatasetFile): Promise<string> {
  const bytes = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(
      `dataset file ${name}: found none that can be read (${error.code}), expected it in the folder`,
    );
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === sha256) return bytes.toString('utf8');
  throw new RefusedInput(`dataset file ${name}: found sha256 ${found}, accepted ${sha256}`);
}
