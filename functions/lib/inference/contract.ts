// The model contract `model.json`: what a model accepts, computes and may claim. Unknown fields are refused by name.
import * as z from 'zod/mini';
import { InvalidModel } from '#functions/errors.ts';
import { describeIssue } from './contract-issue.ts';
import type { Threshold } from './contract-parts.ts';
import { type EcgContract, ecgSchema } from './ecg-contract.ts';
import { ecgFault } from './ecg-fault.ts';
import { type MeasurementsContract, measurementsFault, measurementsSchema } from './measurements-contract.ts';

/** What `accepts.kind` says which of the two it is; isEcgContract tells them apart. */
export type ModelContract = MeasurementsContract | EcgContract;

export const isEcgContract = (contract: ModelContract): contract is EcgContract => contract.accepts.kind === 'ecg';
export const isMeasurementsContract = (contract: ModelContract): contract is MeasurementsContract =>
  contract.accepts.kind === 'measurements';

const anyKind = z.looseObject({ accepts: z.looseObject({ kind: z.enum(['measurements', 'ecg']) }) });

/** Reads a contract; throws InvalidModel that names the first field that is unknown, missing or impossible. */
export function readContract(source: string, json: unknown): ModelContract {
  const { kind } = parsed(source, anyKind, json).accepts;
  const contract = kind === 'ecg' ? parsed(source, ecgSchema, json) : parsed(source, measurementsSchema, json);
  const fault = faultOf(contract) ?? (isEcgContract(contract) ? ecgFault(contract) : measurementsFault(contract));
  if (fault !== undefined) throw new InvalidModel(source, `model.json: ${fault}`);
  return contract;
}

function parsed<Schema extends z.ZodMiniType>(source: string, schema: Schema, json: unknown): z.infer<Schema> {
  const result = schema.safeParse(json);
  if (!result.success) throw new InvalidModel(source, describeIssue(result.error.issues[0]));
  return result.data;
}

/** The threshold that belongs to the weights that gave a score. */
export const thresholdOf = ({ value, folds }: Pick<Threshold, 'value' | 'folds'>, weights: string | null): number =>
  (weights === null ? undefined : folds?.[weights]) ?? value;

/** What no schema can say: one final file, a fold leaves out a known group, and fold values belong to files. */
function faultOf({ files, training, thresholds }: ModelContract): string | undefined {
  const finals = files.filter((entry) => entry.role === 'final');
  if (finals.length !== 1) return `files: found ${finals.length} of role final, allowed 1`;
  for (const entry of files) {
    if (entry.role === 'fold' && !(entry.leftOut in training.groups)) {
      return `files: found fold ${entry.leftOut}, allowed ${Object.keys(training.groups).join(', ')}`;
    }
  }
  const names = new Set(files.map(({ file }) => file));
  const stray = thresholds.flatMap(({ folds }) => Object.keys(folds ?? {})).find((file) => !names.has(file));
  return stray === undefined ? undefined : `thresholds: found folds of ${stray}, allowed ${[...names].join(', ')}`;
}
