import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '#infra/twin/lambda/invocation.ts';
import { startTwin, type Twin } from '#infra/twin/twin.ts';
import { eventually, type SmallFunction, temporaryFolder, writeAssembly } from './small-assembly.ts';

const functions: Readonly<Record<string, SmallFunction>> = {
  Echo: {
    source: `
      let calls = 0;
      exports.handler = async (event, context) => {
        console.log('seen', event.text);
        const { getRemainingTimeInMillis, ...fields } = context;
        return { event, calls: ++calls, pid: process.pid, context: fields, left: getRemainingTimeInMillis(),
          environment: process.env, cwd: process.cwd() };
      };`,
    properties: { Timeout: 9, Environment: { Variables: { TABLE: 'studies' } } },
  },
  Slow: {
    source: 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));',
    properties: { Timeout: 1 },
  },
  Spinning: { source: 'exports.handler = async () => { for (;;) {} };', properties: { Timeout: 1 } },
  Greedy: {
    source: `
      const held = [];
      exports.handler = () => new Promise(() => setInterval(() => held.push(Buffer.alloc(16e6, 1)), 10));`,
    properties: { Timeout: 20, MemorySize: 128 },
  },
  Crashing: { source: 'exports.handler = async ({ code }) => process.exit(code);' },
  Throwing: {
    source: `
      exports.handler = async ({ later }) => {
        if (later) setTimeout(() => { throw new RangeError('afterwards'); }, 1);
        if (later) await new Promise((resolve) => setTimeout(resolve, 5000));
        throw new TypeError('no such lead');
      };`,
  },
  Unloadable: { source: `require('./not-there.js');` },
  Unexported: { source: 'exports.other = () => 1;' },
  Callback: { source: 'exports.handler = (event, context, done) => done(null, 1);' },
  Large: { source: `exports.handler = async ({ bytes }) => 'x'.repeat(bytes);` },
  Nothing: { source: 'exports.handler = async () => {};' },
  Alone: {
    source: 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 300));',
    properties: { ReservedConcurrentExecutions: 1 },
  },
};

let twin: Twin;
const stateFolder = temporaryFolder();

beforeAll(async () => {
  process.env.SECRET_OF_THE_SHELL = 'not for functions';
  twin = await startTwin({ assembly: writeAssembly({ functions }), stateFolder, maxWorkers: 3 });
});

afterAll(async () => {
  delete process.env.SECRET_OF_THE_SHELL;
  await twin?.stop();
});

function returned(outcome: Outcome): Record<string, never> {
  if (outcome.kind === 'failed') throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  return JSON.parse(outcome.payload);
}

async function errorOf(functionName: string, payload: unknown = {}): Promise<string> {
  const outcome = await twin.invoke(functionName, payload);
  if (outcome.kind === 'returned') throw new Error(`returned ${outcome.payload.slice(0, 100)}`);
  return `${outcome.error.errorType}: ${outcome.error.errorMessage.replace(outcome.requestId, 'ID')}`;
}

function logOf(functionName: string): string {
  return readFileSync(join(stateFolder, 'logs', `Small-${functionName}.log`), 'utf8');
}

describe('a worker', () => {
  it('hands event and context to the handler, and its return back', async () => {
    const outcome = await twin.invoke('Echo', { text: 'hé' });
    expect(returned(outcome)).toMatchObject({
      event: { text: 'hé' },
      context: {
        awsRequestId: outcome.requestId,
        functionName: 'Small-Echo',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Small-Echo',
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/Small-Echo',
      },
    });
    const { left } = returned(outcome);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(9000);
  });

  it('sees its own variables and those of Lambda, and nothing of the process that started it', async () => {
    const { environment, cwd } = returned(await twin.invoke('Echo', {})) as unknown as {
      environment: Record<string, string>;
      cwd: string;
    };
    expect(environment).toMatchObject({
      TABLE: 'studies',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: twin.endpoint,
      AWS_LAMBDA_FUNCTION_NAME: 'Small-Echo',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      LAMBDA_TASK_ROOT: cwd,
      TZ: 'UTC',
    });
    expect(environment._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    expect(environment).not.toHaveProperty('SECRET_OF_THE_SHELL');
    const foreign = Object.keys(environment).filter((name) => !/^(AWS_|LAMBDA_|TWIN_CLOCK$|_)/.test(name));
    expect(foreign.sort()).toEqual(['LANG', 'LD_LIBRARY_PATH', 'NODE_PATH', 'PATH', 'TABLE', 'TMPDIR', 'TZ']);
  });

  it('is used again while it is warm', async () => {
    const first = returned(await twin.invoke('Echo', {}));
    const second = returned(await twin.invoke('Echo', {}));
    expect(second.pid).toBe(first.pid);
    expect(second.calls).toBe(first.calls + 1);
  });

  it('writes what the function prints between START and REPORT', async () => {
    const { requestId } = await twin.invoke('Echo', { text: 'printed' });
    await eventually(
      () => logOf('Echo').includes('seen printed'),
      () => logOf('Echo'),
    );
    const log = logOf('Echo');
    expect(log).toContain(`START RequestId: ${requestId} Version: $LATEST\n`);
    expect(log).toMatch(
      new RegExp(
        `REPORT RequestId: ${requestId}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 256 MB\\tMax Memory Used: \\d+ MB`,
      ),
    );
  });

  it('answers null for a handler that returns nothing', async () => {
    expect(await twin.invoke('Nothing', {})).toMatchObject({ kind: 'returned', payload: 'null' });
  });

  it('is killed at its timeout, even in a loop that never yields', async () => {
    expect(await errorOf('Slow')).toBe('Sandbox.Timedout: RequestId: ID Error: Task timed out after 1.00 seconds');
    expect(await errorOf('Spinning')).toBe('Sandbox.Timedout: RequestId: ID Error: Task timed out after 1.00 seconds');
  });

  it('is killed above its memory', async () => {
    expect(await errorOf('Greedy')).toBe(
      'Runtime.OutOfMemory: RequestId: ID Error: Runtime exited with error: signal: killed',
    );
  });

  it('reports its crash, and the next invocation gets a new one', async () => {
    expect(await errorOf('Crashing', { code: 3 })).toBe(
      'Runtime.ExitError: RequestId: ID Error: Runtime exited with error: exit status 3',
    );
    expect(await errorOf('Crashing', { code: 0 })).toBe(
      'Runtime.ExitError: RequestId: ID Error: Runtime exited without providing a reason',
    );
  });

  it('reports what the handler throws', async () => {
    expect(await errorOf('Throwing')).toBe('TypeError: no such lead');
    expect(await errorOf('Throwing', { later: true })).toBe('RangeError: afterwards');
    expect(logOf('Throwing')).toContain('no such lead');
  });

  it('reports a module or a handler that cannot be loaded', async () => {
    expect(await errorOf('Unloadable')).toMatch(
      /^Runtime\.ImportModuleError: Error: Cannot find module '\.\/not-there\.js'/,
    );
    expect(await errorOf('Unexported')).toBe('Runtime.HandlerNotFound: index.handler is undefined or not exported');
    expect(await errorOf('Callback')).toBe(
      'Runtime.CallbackHandlerDeprecated: nodejs24.x does not support handlers that take a callback',
    );
  });

  it('may return 6 MB and no more', async () => {
    const payload = await twin.invoke('Large', { bytes: 6_291_554 });
    expect(payload.kind).toBe('returned');
    expect(await errorOf('Large', { bytes: 6_291_555 })).toBe(
      'Function.ResponseSizeTooLarge: RequestId: ID Error: Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    );
    expect(await errorOf('Echo', { text: 'x'.repeat(6_300_000) })).toContain('allowed are 6291556');
  });
});

describe('the pool', () => {
  it('runs more invocations than it has places, one after the other', async () => {
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, text) => twin.invoke('Echo', { text })));
    expect(outcomes.map((outcome) => returned(outcome).event)).toEqual(outcomes.map((_, text) => ({ text })));
    expect(new Set(outcomes.map((outcome) => returned(outcome).pid)).size).toBeLessThanOrEqual(3);
  });

  it('throttles a function at its reserved concurrency', async () => {
    const first = twin.invoke('Alone', {});
    await expect(twin.invoke('Alone', {})).rejects.toThrow('Small-Alone: rate exceeded, its reserved concurrency is 1');
    expect((await first).kind).toBe('returned');
  });

  it('names the functions that there are for one that is not', async () => {
    await expect(twin.invoke('Other', {})).rejects.toThrow('no function Other, there are Small-Echo, Small-Slow');
  });
});
