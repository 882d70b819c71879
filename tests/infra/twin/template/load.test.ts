import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssembly, readTemplate } from '#infra/twin/template/assembly.ts';
import type { StackDescription } from '#infra/twin/template/descriptions.ts';
import type { JsonObject } from '#infra/twin/template/json.ts';
import { loadTemplate } from '#infra/twin/template/load.ts';

const place = { region: 'eu-central-1', account: '000000000000', stackName: 'Small', endpoint: 'http://twin' };
const assetFolder = mkdtempSync(join(tmpdir(), 'asset-'));
const assets = new Map([
  ['code', assetFolder],
  ['file', join(assetFolder, '..')],
]);

function load(resources: JsonObject): StackDescription {
  return loadTemplate({ stackName: 'Small', template: readTemplate({ Resources: resources }), assets }, place).stack;
}

const keyArn = { 'Fn::GetAtt': ['Key', 'Arn'] };
const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } };
const Queue = { Type: 'AWS::SQS::Queue' };
const trust = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };
const Code = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  },
};

function changed(resource: { Type: string; Properties?: JsonObject }, properties: JsonObject): JsonObject {
  return { Type: resource.Type, Properties: { ...resource.Properties, ...properties } };
}

describe('a template', () => {
  it('becomes buckets and queues as the services take them', () => {
    const { buckets, queues } = load({
      Key,
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/drops', TargetKeyId: keyArn } },
      Dead: Queue,
      Arrivals: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 180,
          KmsMasterKeyId: 'alias/drops',
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
        },
      },
      Intake: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          VersioningConfiguration: { Status: 'Enabled' },
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                BucketKeyEnabled: true,
                ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
              },
            ],
          },
          NotificationConfiguration: {
            QueueConfigurations: [
              {
                Event: 's3:ObjectCreated:*',
                Queue: { 'Fn::GetAtt': ['Arrivals', 'Arn'] },
                Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'drops/' }] } },
              },
            ],
          },
        },
      },
    });
    const kmsKeyArn = expect.stringMatching(/^arn:aws:kms:eu-central-1:000000000000:key\//);
    const defaults = {
      retentionSeconds: 345_600,
      delaySeconds: 0,
      receiveWaitSeconds: 0,
      maximumMessageBytes: 1_048_576,
    };
    expect(queues).toEqual([
      {
        name: 'Small-Dead',
        arn: 'arn:aws:sqs:eu-central-1:000000000000:Small-Dead',
        visibilityTimeoutSeconds: 30,
        ...defaults,
      },
      {
        name: 'Small-Arrivals',
        arn: 'arn:aws:sqs:eu-central-1:000000000000:Small-Arrivals',
        visibilityTimeoutSeconds: 180,
        ...defaults,
        kmsKeyArn,
        redrive: { deadLetterArn: 'arn:aws:sqs:eu-central-1:000000000000:Small-Dead', maxReceiveCount: 5 },
      },
    ]);
    expect(buckets).toEqual([
      {
        name: 'small-intake',
        arn: 'arn:aws:s3:::small-intake',
        versioned: true,
        bucketKeyEnabled: true,
        kmsKeyArn,
        notifications: [
          {
            id: 'Intake-0',
            events: ['s3:ObjectCreated:*'],
            prefix: 'drops/',
            suffix: '',
            queueArn: 'arn:aws:sqs:eu-central-1:000000000000:Small-Arrivals',
          },
        ],
      },
    ]);
  });

  it('becomes roles with the policies attached from either side', () => {
    const statement = (action: string) => ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
    const { roles } = load({
      Role: changed(Role, {
        Policies: [{ PolicyName: 'Inline', PolicyDocument: statement('s3:GetObject') }],
        ManagedPolicyArns: [
          { Ref: 'Managed' },
          { 'Fn::Sub': 'arn:$' + '{AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
        ],
      }),
      Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: statement('s3:PutObject') } },
      Attached: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'Attached', PolicyDocument: statement('sqs:SendMessage'), Roles: [{ Ref: 'Role' }] },
      },
    });
    const actions = roles[0].policies.map(({ name, document }) => [
      name,
      (document as { Statement: JsonObject[] }).Statement[0].Action,
    ]);
    expect(actions).toEqual([
      ['Inline', 's3:GetObject'],
      ['Small-Managed', 's3:PutObject'],
      [
        'service-role/AWSLambdaBasicExecutionRole',
        ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      ],
      ['Attached', 'sqs:SendMessage'],
    ]);
  });

  it('gives functions the defaults of Lambda', () => {
    const { functions } = load({ Role, Function: changed(Code, { Environment: { Variables: { LIMIT: 5 } } }) });
    expect(functions).toEqual([
      {
        logicalId: 'Function',
        name: 'Small-Function',
        arn: 'arn:aws:lambda:eu-central-1:000000000000:function:Small-Function',
        roleArn: 'arn:aws:iam::000000000000:role/Small-Role',
        code: { folder: assetFolder },
        handler: 'index.handler',
        timeoutSeconds: 3,
        memoryMegabytes: 128,
        environment: { LIMIT: '5' },
        layerFolders: [],
        maximumRetryAttempts: 2,
      },
    ]);
  });

  it('leaves out what a condition switches off, and keeps the definitions of alarms', () => {
    const template = readTemplate({
      Conditions: { Gpu: { 'Fn::Equals': ['on', 'off'] } },
      Resources: {
        Queue: { ...Queue, Condition: 'Gpu' },
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Threshold: 1 } },
      },
    });
    const { stack } = loadTemplate({ stackName: 'Small', template, assets }, place);
    expect(stack.queues).toEqual([]);
    expect(stack.alarms).toEqual([{ logicalId: 'Alarm', name: 'Small-Alarm', definition: { Threshold: 1 } }]);
  });

  it('puts custom resources after those that they refer to, also through others', () => {
    const custom = (properties: JsonObject) => ({ Type: 'Custom::Step', Properties: properties });
    const { customResources } = load({
      Last: custom({ Of: { 'Fn::Sub': '$' + '{Middle.Id}' } }),
      Middle: { ...custom({}), DependsOn: 'Through' },
      Through: { Type: 'AWS::Logs::LogGroup', DependsOn: ['First'] },
      First: custom({}),
    });
    expect(customResources.map(({ logicalId }) => logicalId)).toEqual(['First', 'Middle', 'Last']);
  });
});

const mapping = (properties: JsonObject) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Function' }, ...properties },
});

const refused: readonly [what: string, resources: JsonObject, message: string][] = [
  [
    'an unknown type',
    { Table: { Type: 'AWS::DynamoDB::Table' } },
    'Table: resource type AWS::DynamoDB::Table is not known to the twin',
  ],
  [
    'a bucket with a Lambda notification',
    { Bucket: { Type: 'AWS::S3::Bucket', Properties: { NotificationConfiguration: { LambdaConfigurations: [] } } } },
    'Bucket.NotificationConfiguration: found LambdaConfigurations, the twin knows QueueConfigurations',
  ],
  [
    'an unknown property',
    { Bucket: { Type: 'AWS::S3::Bucket', Properties: { WebsiteConfiguration: {} } } },
    'Bucket: property WebsiteConfiguration of AWS::S3::Bucket is not known to the twin',
  ],
  [
    'a FIFO queue',
    { Queue: { ...Queue, Properties: { FifoQueue: true } } },
    'Queue: property FifoQueue of AWS::SQS::Queue is not known to the twin',
  ],
  [
    'a key of elsewhere',
    { Queue: { ...Queue, Properties: { KmsMasterKeyId: 'alias/aws/sqs' } } },
    'Queue.KmsMasterKeyId: key alias/aws/sqs is not in the template',
  ],
  [
    'a signing key',
    { Key: changed(Key, { KeySpec: 'RSA_2048' }) },
    'Key: KeySpec RSA_2048, the twin knows SYMMETRIC_DEFAULT and HMAC_256',
  ],
  [
    'an unknown managed policy',
    { Role: changed(Role, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }) },
    'Role: managed policy AdministratorAccess is not known to the twin',
  ],
  [
    'a function in Python',
    { Role, Function: changed(Code, { Runtime: 'python3.13' }) },
    'Function: runtime python3.13 is not known to the twin',
  ],
  [
    'a missing asset',
    { Role, Function: changed(Code, { Code: { S3Key: 'gone.zip' } }) },
    'Function: asset gone.zip is not in the assembly',
  ],
  [
    'a layer of elsewhere',
    { Role, Function: changed(Code, { Layers: ['arn:aws:lambda:x'] }) },
    'Function: layer arn:aws:lambda:x is not in the template',
  ],
  [
    'filter criteria',
    { Role, Function: Code, Queue, Mapping: mapping({ FilterCriteria: {} }) },
    'Mapping: property FilterCriteria of AWS::Lambda::EventSourceMapping is not known to the twin',
  ],
  [
    'a large batch without a window',
    { Role, Function: Code, Queue, Mapping: mapping({ BatchSize: 11 }) },
    'Mapping: found BatchSize 11 without a batching window, allowed is 10, or more with a window of at least 1 s',
  ],
  [
    'a maximum concurrency of 1',
    { Role, Function: Code, Queue, Mapping: mapping({ ScalingConfig: { MaximumConcurrency: 1 } }) },
    'Mapping: found MaximumConcurrency 1, allowed is 2 to 1000',
  ],
  [
    'a mapping of a stream',
    { Role, Function: Code, Mapping: mapping({ EventSourceArn: 'arn:aws:kinesis:x' }) },
    'Mapping: event source arn:aws:kinesis:x is not a queue of the template',
  ],
  [
    'a schedule in a time zone',
    {
      Role,
      Function: Code,
      Tick: { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpressionTimezone: 'Europe/Zurich' } },
    },
    'Tick: time zone Europe/Zurich, the twin knows UTC',
  ],
  [
    'a rule for events',
    { Tick: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {} } } },
    'Tick: property EventPattern of AWS::Events::Rule is not known to the twin',
  ],
];

describe('what the twin cannot run', () => {
  for (const [what, resources, message] of refused) {
    it(`${what} is refused by name`, () => expect(() => load(resources)).toThrow(message));
  }

  it('includes an assembly that is not there, and one of several stacks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
    expect(() => readAssembly(folder)).toThrow(`no ${join(folder, 'manifest.json')}: not a cloud assembly folder`);
    const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'x.json' } };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { One: stack, Two: stack } }));
    expect(() => readAssembly(folder)).toThrow('manifest.json: found 2 stacks (One, Two), the twin runs exactly one');
    rmSync(folder, { recursive: true });
  });
});
