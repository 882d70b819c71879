import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addPipeline, createApp, STACK_NAME, synthesize } from '#infra/app.ts';
import { type Build, buildAssets } from '#infra/build.ts';
import { temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();
const outdir = join(folder, 'cdk.out');
let build: Build;
let app: App;

beforeAll(async () => {
  build = await buildAssets(join(folder, 'dist'), 'x86_64');
  app = createApp(outdir);
  addPipeline(app, build, { checks: true });
});

// Bundling and synthesis take seconds of processor time, more where test files share it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(() => rmSync(folder, { recursive: true }));

interface Acknowledgement {
  readonly path: string;
  readonly id: string;
  readonly reason: string;
}

function acknowledgements(): Acknowledgement[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path: node.path, id: id.replace(/^Annotation::/, ''), reason })),
  );
}

/** Every finding of both packs, as if nobody had acknowledged any. */
function allFindings(): { path: string; id: string }[] {
  return [new AwsSolutionsChecks(app), new HIPAASecurityChecks(app)].flatMap((pack) => {
    Object.assign(pack, { isAcknowledged: () => false });
    return pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath = '' }) => ({ path: constructPath, id: ruleName })),
      );
  });
}

interface Report {
  readonly pluginReports: readonly { readonly pluginName: string; readonly violations: readonly unknown[] }[];
}

function reportOf(outputFolder: string): Report {
  return JSON.parse(readFileSync(join(outputFolder, 'validation-report.json'), 'utf8'));
}

test('neither rule pack, nor the schema of CloudFormation, finds anything that is not acknowledged', () => {
  app.synth();
  expect(reportOf(outdir).pluginReports).toEqual([]);
});

test('a finding that nobody acknowledged stops the synthesis', () => {
  const planted = createApp(join(folder, 'planted'));
  new CfnQueue(addPipeline(planted, build, { checks: true }), 'Planted');
  expect(() => planted.synth()).toThrow('AwsSolutions-SQS4');
});

test('a property that CloudFormation does not know is found', () => {
  const planted = createApp(join(folder, 'misspelt'));
  const stack = addPipeline(planted, build, { checks: false });
  new CfnResource(stack, 'Misspelt', { type: 'AWS::SQS::Queue', properties: { VisibilityTimout: 30 } });
  // Outside of tests the CDK only warns of it: the report says so in both cases.
  expect(() => planted.synth()).toThrow('VisibilityTimout');
  const named = reportOf(join(folder, 'misspelt')).pluginReports.map(({ pluginName }) => pluginName);
  expect(named).toEqual(['CloudFormation Validate']);
});

test('each acknowledgement gives a reason that can be checked', () => {
  const short = acknowledgements().filter(({ reason }) => reason.length < 60);
  expect(short).toEqual([]);
});

test('each acknowledgement answers a finding that exists, on the construct that has it', () => {
  const findings = allFindings();
  const idle = acknowledgements().filter(
    ({ path, id }) => !findings.some((finding) => finding.id === id && finding.path.startsWith(`${path}/`)),
  );
  expect(idle).toEqual([]);
});

test('no acknowledgement stands for the whole stack', () => {
  const stacks = app.node.findAll().filter((construct) => Stack.isStack(construct) || construct === app);
  const paths = stacks.map(({ node }) => node.path);
  expect(acknowledgements().filter(({ path }) => paths.includes(path))).toEqual([]);
});

test('these rules, and no others, have acknowledged findings', () => {
  const rules = acknowledgements().map(({ id }) => id.replace(/\[.*$/s, ''));
  expect([...new Set(rules)].sort()).toEqual([
    'AwsSolutions-IAM5',
    'HIPAA.Security-LambdaConcurrency',
    'HIPAA.Security-LambdaDLQ',
    'HIPAA.Security-LambdaInsideVPC',
    'HIPAA.Security-S3BucketReplicationEnabled',
    'HIPAA.Security-S3DefaultEncryptionKMS',
  ]);
});

test('two syntheses from the same sources are equal, assets included', async () => {
  const read = (output: string) => readFileSync(join(output, `${STACK_NAME}.template.json`), 'utf8');
  const again = join(folder, 'again');
  await synthesize({ outdir: again, buildFolder: join(folder, 'elsewhere'), checks: false });
  expect(read(again)).toBe(read(outdir));
});
