// The only door to onnxruntime.
import { createHash } from 'node:crypto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InvalidModel } from '#functions/errors.ts';
import type { FieldTensors } from './tensor.ts';

export interface Session {
  /** Probabilities, one per row of the tensors; throws where the model gives anything but a finite number from 0 to 1. */
  run(tensors: FieldTensors): Promise<Float32Array>;
}

export interface SessionOptions {
  readonly model: string;
  readonly file: string;
  readonly sha256: string;
  readonly threads: number;
}

/** Opens weights on the CPU after checking their hash. */
export async function openSession(weights: Uint8Array, options: SessionOptions): Promise<Session> {
  checkHash(weights, options);
  const session = await InferenceSession.create(weights, {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const [output] = session.outputNames;
  if (output === undefined) throw new InvalidModel(options.model, `${options.file}: found no output, allowed 1`);
  return {
    async run({ values, present, shape }) {
      const feeds = { values: new Tensor('float32', values, shape), present: new Tensor('float32', present, shape) };
      const result = (await session.run(feeds))[output];
      return checkedScores(result?.data, shape[0], options);
    },
  };
}

/** SHA-256 of the weights against the contract's. */
export function checkHash(bytes: Uint8Array, { model, file, sha256 }: Omit<SessionOptions, 'threads'>): void {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new InvalidModel(model, `${file}: found sha256 ${found}, allowed ${sha256}`);
}

function checkedScores(data: unknown, rows: number, { model, file }: SessionOptions): Float32Array {
  if (!(data instanceof Float32Array) || data.length !== rows) {
    throw new InvalidModel(
      model,
      `${file}: found output of ${data instanceof Float32Array ? data.length : 'another type'}, allowed float32 [${rows}]`,
    );
  }
  const bad = data.findIndex((score) => !(score >= 0 && score <= 1)); // also catches NaN, which onnxruntime passes silently
  if (bad >= 0) throw new InvalidModel(model, `${file}: found ${data[bad]} at row ${bad}, allowed a probability`);
  return data;
}
