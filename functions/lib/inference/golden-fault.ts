import type * as z from 'zod/mini';
import { InvalidModel } from '#functions/errors.ts';
import type { ModelContract } from './contract.ts';

/** A golden file that is not what its contract needs. */
export const goldenFault = ({ name, version, golden }: ModelContract, fault: string): InvalidModel =>
  new InvalidModel(`${name}@${version}`, `${golden.file}: ${fault}`);

/** The golden file as a schema reads it; `allowed` says what it should look like. */
export function readGolden<Schema extends z.ZodMiniType>(
  contract: ModelContract,
  schema: Schema,
  json: unknown,
  allowed: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw goldenFault(contract, `found no usable golden vectors, allowed ${allowed}`);
  return parsed.data;
}
