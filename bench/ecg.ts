// ECG end to end, parse → preprocess → infer, here and with wfdb-python + scipy + onnxruntime: the same records (12 leads, 10 s, 500 Hz,
// format 16) and the same weights, in turn, in one process tree, one thread each.
// By hand, with a Python that has the three: node bench/ecg.ts path/to/python [rounds, 9 unless told]. Prints ratios.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { writeWfdb } from '#lib/formats/wfdb-write.ts';
import { readContract } from '#lib/inference/contract.ts';
import { answerEcg } from '#lib/inference/ecg-answer.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { prepareEcg } from '#lib/inference/prepare-ecg.ts';
import { openSession, type Session } from '#lib/inference/session.ts';
import { simulateEcg } from '#lib/simulate/ecg.ts';

interface Round {
  readonly cpu: number;
  readonly wall: number;
  readonly scores: readonly number[];
}

const RECORDS = 100;
const LEAD = 'I';
const TO_HZ = 100;
const [python = 'python3', rounds = '9'] = process.argv.slice(2);
const model = resolve(import.meta.dirname, '../models/ecg-af');
const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-ecg-'));

function writeRecords(): void {
  for (let number = 0; number < RECORDS; number++) {
    const { leads, samplingRateHz } = simulateEcg({
      seed: number,
      heartRateBpm: 55 + (number % 50),
      ...(number % 3 === 0 && { fibrillation: 'always' }),
    });
    for (const { name, body } of writeWfdb({ recordName: String(number), samplingRateHz, leads }))
      writeFileSync(join(folder, name), body);
  }
}

async function openFinal(): Promise<{ contract: EcgContract; session: Session }> {
  const contract = readContract('ecg-af', JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'))) as EcgContract;
  const { file, sha256 } = contract.files.find(({ role }) => role === 'final') as EcgContract['files'][number];
  const { inputs, outputs } = contract;
  const options = { model: 'ecg-af', file, sha256, threads: 1, inputs, outputs };
  return { contract, session: await openSession(readFileSync(join(model, file)), options) };
}

async function score(number: number, contract: EcgContract, session: Session): Promise<number> {
  const files = new Map([`${number}.hea`, `${number}.dat`].map((file) => [file, readFileSync(join(folder, file))]));
  const ecg = prepareEcg(contract, readWfdb(files, String(number)).leads);
  if ('abstain' in ecg) throw new Error(`bench: found an abstention (${ecg.abstain}), expected readable records`);
  const { probabilities } = await answerEcg(contract, session, ecg);
  return probabilities[contract.classes.indexOf(contract.positive)] as number;
}

async function scoreAll(contract: EcgContract, session: Session): Promise<Round> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const scores: number[] = [];
  for (let number = 0; number < RECORDS; number++) scores.push(await score(number, contract, session));
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / 1e6, wall: (performance.now() - wall) / 1e3, scores };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

writeRecords();
const peer = spawn(
  python,
  [join(import.meta.dirname, 'ecg-peer.py'), folder, String(RECORDS), join(model, 'all.onnx'), LEAD, String(TO_HZ)],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
try {
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await answers.next()).value ?? '{}');
  const { versions } = (await answer()) as { versions?: string };
  if (versions === undefined)
    throw new Error(`bench: found no answer of ${python}, accepted a Python with wfdb, scipy and onnxruntime`);
  const { contract, session } = await openFinal();
  const kept: { ours: Round; theirs: Round }[] = [];
  for (let round = -2; round < Number(rounds); round++) {
    const ours = await scoreAll(contract, session);
    peer.stdin.write('\n');
    const theirs = (await answer()) as Round;
    const apart = Math.max(...ours.scores.map((value, n) => Math.abs(value - theirs.scores[n])));
    if (!(apart < 1e-5)) throw new Error(`bench: the two sides differ by ${apart}`);
    if (round >= 0) kept.push({ ours, theirs });
  }
  const perSecond = (side: 'ours' | 'theirs') => (RECORDS / median(kept.map((pair) => pair[side].wall))).toFixed(0);
  const ratio = (unit: 'cpu' | 'wall') => median(kept.map(({ ours, theirs }) => theirs[unit] / ours[unit])).toFixed(2);
  console.log(`${perSecond('ours')} ECGs per second, ${perSecond('theirs')} with ${versions}`);
  console.log(`${ratio('wall')} times the ECGs per second, ${ratio('cpu')} per CPU second`);
} finally {
  peer.kill();
  rmSync(folder, { recursive: true, force: true });
}
