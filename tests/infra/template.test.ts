import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stageShippedModels } from '#infra/shipped-models.ts';
import { DEFAULT_MAXIMUM_CONCURRENCY } from '#infra/step-function.ts';
import { newFolder, type Resource, removeSyntheses, type Synthesized, synthesizeForTest } from './synthesized.ts';

let synthesized: Synthesized;

beforeAll(async () => {
  synthesized = await synthesizeForTest();
});

// Bundling and synthesis take seconds of processor time, more where test files share it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(removeSyntheses);

const ofType = (type: string, from = synthesized): [string, Resource][] =>
  Object.entries(from.resources).filter(([, resource]) => resource.Type === type);
const stepOf = (functionArn: string): string =>
  synthesized.stack.functions.find(({ arn }) => arn === functionArn)?.environment.POWERTOOLS_SERVICE_NAME ?? 'none';
const queueNamed = (queueArn: string) => synthesized.stack.queues.find(({ arn }) => arn === queueArn);

describe('functions', () => {
  test('run on Node 24, x86_64, traced, with memory and time as their work needs', () => {
    const shapes = ofType('AWS::Lambda::Function').map(([, { Properties }]) => {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['x86_64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      return [Variables.POWERTOOLS_SERVICE_NAME, `${Properties.MemorySize} MB ${Properties.Timeout} s`];
    });
    expect(Object.fromEntries(shapes)).toEqual({
      route: '512 MB 30 s',
      intake: '2048 MB 300 s',
      predict: '1769 MB 300 s',
      'predict-large': '8192 MB 900 s',
      publish: '1024 MB 120 s',
      settle: '512 MB 60 s',
      tabulate: '1769 MB 300 s',
      merge: '3008 MB 900 s',
      audit: '3008 MB 900 s',
      sweep: '512 MB 300 s',
      'quarantine-inside': '512 MB 60 s',
      'quarantine-archive': '512 MB 60 s',
      install: '1769 MB 300 s',
    });
  });

  test('carry the ONNX runtime only where they run models', () => {
    const layered = synthesized.stack.functions.filter(({ layerFolders }) => layerFolders.length > 0);
    expect(layered.map(({ environment }) => environment.POWERTOOLS_SERVICE_NAME).sort()).toEqual([
      'audit',
      'install',
      'predict',
      'predict-large',
    ]);
  });

  test('both sizes of predict run the same code', () => {
    const code = (step: string) =>
      synthesized.stack.functions.find(({ environment }) => environment.POWERTOOLS_SERVICE_NAME === step)?.code;
    expect(code('predict-large')).toEqual(code('predict'));
  });

  test('know the intake bucket only inside the intake boundary', () => {
    const knowing = synthesized.stack.functions.filter(({ environment }) => 'INTAKE_BUCKET' in environment);
    expect(knowing.map(({ environment }) => environment.POWERTOOLS_SERVICE_NAME).sort()).toEqual([
      'intake',
      'quarantine-inside',
      'route',
      'settle',
    ]);
    const deriving = synthesized.stack.functions.filter(({ environment }) => 'IDENTITY_KEY_ID' in environment);
    expect(deriving.map(({ environment }) => environment.POWERTOOLS_SERVICE_NAME).sort()).toEqual([
      'intake',
      'quarantine-inside',
      'route',
    ]);
  });

  test('load with the environment and the layers that the template gives them', async () => {
    const loaded = await Promise.all(
      synthesized.stack.functions.map(async ({ code, environment, layerFolders }) => {
        if (!('folder' in code)) throw new Error('found code inside the template, expected a folder');
        const modules = layerFolders.map((folder) => join(folder, 'nodejs/node_modules')).join(delimiter);
        const given = { AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: code.folder, NODE_PATH: modules, ...environment };
        const script = 'console.log(typeof require("./index.js").handler)';
        const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
          cwd: code.folder,
          env: given,
        });
        return stdout.trim();
      }),
    );
    expect(loaded).toEqual(Array(13).fill('function'));
  });

  test('have no setting that only one of two places would know', () => {
    const names = synthesized.stack.functions.flatMap(({ environment }) => Object.keys(environment));
    expect([...new Set(names)].sort()).toEqual([
      'ARCHIVE_BUCKET',
      'AUDIT_QUEUE_URL',
      'DEAD_LETTERS',
      'IDENTITY_KEY_ID',
      'INTAKE_BUCKET',
      'INTAKE_QUEUE_URL',
      'MAX_DROP_BYTES',
      'NODE_OPTIONS',
      'POWERTOOLS_METRICS_NAMESPACE',
      'POWERTOOLS_SERVICE_NAME',
      'PREDICT_LARGE_QUEUE_URL',
      'PREDICT_QUEUE_URL',
      'PUBLISH_QUEUE_URL',
      'SETTLE_QUEUE_URL',
      'TABULATE_QUEUE_URL',
    ]);
  });

  test('log for a year into groups of their own, encrypted with the key of their data', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBe(synthesized.stack.functions.length);
    for (const [, { Properties }] of groups) {
      expect(Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
    }
  });
});

describe('queues', () => {
  const working = () => synthesized.stack.queues.filter(({ redrive }) => redrive);

  test('start these functions, and dead letters go to the quarantine of their side', () => {
    const started = synthesized.stack.mappings.map(({ queueArn, functionArn }) => {
      const owner = queueNamed(queueArn)?.name.replace(/^Tricuspid-(.+?)Queue(Messages|DeadLetters).*$/, '$1 $2');
      return `${owner} -> ${stepOf(functionArn)}`;
    });
    expect(started.sort()).toEqual([
      'audit DeadLetters -> quarantine-archive',
      'audit Messages -> audit',
      'intake DeadLetters -> quarantine-inside',
      'intake Messages -> intake',
      'predict DeadLetters -> quarantine-archive',
      'predict Messages -> predict',
      'predictlarge DeadLetters -> quarantine-archive',
      'predictlarge Messages -> predict-large',
      'publish DeadLetters -> quarantine-archive',
      'publish Messages -> publish',
      'route DeadLetters -> quarantine-inside',
      'route Messages -> route',
      'settle DeadLetters -> quarantine-inside',
      'settle Messages -> settle',
      'tabulate DeadLetters -> quarantine-archive',
      'tabulate Messages -> tabulate',
    ]);
  });

  test('each has dead letters of its own after three receives, and dead letters have none', () => {
    expect(working().length).toBe(8);
    expect(synthesized.stack.queues.length).toBe(16);
    expect(new Set(working().map(({ redrive }) => redrive?.deadLetterArn)).size).toBe(8);
    for (const { redrive, retentionSeconds } of working()) {
      expect(redrive?.maxReceiveCount).toBe(3);
      expect(retentionSeconds).toBe(4 * 86_400);
      expect(queueNamed(redrive?.deadLetterArn ?? '')).toMatchObject({ retentionSeconds: 14 * 86_400 });
    }
  });

  test('hide a message for six times the timeout of the function and the window', () => {
    for (const { queueArn, functionArn, batchingWindowSeconds } of synthesized.stack.mappings) {
      const timeoutSeconds = synthesized.stack.functions.find(({ arn }) => arn === functionArn)?.timeoutSeconds ?? 0;
      const queue = queueNamed(queueArn);
      const needed = 6 * timeoutSeconds + batchingWindowSeconds;
      expect(queue?.redrive ? queue.visibilityTimeoutSeconds : 360).toBe(needed);
    }
  });

  test('hand over batches whose failures are reported one by one, to a limited number of functions', () => {
    const batches = synthesized.stack.mappings.map(({ functionArn, ...mapping }) => {
      expect(mapping).toMatchObject({ reportsItemFailures: true, maximumConcurrency: DEFAULT_MAXIMUM_CONCURRENCY });
      return [stepOf(functionArn), `${mapping.batchSize} in ${mapping.batchingWindowSeconds} s`];
    });
    expect(Object.fromEntries(batches)).toEqual({
      route: '10 in 0 s',
      intake: '1 in 0 s',
      predict: '1 in 0 s',
      'predict-large': '1 in 0 s',
      publish: '10 in 0 s',
      settle: '10 in 0 s',
      tabulate: '200 in 5 s',
      audit: '1 in 0 s',
      'quarantine-inside': '10 in 0 s',
      'quarantine-archive': '10 in 0 s',
    });
  });

  test('are encrypted, inside the intake boundary with another key than outside', () => {
    const keysOf = (pattern: RegExp) =>
      new Set(synthesized.stack.queues.filter(({ name }) => pattern.test(name)).map(({ kmsKeyArn }) => kmsKeyArn));
    const inside = keysOf(/-(route|intake|settle)Queue/);
    const outside = keysOf(/-(predict|predictlarge|publish|tabulate|audit)Queue/);
    expect([inside.size, outside.size]).toEqual([1, 1]);
    expect(inside).not.toEqual(outside);
    expect([...inside, ...outside]).not.toContain(undefined);
  });

  test('refuse requests without TLS', () => {
    const refusing = ofType('AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"'),
    );
    expect(refusing.length).toBe(16);
  });

  test('tell the quarantines whose dead letters they read', () => {
    const named = synthesized.stack.functions.flatMap(({ environment: { DEAD_LETTERS } }) =>
      DEAD_LETTERS ? [JSON.parse(DEAD_LETTERS)] : [],
    );
    const steps = Object.entries(Object.assign({}, ...named)).map(([arn, step]) => {
      expect(queueNamed(arn)?.name).toContain(`${String(step).replace('-', '')}QueueDeadLetters`);
      return step;
    });
    expect(steps.sort()).toEqual([
      'audit',
      'intake',
      'predict',
      'predict-large',
      'publish',
      'route',
      'settle',
      'tabulate',
    ]);
  });
});

describe('buckets', () => {
  const dataBuckets = () => ofType('AWS::S3::Bucket').filter(([, { Properties }]) => Properties.LoggingConfiguration);

  test('are versioned, encrypted with keys of their own, private, and stay when the stack goes', () => {
    expect(dataBuckets().length).toBe(2);
    const keys = dataBuckets().map(([, resource]) => {
      expect(resource).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          VersioningConfiguration: { Status: 'Enabled' },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
            ],
          },
        },
      });
      return JSON.stringify(resource.Properties.BucketEncryption);
    });
    expect(new Set(keys).size).toBe(2);
  });

  test('log accesses each into a bucket of its own side', () => {
    const targets = dataBuckets().map(([, { Properties }]) => JSON.stringify(Properties.LoggingConfiguration));
    expect(new Set(targets).size).toBe(2);
  });

  test('tell the arrivals queue themselves, and not before it admits them', () => {
    const [, bucket] =
      ofType('AWS::S3::Bucket').find(([, { Properties }]) => Properties.NotificationConfiguration) ?? [];
    const [policyId] = ofType('AWS::SQS::QueuePolicy').find(([id]) => id.startsWith('routeQueueMessages')) ?? [];
    expect(bucket?.DependsOn).toContain(policyId);
    const notifications = synthesized.stack.buckets.flatMap((each) => each.notifications);
    expect(notifications).toMatchObject([{ events: ['s3:ObjectCreated:*'], prefix: 'drops/', suffix: '' }]);
    expect(queueNamed(notifications[0].queueArn)?.name).toContain('routeQueueMessages');
  });

  test('of intake expires only what is tagged as done', async () => {
    const { resources } = await synthesizeForTest({ expireDoneAfterDays: 7 });
    const rules = Object.values(resources)
      .filter(({ Properties }) => Properties?.NotificationConfiguration)
      .flatMap(({ Properties }) => (Properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] }).Rules);
    const expiring = rules.filter((rule) =>
      Object.keys(rule).some((name) => /^(Expiration|NoncurrentVersionExpiration)/.test(name)),
    );
    expect(expiring).toEqual([
      {
        Id: 'ExpireSettledDrops',
        Status: 'Enabled',
        Prefix: 'drops/',
        TagFilters: [{ Key: 'state', Value: 'done' }],
        ExpirationInDays: 7,
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
      },
    ]);
  });

  test('of the archive forgets versions of hints and nothing else', () => {
    const [, archive] = dataBuckets().find(([, { Properties }]) => !Properties.NotificationConfiguration) ?? [];
    const { Rules } = (archive?.Properties.LifecycleConfiguration ?? { Rules: [] }) as {
      Rules: Record<string, unknown>[];
    };
    const expiring = Rules.filter((rule) => Object.keys(rule).some((name) => /Expiration/.test(name)));
    expect(expiring.map(({ Prefix }) => Prefix)).toEqual(['ledger/open/']);
  });
});

describe('policies', () => {
  interface Statement {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource: unknown;
  }
  const statements = (): (Statement & { id: string })[] =>
    Object.entries(synthesized.resources).flatMap(([id, { Properties }]) => {
      const document = (Properties?.PolicyDocument ?? Properties?.KeyPolicy) as { Statement: Statement[] } | undefined;
      return (document?.Statement ?? []).map((statement) => ({ ...statement, id }));
    });

  test('allow no action by wildcard, but the account its own keys', () => {
    const wild = statements().filter(
      ({ Effect, Action }) => Effect === 'Allow' && JSON.stringify(Action).includes('*'),
    );
    expect(wild.map(({ id, Action }) => `${synthesized.resources[id].Type} ${Action}`)).toEqual(
      Array(5).fill('AWS::KMS::Key kms:*'),
    );
  });

  test('name every resource, but for traces, which have no name', () => {
    const unnamed = statements().filter(
      ({ id, Effect, Resource }) =>
        Effect === 'Allow' && Resource === '*' && synthesized.resources[id].Type !== 'AWS::KMS::Key',
    );
    expect(unnamed.length).toBe(synthesized.stack.functions.length);
    for (const { Action } of unnamed) expect(Action).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
  });

  test('are managed, one for each role, and short enough for IAM', () => {
    expect(ofType('AWS::IAM::Policy')).toEqual([]);
    for (const { policies } of synthesized.stack.roles) {
      expect(policies.length).toBe(1);
      // "IAM and AWS STS quotas": 6,144 characters without white space
      expect(JSON.stringify(policies[0].document).replaceAll(/\s/g, '').length).toBeLessThan(6144);
    }
  });

  test('let a session become an uploader only with one site and nothing else in its tags', () => {
    const uploader = synthesized.stack.roles.find(({ name }) => name.includes('uploader'));
    expect(uploader?.trustPolicy).toMatchObject({
      Statement: [
        {
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: {
            StringLike: { 'aws:RequestTag/site': '?*' },
            'ForAllValues:StringEquals': { 'aws:TagKeys': ['site'] },
          },
        },
      ],
    });
  });

  test('exist before the function that needs them', () => {
    for (const [id, { DependsOn }] of ofType('AWS::Lambda::Function')) {
      expect(DependsOn).toContainEqual(
        expect.stringMatching(new RegExp(`^${id.replace(/Function[0-9A-F]{8}$/, '')}Policy`)),
      );
    }
  });
});

test('the secret behind the keys of people never leaves KMS and stays when the stack goes', () => {
  const [key, ...others] = ofType('AWS::KMS::Key').filter(([, { Properties }]) => Properties.KeySpec === 'HMAC_256');
  expect(others).toEqual([]);
  expect(key[1]).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { KeyUsage: 'GENERATE_VERIFY_MAC' },
  });
});

test('merge runs every night and sweep every quarter of an hour', () => {
  const schedules = synthesized.stack.schedules.map(({ expression, targets }) => [
    expression,
    targets.map(({ arn }) => stepOf(arn)),
  ]);
  expect(schedules).toEqual([
    ['cron(30 2 * * ? *)', ['merge']],
    ['rate(15 minutes)', ['sweep']],
  ]);
});

test('the shipped models lie beside the code that installs them, and another model runs it again', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'models/one'), { recursive: true });
  for (const name of ['model.json', 'model.onnx', 'golden.json', 'card.md', 'train.py']) {
    cpSync(import.meta.filename, join(folder, 'models/one', name));
  }
  const before = stageShippedModels(join(folder, 'models'), join(folder, 'out'));
  expect(readFileSync(join(folder, 'out/models/one/model.onnx'))).toEqual(readFileSync(import.meta.filename));
  expect(() => readFileSync(join(folder, 'out/models/one/train.py'))).toThrow('ENOENT');
  expect(stageShippedModels(join(folder, 'models'), join(folder, 'again'))).toBe(before);
  cpSync(join(import.meta.dirname, 'synthesized.ts'), join(folder, 'models/one/model.onnx'));
  expect(stageShippedModels(join(folder, 'models'), join(folder, 'changed'))).not.toBe(before);

  const [[, installed]] = ofType('Custom::ShippedModels');
  expect(installed.Properties.ModelsHash).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(installed.Properties.ServiceToken)).toContain('installFunction');
});

test('no resource is there that the pipeline does not need', () => {
  const types = new Set(Object.values(synthesized.resources).map(({ Type }) => Type));
  expect([...types].sort()).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::Events::Rule',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Role',
    'AWS::KMS::Key',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Lambda::LayerVersion',
    'AWS::Lambda::Permission',
    'AWS::Logs::LogGroup',
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'Custom::ShippedModels',
  ]);
});

test('the outputs name what the command line and the twin start from', () => {
  const outputs = synthesized.loaded.outputs();
  const steps = ['Route', 'Intake', 'Predict', 'PredictLarge', 'Publish', 'Settle', 'Tabulate', 'Audit'];
  const named = [
    'IntakeBucketName',
    'ArchiveBucketName',
    'IdentityKeyId',
    'UploaderRoleArn',
    'OperatorRoleArn',
    'ResearcherRoleArn',
    'AlarmTopicArn',
  ];
  const queues = steps.flatMap((step) => [`${step}QueueUrl`, `${step}DeadLettersUrl`]);
  expect(Object.keys(outputs).sort()).toEqual([...named, ...queues].sort());
});

describe('alarms', () => {
  test('report through one topic, each of them', () => {
    for (const [, { Properties }] of ofType('AWS::CloudWatch::Alarm')) expect(Properties.AlarmActions).toHaveLength(1);
    expect(ofType('AWS::SNS::Topic').length).toBe(1);
  });

  test('watch quarantines, failures and throttles of every function and the age of every queue', () => {
    const count = (pattern: RegExp) =>
      ofType('AWS::CloudWatch::Alarm').filter(([, { Properties }]) => pattern.test(JSON.stringify(Properties))).length;
    expect(count(/SELECT SUM\(Quarantined\) FROM \\"Tricuspid\\"/)).toBe(1);
    expect(count(/"MetricName":"Errors"/)).toBe(13);
    expect(count(/"MetricName":"Throttles"/)).toBe(13);
    expect(count(/"MetricName":"ApproximateAgeOfOldestMessage"/)).toBe(16);
    expect(ofType('AWS::CloudWatch::Alarm').length).toBe(43);
  });

  test('notice a hospital that is silent for a day', async () => {
    const withSites = await synthesizeForTest({ sites: 'north,south' });
    const silent = ofType('AWS::CloudWatch::Alarm', withSites).filter(
      ([, { Properties }]) => Properties.MetricName === 'DropsReceived',
    );
    expect(silent.map(([, { Properties }]) => Properties)).toMatchObject(
      ['north', 'south'].map((site) => ({
        Namespace: 'Tricuspid',
        Dimensions: [
          { Name: 'service', Value: 'route' },
          { Name: 'site', Value: site },
        ],
        Period: 86_400,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      })),
    );
  });
});

describe('settings', () => {
  test('choose concurrency per function', async () => {
    const { resources } = await synthesizeForTest({
      maximumConcurrency: { predict: 40 },
      reservedConcurrency: '{"sweep":1}',
      maxDropBytes: '1000',
      logRetentionDays: 30,
    });
    const text = JSON.stringify(resources);
    expect(text.match(/"MaximumConcurrency":40/g)).toHaveLength(1);
    expect(text.match(/"ReservedConcurrentExecutions":1,/g)).toHaveLength(1);
    expect(text).toContain('"MAX_DROP_BYTES":"1000"');
    expect(text.match(/"RetentionInDays":30/g)).toHaveLength(13);
  });

  test.each([
    [{ architecture: 'riscv' }, 'context architecture: found "riscv"'],
    [{ logRetentionDays: 2 }, 'context logRetentionDays: found 2'],
    [{ maximumConcurrency: { predict: 1 } }, 'context maximumConcurrency.predict: found {"predict":1}'],
    [{ reservedConcurrency: { prediction: 5 } }, 'context reservedConcurrency'],
    [{ sites: 'North Hospital' }, 'context sites.0: found "North Hospital"'],
  ])('are refused by name: %j', async (context, message) => {
    await expect(synthesizeForTest(context)).rejects.toThrow(message);
  });

  test('switch functions and layer to arm64', async () => {
    const arm = await synthesizeForTest({ architecture: 'arm64' });
    for (const [, { Properties }] of ofType('AWS::Lambda::Function', arm))
      expect(Properties.Architectures).toEqual(['arm64']);
    const [folder] = arm.stack.functions.flatMap(({ layerFolders }) => layerFolders);
    const binary = readFileSync(
      join(folder, 'nodejs/node_modules/onnxruntime-node/bin/napi-v6/linux/arm64/onnxruntime_binding.node'),
    );
    // ELF header, e_machine: 183 is AArch64
    expect(binary.readUInt16LE(18)).toBe(183);
  });
});
