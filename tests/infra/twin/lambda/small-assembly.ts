import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '#infra/twin/template/json.ts';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'twin-'));
}

export interface SmallFunction {
  /** Source of index.js, CommonJS. */
  readonly source: string;
  readonly properties?: JsonObject;
  /** Statements of its role. */
  readonly allows?: readonly JsonObject[];
}

export interface SmallStack {
  readonly functions?: Readonly<Record<string, SmallFunction>>;
  readonly resources?: JsonObject;
  readonly outputs?: JsonObject;
  readonly sections?: JsonObject;
}

/** Writes a cloud assembly as CDK would: each function with its role `<id>Role` and its asset folder. */
export function writeAssembly({ functions = {}, resources = {}, outputs = {}, sections = {} }: SmallStack): string {
  const folder = temporaryFolder();
  const files: Record<string, object> = {};
  const all: Record<string, JsonObject[string]> = { ...resources };
  for (const [id, { source, properties = {}, allows = [] }] of Object.entries(functions)) {
    const asset = `asset.${id}`;
    mkdirSync(join(folder, asset));
    writeFileSync(join(folder, asset, 'index.js'), source);
    files[`hash-of-${id}`] = { source: { path: asset, packaging: 'zip' }, destinations: {} };
    all[`${id}Role`] = role('lambda.amazonaws.com', allows);
    all[id] = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { 'Fn::Join': ['-', ['assets', { Ref: 'AWS::AccountId' }]] }, S3Key: `hash-of-${id}.zip` },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        MemorySize: 256,
        ...properties,
      },
    };
  }
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  write('manifest.json', {
    version: '48.0.0',
    artifacts: {
      'Small.assets': { type: 'cdk:asset-manifest', properties: { file: 'Small.assets.json' } },
      Small: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Small.template.json' } },
    },
  });
  write('Small.assets.json', { version: '48.0.0', files });
  write('Small.template.json', { ...sections, Resources: all, Outputs: outputs });
  return folder;
}

export function role(service: string, statements: readonly JsonObject[]): JsonObject {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'Inline',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: statements.length > 0 ? [...statements] : [allow('logs:PutLogEvents', '*')],
          },
        },
      ],
    },
  };
}

export function allow(actions: string | readonly string[], resource: JsonObject | string): JsonObject {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}

/** Waits until the check holds, or fails after 20 seconds with what it last saw. */
export async function eventually(check: () => boolean | Promise<boolean>, describe: () => string): Promise<void> {
  const givesUpAt = performance.now() + 20_000;
  while (!(await check())) {
    if (performance.now() > givesUpAt) throw new Error(`not within 20 s: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A queue, and the function with its mapping: the role of the function may read the queue. */
export function queueWithFunction(
  id: string,
  source: string,
  options: { readonly mapping?: JsonObject; readonly queue?: JsonObject; readonly properties?: JsonObject } = {},
): { readonly functions: Record<string, SmallFunction>; readonly resources: JsonObject } {
  const { mapping = {}, queue = {}, properties = {} } = options;
  const queueArn = { 'Fn::GetAtt': [`${id}Queue`, 'Arn'] };
  return {
    functions: {
      [id]: {
        source,
        properties,
        allows: [allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queueArn)],
      },
    },
    resources: {
      [`${id}Queue`]: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 15, ...queue } },
      [`${id}Mapping`]: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: queueArn, FunctionName: { Ref: id }, ...mapping },
      },
    },
  };
}
