// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are templates of CloudFormation
import { describe, expect, it } from 'vitest';
import { readTemplate } from '#infra/twin/template/assembly.ts';
import { createResolver } from '#infra/twin/template/intrinsics.ts';
import type { Json } from '#infra/twin/template/json.ts';

const place = {
  region: 'eu-central-1',
  account: '000000000000',
  stackName: 'Small',
  endpoint: 'http://127.0.0.1:4566',
};

const template = readTemplate({
  Parameters: {
    Stage: { Type: 'String', Default: 'test' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a,b,c' },
    Size: { Type: 'Number', Default: 3 },
    Needed: { Type: 'String' },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
  },
  Mappings: { Limits: { 'eu-central-1': { Days: 30 }, 'us-east-1': { Days: 7 } } },
  Conditions: {
    IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
    IsThree: { 'Fn::Equals': [{ Ref: 'Size' }, '3'] },
    Never: { 'Fn::Not': [{ Condition: 'IsTest' }] },
    Both: { 'Fn::And': [{ Condition: 'IsTest' }, { Condition: 'IsThree' }] },
    Either: { 'Fn::Or': [{ Condition: 'Never' }, { Condition: 'IsThree' }] },
    Round: { 'Fn::Not': [{ Condition: 'Trip' }] },
    Trip: { 'Fn::Not': [{ Condition: 'Round' }] },
    Odd: { 'Fn::Contains': [['a'], 'a'] },
  },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    Named: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': '${Stage}-arrivals' } } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Long: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::GetAtt': ['Loop', 'Arn'] } } },
    Loop: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::GetAtt': ['Long', 'Arn'] } } },
    Key: { Type: 'AWS::KMS::Key' },
    Function: { Type: 'AWS::Lambda::Function' },
    Absent: { Type: 'AWS::SQS::Queue', Condition: 'Never' },
    Table: { Type: 'AWS::DynamoDB::Table' },
    Models: { Type: 'Custom::Models' },
    Answered: { Type: 'AWS::CloudFormation::CustomResource' },
    AVeryLongLogicalIdentifierThatNoBucketNameCouldEverHoldAsItStands: { Type: 'AWS::S3::Bucket' },
  },
});

const answers = new Map([['Answered', { physicalId: 'p-1', data: { Count: '3', 'Nested.Name': 'n' } }]]);
const resolver = createResolver(template, place, {}, answers);

const queueArn = 'arn:aws:sqs:eu-central-1:000000000000:Small-Queue';
const resolved: readonly [input: Json, expected: Json][] = [
  ['plain', 'plain'],
  [{ Ref: 'AWS::Region' }, 'eu-central-1'],
  [{ Ref: 'AWS::AccountId' }, '000000000000'],
  [{ Ref: 'AWS::Partition' }, 'aws'],
  [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  [{ Ref: 'AWS::StackName' }, 'Small'],
  [{ Ref: 'AWS::StackId' }, 'arn:aws:cloudformation:eu-central-1:000000000000:stack/Small/twin'],
  [{ Ref: 'Stage' }, 'test'],
  [{ Ref: 'Zones' }, ['a', 'b', 'c']],
  [{ Ref: 'Queue' }, 'http://127.0.0.1:4566/000000000000/Small-Queue'],
  [{ Ref: 'Bucket' }, 'small-bucket'],
  [{ Ref: 'Answered' }, 'p-1'],
  [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, queueArn],
  [{ 'Fn::GetAtt': 'Queue.Arn' }, queueArn],
  [{ 'Fn::GetAtt': ['Named', 'QueueName'] }, 'test-arrivals'],
  [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::small-bucket'],
  [{ 'Fn::GetAtt': ['Function', 'Arn'] }, 'arn:aws:lambda:eu-central-1:000000000000:function:Small-Function'],
  [{ 'Fn::GetAtt': ['Answered', 'Count'] }, '3'],
  [{ 'Fn::GetAtt': ['Answered', 'Nested.Name'] }, 'n'],
  [{ 'Fn::Sub': 'a-${Stage}-${AWS::Region}-${Queue.Arn}-${!Literal}' }, `a-test-eu-central-1-${queueArn}-\${Literal}`],
  [{ 'Fn::Sub': ['${Given}/${Size}', { Given: { Ref: 'Stage' } }] }, 'test/3'],
  [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3']] }, 'arn:aws:s3'],
  [{ 'Fn::Join': ['-', { Ref: 'Zones' }] }, 'a-b-c'],
  [{ 'Fn::Join': ['/', { 'Fn::Split': [':', 'x:y:z'] }] }, 'x/y/z'],
  [{ 'Fn::Split': [':', { 'Fn::GetAtt': ['Bucket', 'Arn'] }] }, ['arn', 'aws', 's3', '', '', 'small-bucket']],
  [{ 'Fn::Select': [1, { Ref: 'Zones' }] }, 'b'],
  [{ 'Fn::Select': ['5', { 'Fn::Split': [':', queueArn] }] }, 'Small-Queue'],
  [{ 'Fn::FindInMap': ['Limits', { Ref: 'AWS::Region' }, 'Days'] }, 30],
  [{ 'Fn::Base64': 'ecg' }, 'ZWNn'],
  [{ 'Fn::If': ['IsTest', 'yes', { Ref: 'Nowhere' }] }, 'yes'],
  [{ 'Fn::If': ['Never', 'yes', 'no'] }, 'no'],
  [{ 'Fn::If': ['Both', 1, 2] }, 1],
  [{ 'Fn::If': ['Either', 1, 2] }, 1],
  [
    { kept: 1, dropped: { Ref: 'AWS::NoValue' }, list: [1, { Ref: 'AWS::NoValue' }, 2] },
    { kept: 1, list: [1, 2] },
  ],
  [{ dropped: { 'Fn::If': ['Never', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  [
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
  ],
];

const refused: readonly [input: Json, message: string][] = [
  [{ Ref: 'Nowhere' }, 'Here: refers to Nowhere, which is not in the template'],
  [{ Ref: 'Absent' }, 'Here: refers to Absent, whose condition is false'],
  [{ Ref: 'Needed' }, 'Here: parameter Needed has neither a value nor a default'],
  [{ Ref: 'BootstrapVersion' }, 'Here: parameter BootstrapVersion is stored in SSM, which is not known to the twin'],
  [{ Ref: 'Table' }, 'Table: resource type AWS::DynamoDB::Table is not known to the twin'],
  [{ 'Fn::GetAtt': ['Queue', 'Colour'] }, 'Here: attribute Colour of Queue (AWS::SQS::Queue) is not known to the twin'],
  [{ 'Fn::GetAtt': ['Models', 'Count'] }, 'Here: refers to the custom resource Models before it has run'],
  [{ 'Fn::GetAtt': ['Long', 'Arn'] }, 'circular reference Long.RoleName -> Loop.RoleName -> Long.RoleName'],
  [{ 'Fn::ImportValue': 'x' }, 'Here: Fn::ImportValue needs another stack, the twin runs exactly one'],
  [{ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, 'Here: intrinsic Fn::Cidr is not known to the twin'],
  [{ deep: [{ 'Fn::Transform': {} }] }, 'Here.deep[0]: intrinsic Fn::Transform is not known to the twin'],
  [{ 'Fn::Select': [3, { Ref: 'Zones' }] }, 'Here: Fn::Select 3 of 3 items'],
  [{ 'Fn::FindInMap': ['Limits', 'mars', 'Days'] }, 'Here: Fn::FindInMap Limits.mars.Days not found'],
  [{ 'Fn::If': ['Unsaid', 1, 2] }, 'Here: no condition Unsaid'],
  [{ 'Fn::If': ['Round', 1, 2] }, 'circular reference Conditions.Round -> Conditions.Trip -> Conditions.Round'],
  [{ 'Fn::If': ['Odd', 1, 2] }, 'Conditions.Odd: condition Fn::Contains is not known to the twin'],
  [{ 'Fn::Join': ['-', [{ a: 1 }]] }, 'Here: found {"a":1}, expected a string'],
  [{ 'Fn::Join': ['-'] }, 'Here: found 1 arguments, expected 2'],
  ['{{resolve:secretsmanager:s}}', 'Here: dynamic reference {{resolve:secretsmanager:s}} is not known to the twin'],
  [{ 'Fn::Sub': '${Queue.Colour}' }, 'Here: attribute Colour of Queue (AWS::SQS::Queue) is not known to the twin'],
];

describe('an intrinsic', () => {
  for (const [input, expected] of resolved) {
    it(`${JSON.stringify(input)} resolves`, () => expect(resolver.resolve(input, 'Here')).toEqual(expected));
  }
  for (const [input, message] of refused) {
    it(`${JSON.stringify(input)} is refused`, () => expect(() => resolver.resolve(input, 'Here')).toThrow(message));
  }

  it('takes a given value of a parameter over its default', () => {
    const given = createResolver(template, place, { Stage: 'live', Needed: 'n' });
    expect(given.resolve([{ Ref: 'Stage' }, { Ref: 'Needed' }, { 'Fn::If': ['IsTest', 1, 2] }], 'Here')).toEqual([
      'live',
      'n',
      2,
    ]);
  });
});

describe('a physical name', () => {
  it('is the same at every start, within the limit of its type', () => {
    const long = 'AVeryLongLogicalIdentifierThatNoBucketNameCouldEverHoldAsItStands';
    const name = resolver.resolve({ Ref: long }, 'Here');
    expect(name).toMatch(/^small-averylonglogicalidentifierthatnobucketnamecoulde-[0-9a-f]{8}$/);
    expect(String(name)).toHaveLength(63);
    expect(createResolver(template, place).resolve({ Ref: long }, 'Here')).toBe(name);
  });

  it('of a key has the form of a UUID', () => {
    expect(resolver.resolve({ Ref: 'Key' }, 'Here')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
