// What the datasets of PhysioNet have in common: https://physionet.org/files/<project>/<version>/ with a list of hashes.
import type { DatasetFile, DatasetSource } from './dataset.ts';

/** Source of a project's release; `needed` picks from its list of hashes what a run reads. */
export function physionet(
  project: string,
  version: string,
  needed: RegExp,
  files: readonly DatasetFile[] = [],
): DatasetSource {
  const address = `https://physionet.org/files/${project}/${version}/`;
  return { address, files, sums: { name: 'SHA256SUMS.txt', needed } };
}

export const goldberger =
  'Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101:e215-e220 (2000)';
