// A dataset from its publisher or a mirror into a folder: several files side by side, each verified.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';
import type { Dataset } from '#lib/cohort/datasets/dataset.ts';
import { parseSums } from '#lib/cohort/datasets/published.ts';
import { type DownloadOptions, downloadFile, type FileToDownload } from './download-file.ts';
import { DownloadProgress } from './download-progress.ts';

/** Files that are on their way at the same time. */
const AT_ONCE = 8;

export interface Download {
  readonly dataset: Dataset;
  readonly folder: string;
  /** Address of a mirror with the published paths below it; the publisher's when absent. */
  readonly source?: string;
  readonly options?: DownloadOptions;
  readonly say: (line: string) => void;
}

export interface Downloaded {
  readonly files: number;
  /** Of these, files that were there already. */
  readonly there: number;
  readonly bytes: number;
}

/** The mirror that the command line or TRICUSPID_DATASETS names: below it each dataset has a folder of its name. */
export function mirrorOf(dataset: Dataset, given: string | undefined): string | undefined {
  const mirrors = process.env.TRICUSPID_DATASETS;
  if (given !== undefined) return given;
  return mirrors === undefined || mirrors === '' ? undefined : `${withSlash(mirrors)}${dataset.name}/`;
}

/** Brings every file that a run needs into the folder; goes on with what an earlier download left. */
export async function downloadDataset(download: Download): Promise<Downloaded> {
  const files = await filesOf(download);
  const progress = new DownloadProgress(files.length, download.say);
  const left = files.values();
  const worker = async (): Promise<void> => {
    for (const file of left) {
      const outcome = await downloadFile(file, {
        ...download.options,
        onRetry: download.say,
        onBytes: (bytes) => progress.received(file.target, bytes),
        onLength: (bytes) => progress.expect(file.target, bytes),
      });
      progress.ended(file.target, outcome);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw explained(failed.reason, download);
  return progress.total();
}

async function filesOf({ dataset, folder, source, options, say }: Download): Promise<readonly FileToDownload[]> {
  const { address, files, sums } = dataset.source;
  const from = withSlash(source ?? address);
  if (!/^https?:\/\//.test(from)) throw new RefusedInput(`source: found ${from}, accepted an address with http(s)://`);
  const fileAt = (name: string, sha256: string): FileToDownload => ({
    address: from + name.split('/').map(encodeURIComponent).join('/'),
    target: join(folder, name),
    sha256,
  });
  if (sums === undefined) return files.map(({ name, sha256 }) => fileAt(name, sha256));
  const list = join(folder, sums.name);
  await downloadFile({ address: from + sums.name, target: list }, { ...options, onRetry: say }).catch(
    (error: unknown) => {
      throw explained(error, { dataset });
    },
  );
  const known = new Map(files.map(({ name, sha256 }) => [name, sha256]));
  const needed = [...parseSums(await readFile(list, 'utf8'))].filter(([path]) => sums.needed.test(path));
  if (needed.length === 0)
    throw new RefusedInput(`${from}${sums.name}: found no file of ${dataset.name} in it, accepted the published list`);
  for (const [path, sum] of needed) {
    const accepted = known.get(path) ?? sum;
    if (accepted !== sum)
      throw new RefusedInput(`${from}${sums.name}: found sha256 ${sum} for ${path}, accepted ${accepted} as published`);
  }
  return needed.map(([path, sum]) => fileAt(path, sum));
}

/** The same failure with what a person can do about it. */
function explained(error: unknown, { dataset }: Pick<Download, 'dataset'>): unknown {
  if (!(error instanceof Error) || error.name !== 'DownloadFailure') return error;
  const ways = 'run again to go on, give a mirror with --source <address>, or a folder with --from <folder>';
  return new Error(`download of ${dataset.name}: ${error.message}; ${ways}`, { cause: error });
}

const withSlash = (address: string): string => (address.endsWith('/') ? address : `${address}/`);
