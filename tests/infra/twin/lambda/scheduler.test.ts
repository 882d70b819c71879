import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#infra/twin/template/json.ts';
import { startTwin } from '#infra/twin/twin.ts';
import { allow, eventually, role, temporaryFolder, writeAssembly } from './small-assembly.ts';

const tickArn = { 'Fn::GetAtt': ['Tick', 'Arn'] };

const permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: tickArn,
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
  },
};

function rule(ScheduleExpression: string, target: JsonObject = {}): JsonObject {
  return {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression, State: 'ENABLED', Targets: [{ Arn: tickArn, Id: 'Target0', ...target }] },
  };
}

function assembly(resources: JsonObject): string {
  return writeAssembly({
    functions: { Tick: { source: `exports.handler = async (event) => console.log('TICK ' + JSON.stringify(event));` } },
    resources,
  });
}

function ticksIn(stateFolder: string): Record<string, unknown>[] {
  const path = join(stateFolder, 'logs', 'Small-Tick.log');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith('TICK ')).map((line) => JSON.parse(line.slice(5)));
}

async function startUntil(stateFolder: string, folder: string, check: () => boolean): Promise<void> {
  const twin = await startTwin({ assembly: folder, stateFolder, speed: 120 });
  try {
    await eventually(check, () => readFileSync(join(stateFolder, 'logs', 'twin.log'), 'utf8'));
  } finally {
    await twin.stop();
  }
}

describe('a schedule', () => {
  it('invokes its function in the time of the twin, with the event that EventBridge sends', async () => {
    const stateFolder = temporaryFolder();
    const folder = assembly({ Rule: rule('rate(1 minute)'), Permission: permission });
    await startUntil(stateFolder, folder, () => ticksIn(stateFolder).length >= 2);
    const [first, second] = ticksIn(stateFolder);
    expect(first).toMatchObject({
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      region: 'eu-central-1',
      resources: ['arn:aws:events:eu-central-1:000000000000:rule/Small-Rule'],
      detail: {},
    });
    expect(first.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(String(second.time)) - Date.parse(String(first.time))).toBeGreaterThanOrEqual(60_000);
  });

  it('keeps its next time over a restart', async () => {
    const stateFolder = temporaryFolder();
    const folder = assembly({ Rule: rule('rate(7 days)'), Permission: permission });
    const next = () => JSON.parse(readFileSync(join(stateFolder, 'schedules.json'), 'utf8')).Rule.nextMs;
    await startUntil(stateFolder, folder, () => existsSync(join(stateFolder, 'schedules.json')));
    const before = next();
    await startUntil(stateFolder, folder, () => true);
    expect(next()).toBe(before);
  });

  it('hands a fixed input over as it is', async () => {
    const stateFolder = temporaryFolder();
    const folder = assembly({ Rule: rule('rate(1 minute)', { Input: '{"nightly":true}' }), Permission: permission });
    await startUntil(stateFolder, folder, () => ticksIn(stateFolder).length >= 1);
    expect(ticksIn(stateFolder)[0]).toEqual({ nightly: true });
  });

  it('is refused without a permission of the function for its rule', async () => {
    const stateFolder = temporaryFolder();
    const log = () => readFileSync(join(stateFolder, 'logs', 'twin.log'), 'utf8');
    await startUntil(stateFolder, assembly({ Rule: rule('rate(1 minute)') }), () =>
      log().includes('Rule: may not invoke arn:aws:lambda:eu-central-1:000000000000:function:Small-Tick'),
    );
    expect(ticksIn(stateFolder)).toEqual([]);
  });

  it('of EventBridge Scheduler acts as its own role', async () => {
    const stateFolder = temporaryFolder();
    const schedule = {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: tickArn, RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] } },
      },
    };
    const SchedulerRole = role('scheduler.amazonaws.com', [allow('lambda:InvokeFunction', tickArn)]);
    const folder = assembly({ Schedule: schedule, SchedulerRole });
    await startUntil(stateFolder, folder, () => ticksIn(stateFolder).length >= 1);
    expect(ticksIn(stateFolder)[0]).toMatchObject({ source: 'aws.scheduler', detail: '{}' });
  });

  it('with a wrong expression keeps the twin from starting', async () => {
    const folder = assembly({ Rule: rule('rate(1 minutes)'), Permission: permission });
    await expect(startTwin({ assembly: folder, stateFolder: temporaryFolder() })).rejects.toThrow(
      'rate(1 minutes): allowed are',
    );
  });
});
