import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTwin } from '#infra/twin/twin.ts';
import { temporaryFolder, writeAssembly } from './small-assembly.ts';

/** Answers as the property `answer` says, and prints what it was asked. */
const source = `
  exports.handler = async ({ ResponseURL, ...event }) => {
    console.log('ASKED ' + JSON.stringify(event));
    const { answer = '{}' } = event.ResourceProperties;
    if (answer === 'none') return;
    const usual = { Status: 'SUCCESS', PhysicalResourceId: 'models-1', Data: { Count: '3' } };
    await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify({ ...usual, ...JSON.parse(answer) }) });
  };`;

function assembly(properties: Readonly<Record<string, string | number | boolean>> | undefined): string {
  const serviceToken = { 'Fn::GetAtt': ['Install', 'Arn'] };
  const models = { Type: 'Custom::Models', Properties: { ServiceToken: serviceToken, ...properties } };
  return writeAssembly({
    functions: { Install: { source } },
    resources: properties ? { Models: models } : {},
    outputs: properties
      ? { Count: { Value: { 'Fn::GetAtt': ['Models', 'Count'] } }, Id: { Value: { Ref: 'Models' } } }
      : {},
  });
}

interface Asked {
  readonly RequestType: string;
  readonly ResourceProperties: Record<string, string>;
}

function askedIn(stateFolder: string): Asked[] {
  const path = join(stateFolder, 'logs', 'Small-Install.log');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith('ASKED ')).map((line) => JSON.parse(line.slice(6)));
}

async function startAndStop(stateFolder: string, folder: string): Promise<Readonly<Record<string, string>>> {
  const twin = await startTwin({ assembly: folder, stateFolder });
  await twin.stop();
  return twin.outputs;
}

describe('a custom resource', () => {
  it('is created at the first start, left alone while it is the same, updated when it changes, and deleted in the end', async () => {
    const stateFolder = temporaryFolder();
    const outputs = await startAndStop(stateFolder, assembly({ hash: 'aa', size: 3, on: true }));
    expect(outputs).toEqual({ Count: '3', Id: 'models-1' });
    expect(askedIn(stateFolder)).toMatchObject([
      {
        RequestType: 'Create',
        ResourceType: 'Custom::Models',
        LogicalResourceId: 'Models',
        StackId: 'arn:aws:cloudformation:eu-central-1:000000000000:stack/Small/twin',
        ResourceProperties: { hash: 'aa', size: '3', on: 'true' },
      },
    ]);

    expect(await startAndStop(stateFolder, assembly({ on: true, hash: 'aa', size: 3 }))).toEqual(outputs);
    expect(askedIn(stateFolder)).toHaveLength(1);

    await startAndStop(stateFolder, assembly({ hash: 'bb', size: 3, on: true }));
    expect(askedIn(stateFolder)[1]).toMatchObject({
      RequestType: 'Update',
      PhysicalResourceId: 'models-1',
      OldResourceProperties: { hash: 'aa' },
      ResourceProperties: { hash: 'bb' },
    });

    await startAndStop(stateFolder, assembly(undefined));
    expect(askedIn(stateFolder)[2]).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: 'models-1' });
    await startAndStop(stateFolder, assembly(undefined));
    expect(askedIn(stateFolder)).toHaveLength(3);
  });

  it('keeps the twin from starting when it has failed, with its reason, and is tried again at the next start', async () => {
    const stateFolder = temporaryFolder();
    const failing = assembly({ answer: JSON.stringify({ Status: 'FAILED', Reason: 'golden vector 2 differs' }) });
    await expect(startTwin({ assembly: failing, stateFolder })).rejects.toThrow(
      'Models: FAILED: golden vector 2 differs',
    );
    expect(await startAndStop(stateFolder, assembly({}))).toMatchObject({ Count: '3' });
    expect(askedIn(stateFolder).map(({ RequestType }) => RequestType)).toEqual(['Create', 'Create']);
  });

  it('keeps the twin from starting when its function ends without an answer', async () => {
    const stateFolder = temporaryFolder();
    await expect(startTwin({ assembly: assembly({ answer: 'none' }), stateFolder })).rejects.toThrow(
      'Models: Small-Install ended without answering to ResponseURL',
    );
    await expect(startTwin({ assembly: assembly({ answer: 'not JSON' }), stateFolder })).rejects.toThrow(
      /^Models: Small-Install ended: SyntaxError: /,
    );
  });
});
