import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { LimitPlan } from '#lib/limits/limit.ts';
import { readLimits } from '#lib/limits/read-limits.ts';
import { contractsIn } from './contracts.ts';
import { SHIPPED_MODELS } from './shipped.ts';

/** The limits of a file for a cohort of a shipped model; refuses what names no threshold of the model or hospital of the cohort. */
export async function limitsIn(file: string, { model, sites = [] }: Cohort): Promise<LimitPlan> {
  const source = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`limits: found no file that can be read (${error.code}), expected YAML or JSON`);
  });
  const contracts = await contractsIn(SHIPPED_MODELS);
  const contract = contracts.find(
    ({ contract: { name, version } }) => name === model.name && version === model.version,
  );
  const thresholds = (contract?.contract.thresholds ?? []).map(({ name }) => name);
  return readLimits(basename(file), source, { thresholds, sites });
}
