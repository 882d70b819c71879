// The only door to onnxruntime.
import { createHash } from 'node:crypto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InvalidModel } from '#functions/errors.ts';

/** Numbers of a tensor, row-major. */
export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A tensor as the contract names it; a word in its shape is a size that changes from run to run. */
export interface TensorRule {
  readonly name: string;
  readonly shape: readonly (string | number)[];
}

export interface Session {
  /** Every output of the contract by its name; throws InvalidModel where the model refuses the inputs or an output is not what the contract says. */
  run(inputs: Readonly<Record<string, Values>>): Promise<Readonly<Record<string, Float32Array>>>;
}

export interface SessionOptions {
  readonly model: string;
  readonly file: string;
  readonly sha256: string;
  readonly threads: number;
  readonly inputs: readonly TensorRule[];
  readonly outputs: readonly TensorRule[];
}

/** Opens weights on the CPU after checking their hash and the names of their inputs and outputs. */
export async function openSession(weights: Uint8Array, options: SessionOptions): Promise<Session> {
  checkHash(weights, options);
  const session = await create(weights, options);
  checkNames('inputs', session.inputNames, options.inputs, options);
  checkNames('outputs', session.outputNames, options.outputs, options);
  return {
    async run(inputs) {
      const sizes = sizesOf(inputs, options);
      const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]);
      const results = await compute(session, Object.fromEntries(feeds), options);
      return Object.fromEntries(
        options.outputs.map((rule) => [rule.name, checkedOutput(results[rule.name], rule, sizes, options)]),
      );
    },
  };
}

/** SHA-256 of the weights against the contract's. */
export function checkHash(
  bytes: Uint8Array,
  { model, file, sha256 }: Pick<SessionOptions, 'model' | 'file' | 'sha256'>,
): void {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new InvalidModel(model, `${file}: found sha256 ${found}, allowed ${sha256}`);
}

async function create(weights: Uint8Array, { model, file, threads }: SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(weights, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    if (isShortOfMemory(cause)) throw cause;
    throw new InvalidModel(model, `${file}: found no graph that the runtime can load, allowed ONNX`, { cause });
  }
}

/** Says nothing about the model: the queue tries again. */
const isShortOfMemory = (cause: unknown): boolean => cause instanceof Error && /alloc/i.test(cause.message);

function checkNames(
  kind: 'inputs' | 'outputs',
  found: readonly string[],
  rules: readonly TensorRule[],
  { model, file }: SessionOptions,
): void {
  const missing = rules.some(({ name }) => !found.includes(name));
  const unfed = kind === 'inputs' && found.length !== rules.length;
  if (missing || unfed)
    throw new InvalidModel(
      model,
      `${file}: found ${kind} ${found.join(', ')}, allowed ${rules.map(({ name }) => name).join(', ')} as in the contract`,
    );
}

/** What each word of the contract's shapes stands for in this run. */
function sizesOf(inputs: Readonly<Record<string, Values>>, { inputs: rules }: SessionOptions): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, shape } of rules) {
    shape.forEach((size, axis) => {
      if (typeof size === 'string') sizes.set(size, inputs[name]?.shape[axis] as number);
    });
  }
  return sizes;
}

async function compute(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
  { model, file, outputs }: SessionOptions,
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(
      feeds,
      outputs.map(({ name }) => name),
    );
  } catch (cause) {
    if (isShortOfMemory(cause)) throw cause;
    const shapes = Object.values(feeds).map(({ dims }) => dims.join(' × '));
    throw new InvalidModel(model, `${file}: found a graph that does not take ${shapes.join(', ')}, allowed: it does`, {
      cause,
    });
  }
}

function checkedOutput(
  tensor: Tensor | undefined,
  { name, shape }: TensorRule,
  sizes: ReadonlyMap<string, number>,
  { model, file }: SessionOptions,
): Float32Array {
  const wanted = shape.map((size) => (typeof size === 'string' ? sizes.get(size) : size));
  const data = tensor?.data;
  if (!(data instanceof Float32Array) || tensor?.dims.join() !== wanted.join()) {
    const found = tensor === undefined ? 'nothing' : `${tensor.type} [${tensor.dims.join(', ')}]`;
    throw new InvalidModel(model, `${file}: found ${name} of ${found}, allowed float32 [${wanted.join(', ')}]`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value)); // onnxruntime passes NaN silently
  if (bad >= 0) throw new InvalidModel(model, `${file}: found ${data[bad]} in ${name}, allowed finite numbers`);
  return data;
}
