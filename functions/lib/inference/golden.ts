// Golden vectors: does this runtime on this processor compute what the recipe computed?
import * as z from 'zod/mini';
import { InvalidModel } from '#functions/errors.ts';
import type { ModelContract } from './contract.ts';
import { checkHash, openSession } from './session.ts';
import { fieldsToTensor } from './tensor.ts';

const schema = z.object({
  cases: z
    .array(
      z.object({
        fields: z.record(z.string(), z.union([z.number(), z.string()])),
        expected: z.record(z.string(), z.number()),
      }),
    )
    .check(z.minLength(1)),
});

/** Bytes of a file of the model's folder; undefined when it is not there. */
export type ModelFileReader = (file: string) => Promise<Uint8Array | undefined>;

export interface Verification {
  readonly file: string;
  readonly cases: number;
  /** Largest absolute difference from the golden result. */
  readonly maximumDifference: number;
}

/** Checks every hash and every golden vector of a model; throws InvalidModel that names the first one that is wrong. */
export async function verifyModel(contract: ModelContract, read: ModelFileReader): Promise<readonly Verification[]> {
  const model = `${contract.name}@${contract.version}`;
  const golden = await requireFile(model, contract.golden.file, read);
  checkHash(golden, { model, file: contract.golden.file, sha256: contract.golden.sha256 });
  const parsed = schema.safeParse(JSON.parse(Buffer.from(golden).toString('utf8')));
  if (!parsed.success)
    throw new InvalidModel(
      model,
      `${contract.golden.file}: found no usable golden vectors, allowed { cases: [{ fields, expected }] }`,
    );
  const results: Verification[] = [];
  for (const { file, sha256 } of contract.files) {
    const session = await openSession(await requireFile(model, file, read), { model, file, sha256, threads: 1 });
    const scores = await session.run(
      fieldsToTensor(
        contract,
        parsed.data.cases.map((entry) => entry.fields),
      ),
    );
    const expected = parsed.data.cases.map((entry) => entry.expected[file]);
    results.push({ file, cases: expected.length, maximumDifference: compare(contract, file, scores, expected) });
  }
  return results;
}

function compare(
  contract: ModelContract,
  file: string,
  scores: Float32Array,
  expected: readonly (number | undefined)[],
): number {
  const model = `${contract.name}@${contract.version}`;
  let worst = 0;
  expected.forEach((wanted, n) => {
    if (wanted === undefined)
      throw new InvalidModel(
        model,
        `${contract.golden.file}: found no golden vector ${n} for ${file}, allowed one for every file`,
      );
    const difference = Math.abs((scores[n] as number) - wanted);
    if (difference > contract.golden.tolerance) {
      throw new InvalidModel(
        model,
        `${file}: golden vector ${n}: found ${scores[n]}, allowed ${wanted} within ${contract.golden.tolerance}`,
      );
    }
    worst = Math.max(worst, difference);
  });
  return worst;
}

async function requireFile(model: string, file: string, read: ModelFileReader): Promise<Uint8Array> {
  const bytes = await read(file);
  if (bytes === undefined)
    throw new InvalidModel(model, `${file}: found nothing, allowed the file that the contract names`);
  return bytes;
}
