import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';
import { startTwin, type Twin } from '#infra/twin/twin.ts';
import { functionClock } from '#lib/aws/clock.ts';
import {
  allow,
  eventually,
  queueWithFunction,
  role,
  type SmallFunction,
  temporaryFolder,
  writeAssembly,
} from './small-assembly.ts';

/** Ten times the wall's, so that a timeout of 20 s is over in 2 s. */
const SPEED = 10;
const steps = ['Killed', 'Stuck', 'Greedy', 'Late'];
const functions: Record<string, SmallFunction> = Object.fromEntries(
  [...steps, 'Unharmed'].map((name) => [
    name,
    {
      source: `exports.handler = async ({ waitMs }) => {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        return { clock: process.env.TWIN_CLOCK, wallMs: Date.now() };
      };`,
      properties: { Timeout: 20 },
    },
  ]),
);
// Works for 2 s of the wall, which are 20 s of the twin: longer than its messages are hidden.
const slow = queueWithFunction(
  'Working',
  `exports.handler = async ({ Records }) => {
    for (const { attributes } of Records) console.log('RECEIVED ' + attributes.ApproximateReceiveCount);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    console.log('DONE');
  };`,
  { queue: { VisibilityTimeout: 12 }, properties: { Timeout: 10 } },
);
const once = { probability: 1, atMost: 1 };
const faults = parseFaultPlan('test', {
  seed: 'trouble',
  faults: [
    { fault: 'kill-function', function: 'Killed', ...once },
    { fault: 'hang-function', function: 'Stuck', ...once },
    { fault: 'exhaust-memory', function: 'Greedy', ...once },
    { fault: 'kill-function', function: 'Late', ...once, withinMilliseconds: 60_000 },
  ],
});

let twin: Twin;
const stateFolder = temporaryFolder();

beforeAll(async () => {
  const assembly = writeAssembly({
    functions: { ...functions, ...slow.functions },
    resources: { ...slow.resources, Sender: role('ec2.amazonaws.com', [allow('sqs:SendMessage', '*')]) },
    outputs: { Url: { Value: { Ref: 'WorkingQueue' } } },
  });
  twin = await startTwin({ assembly, stateFolder, faults, speed: SPEED });
});
afterAll(() => twin?.stop());

async function endOf(functionName: string, waitMs: number): Promise<string> {
  const outcome = await twin.invoke(functionName, { waitMs });
  if (outcome.kind === 'returned') return 'returned';
  return `${outcome.error.errorType}: ${outcome.error.errorMessage.replace(/^RequestId: \S+ Error: /, '')}`;
}

describe('a function in trouble', () => {
  it.each([
    ['Killed', 5000, 'Runtime.ExitError: Runtime exited with error: signal: killed'],
    ['Greedy', 5000, 'Runtime.OutOfMemory: Runtime exited with error: signal: killed'],
    ['Stuck', 5000, 'Sandbox.Timedout: Task timed out after 20.00 seconds'],
  ])('%s ends in the middle of its work, and the next invocation as ever', async (name, waitMs, words) => {
    expect(await endOf(name, waitMs)).toBe(words);
    expect(await endOf(name, 0)).toBe('returned');
  });

  it('is struck at its answer where that comes before its time', async () => {
    expect(await endOf('Late', 0)).toBe('Runtime.ExitError: Runtime exited with error: signal: killed');
  });

  it('is counted, and named in the log of faults', async () => {
    expect(await endOf('Unharmed', 0)).toBe('returned');
    expect(twin.injectedFaults()).toEqual({ 'kill-function': 2, 'hang-function': 1, 'exhaust-memory': 1 });
    const log = readFileSync(join(stateFolder, 'logs', 'faults.log'), 'utf8');
    expect(
      log
        .trim()
        .split('\n')
        .map((line) => line.slice(25)),
    ).toEqual([
      'fault 1 kill-function: Invoke by Small-Killed',
      'fault 3 exhaust-memory: Invoke by Small-Greedy',
      'fault 2 hang-function: Invoke by Small-Stuck',
      'fault 4 kill-function: Invoke by Small-Late',
    ]);
  });
});

describe('a function under a fast clock', () => {
  const invoked = async (): Promise<{ readonly clock: string; readonly wallMs: number }> => {
    const outcome = await twin.invoke('Unharmed', { waitMs: 20 });
    if (outcome.kind === 'failed') throw new Error(outcome.error.errorMessage);
    return JSON.parse(outcome.payload);
  };

  it('is told how the clock stands, again at each invocation, as time is skipped in between', async () => {
    const [wallMs, twinMs, speed] = (await invoked()).clock.split(' ').map(Number);
    expect(speed).toBe(SPEED);
    twin.skip(3_600_000);
    const [laterWallMs, laterTwinMs] = (await invoked()).clock.split(' ').map(Number);
    expect(laterTwinMs - twinMs).toBeGreaterThanOrEqual(3_600_000 + SPEED * (laterWallMs - wallMs) - SPEED);
    expect(laterTwinMs - twinMs).toBeLessThanOrEqual(3_600_000 + SPEED * (laterWallMs - wallMs) + SPEED);
    expect(functionClock({ TWIN_CLOCK: `${Date.now()} ${laterTwinMs} ${speed}` }).now()).toBeGreaterThanOrEqual(
      laterTwinMs,
    );
  });

  it('keeps its messages for as long as it works, although their time is over', async () => {
    const { endpoint, region, outputs } = twin;
    const client = new SQSClient({ endpoint, region, credentials: twin.credentials('Sender') });
    await client.send(new SendMessageCommand({ QueueUrl: outputs.Url, MessageBody: 'once' }));
    const log = () => readFileSync(join(stateFolder, 'logs', 'Small-Working.log'), 'utf8');
    await eventually(
      () => Object.values(twin.queues()).every(({ visible, inFlight }) => visible + inFlight === 0),
      () => JSON.stringify(twin.queues()),
    );
    expect(log().match(/RECEIVED \d+|DONE/g)).toEqual(['RECEIVED 1', 'DONE']);
    client.destroy();
  });
});
