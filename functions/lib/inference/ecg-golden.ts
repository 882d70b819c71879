import * as z from 'zod/mini';
import { leadHash, type StoredLead } from '#lib/formats/ecg-object.ts';
import { answerEcg } from './ecg-answer.ts';
import type { EcgContract } from './ecg-contract.ts';
import type { GoldenCases } from './golden.ts';
import { goldenFault, readGolden } from './golden-fault.ts';
import { type PreparedEcg, prepareEcg } from './prepare-ecg.ts';

const schema = z.object({
  cases: z
    .array(
      z.object({
        samplingRateHz: z.number(),
        /** Lead → base64 of little-endian int16 microvolts. */
        leads: z.record(z.string(), z.base64()),
        /** Lead → SHA-256 as the training groups have it. */
        payloadSha256: z.optional(z.record(z.string(), z.string())),
        /** The first channel before it is cut into windows: sample → value. */
        prepared: z.optional(
          z.object({ samples: z.int(), windows: z.int(), values: z.record(z.string(), z.number()) }),
        ),
        /** File → probability of each class. */
        expected: z.record(z.string(), z.array(z.number())),
      }),
    )
    .check(z.minLength(1)),
});

type GoldenCase = z.infer<typeof schema>['cases'][number];

/** Golden ECGs: hashes and preprocessing are checked here, the answers of the weights by verifyModel. */
export function ecgGolden(contract: EcgContract, json: unknown): GoldenCases {
  const { cases } = readGolden(contract, schema, json, '{ cases: [{ samplingRateHz, leads, expected }] }');
  const prepared = cases.map((golden, n) => preparedCase(contract, golden, n));
  return {
    expected: (file) => cases.map(({ expected }) => expected[file]),
    computed: async (session) => {
      const answers: (readonly number[])[] = [];
      for (const ecg of prepared) answers.push((await answerEcg(contract, session, ecg)).probabilities);
      return answers;
    },
  };
}

function preparedCase(contract: EcgContract, golden: GoldenCase, n: number): PreparedEcg {
  const { samplingRateHz } = golden;
  const leads = Object.entries(golden.leads).map(
    ([name, microvolts]): StoredLead => ({ name, samplingRateHz, samplesMv: millivolts(microvolts) }),
  );
  for (const lead of leads) {
    const wanted = golden.payloadSha256?.[lead.name];
    const found = leadHash(lead);
    if (wanted !== undefined && wanted !== found)
      throw goldenFault(contract, `golden vector ${n}: found payload ${found}, allowed ${wanted}`);
  }
  const ecg = prepareEcg(contract, leads);
  if ('abstain' in ecg)
    throw goldenFault(contract, `golden vector ${n}: found ${ecg.abstain}, allowed an ECG that the model reads`);
  checkPrepared(contract, golden, n, ecg);
  return ecg;
}

function checkPrepared(contract: EcgContract, { prepared }: GoldenCase, n: number, ecg: PreparedEcg): void {
  if (prepared === undefined) return;
  const [channel] = ecg.channels as [Float64Array];
  const counts = `${channel.length} samples in ${ecg.windows.length} windows`;
  const wanted = `${prepared.samples} samples in ${prepared.windows} windows`;
  if (counts !== wanted) throw goldenFault(contract, `golden vector ${n}: found ${counts}, allowed ${wanted}`);
  for (const [place, value] of Object.entries(prepared.values)) {
    const found = channel[Number(place)];
    if (!(Math.abs(found - value) <= contract.golden.tolerance))
      throw goldenFault(contract, `golden vector ${n}: found ${found} at sample ${place}, allowed ${value}`);
  }
}

function millivolts(microvolts: string): Float32Array {
  const bytes = Buffer.from(microvolts, 'base64');
  return Float32Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(2 * at) / 1000);
}
