import * as z from 'zod/mini';
import type { GoldenCases } from './golden.ts';
import { readGolden } from './golden-fault.ts';
import type { MeasurementsContract } from './measurements-contract.ts';
import { measurementsScores } from './measurements-scores.ts';

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

/** Golden rows of measurements: `{ cases: [{ fields, expected: { <file>: probability } }] }`. */
export function measurementsGolden(contract: MeasurementsContract, json: unknown): GoldenCases {
  const { cases } = readGolden(contract, schema, json, '{ cases: [{ fields, expected }] }');
  const rows = cases.map(({ fields }) => fields);
  return {
    expected: (file) => cases.map(({ expected }) => (file in expected ? [expected[file]] : undefined)),
    computed: async (session) => Array.from(await measurementsScores(contract, session, rows), (score) => [score]),
  };
}
