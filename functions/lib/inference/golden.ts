// Golden vectors: does this runtime on this processor compute what the recipe computed?
import { InvalidModel } from '#functions/errors.ts';
import { isEcgContract, type ModelContract } from './contract.ts';
import { ecgGolden } from './ecg-golden.ts';
import { goldenFault } from './golden-fault.ts';
import { measurementsGolden } from './measurements-golden.ts';
import { modelJson } from './model-json.ts';
import { checkHash, openSession, type Session } from './session.ts';

/** Bytes of a file of the model's folder; undefined when it is not there. */
export type ModelFileReader = (file: string) => Promise<Uint8Array | undefined>;

/** The cases of a golden file, ready to be computed with each of the weights. */
export interface GoldenCases {
  /** Case by case the numbers of the golden file for these weights; undefined where it has none. */
  expected(file: string): readonly (readonly number[] | undefined)[];
  computed(session: Session): Promise<readonly (readonly number[])[]>;
}

export interface Verification {
  readonly file: string;
  readonly cases: number;
  /** Largest absolute difference from the golden result. */
  readonly maximumDifference: number;
}

/** Checks every hash and every golden vector of a model; throws InvalidModel that names the first one that is wrong. */
export async function verifyModel(contract: ModelContract, read: ModelFileReader): Promise<readonly Verification[]> {
  const cases = await goldenCases(contract, read);
  const results: Verification[] = [];
  for (const { file } of contract.files) {
    const session = await openFile(contract, file, 1, read);
    results.push(await verifyFile(contract, file, session, cases));
  }
  return results;
}

/** The golden vectors of a model, their file's hash checked. */
export async function goldenCases(contract: ModelContract, read: ModelFileReader): Promise<GoldenCases> {
  const model = `${contract.name}@${contract.version}`;
  const golden = await requireFile(model, contract.golden.file, read);
  checkHash(golden, { model, file: contract.golden.file, sha256: contract.golden.sha256 });
  const json = modelJson(model, contract.golden.file, golden);
  return isEcgContract(contract) ? ecgGolden(contract, json) : measurementsGolden(contract, json);
}

/** Opens weights that the contract names, after checking their hash. */
export async function openFile(
  contract: ModelContract,
  file: string,
  threads: number,
  read: ModelFileReader,
): Promise<Session> {
  const model = `${contract.name}@${contract.version}`;
  const entry = contract.files.find((candidate) => candidate.file === file);
  if (entry === undefined) throw new InvalidModel(model, `${file}: found no such file, allowed a file of the contract`);
  const { inputs, outputs } = contract;
  const weights = await requireFile(model, file, read);
  return openSession(weights, { model, file, sha256: entry.sha256, threads, inputs, outputs });
}

/** Every golden vector of one file of weights; throws InvalidModel where the session computes another result. */
export async function verifyFile(
  contract: ModelContract,
  file: string,
  session: Session,
  cases: GoldenCases,
): Promise<Verification> {
  const expected = cases.expected(file);
  const maximumDifference = largestDifference(contract, file, await cases.computed(session), expected);
  return { file, cases: expected.length, maximumDifference };
}

function largestDifference(
  contract: ModelContract,
  file: string,
  computed: readonly (readonly number[])[],
  expected: readonly (readonly number[] | undefined)[],
): number {
  const differences = expected.map((wanted, n) => {
    if (wanted === undefined)
      throw goldenFault(contract, `found no golden vector ${n} for ${file}, allowed one for every file`);
    return vectorDifference(contract, `${file}: golden vector ${n}`, computed[n], wanted);
  });
  return Math.max(...differences);
}

function vectorDifference(
  { name, version, golden }: ModelContract,
  place: string,
  found: readonly number[],
  wanted: readonly number[],
): number {
  const differences = wanted.map((value, n) => Math.abs((found[n] ?? Number.NaN) - value));
  const worst = differences.findIndex((difference) => !(difference <= golden.tolerance));
  if (worst >= 0 || found.length !== wanted.length) {
    const [is, allowed] = worst >= 0 ? [found[worst], wanted[worst]] : [found.length, wanted.length];
    throw new InvalidModel(
      `${name}@${version}`,
      `${place}: found ${is}, allowed ${allowed} within ${golden.tolerance}`,
    );
  }
  return Math.max(...differences);
}

async function requireFile(model: string, file: string, read: ModelFileReader): Promise<Uint8Array> {
  const bytes = await read(file);
  if (bytes === undefined)
    throw new InvalidModel(model, `${file}: found nothing, allowed the file that the contract names`);
  return bytes;
}
