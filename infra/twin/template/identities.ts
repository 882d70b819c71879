import { createHash } from 'node:crypto';
import type { Json } from './json.ts';

/** Where the template runs. `endpoint` is the twin's own address, for instance http://127.0.0.1:4566. */
export interface Place {
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  readonly endpoint: string;
}

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export interface Identity {
  readonly name: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

interface Kind {
  /** The property that holds a physical name given by the template. */
  readonly nameProperty?: string;
  readonly longestName: number;
  readonly lowerCase?: boolean;
  /** Key ids have the form of a UUID. */
  readonly uuid?: boolean;
  readonly identify: (name: string, place: Place) => Omit<Identity, 'name'>;
}

const named = (name: string) => ({ ref: name, attributes: {} });

function arnOnly(service: string, resource: (name: string) => string): Kind['identify'] {
  return (name, place) => {
    const arn = `arn:aws:${service}:${place.region}:${place.account}:${resource(name)}`;
    return { ref: arn, attributes: { Arn: arn } };
  };
}

function withArn(service: string, resource: (name: string) => string): Kind['identify'] {
  return (name, place) => ({
    ref: name,
    attributes: { Arn: `arn:aws:${service}:${place.region}:${place.account}:${resource(name)}` },
  });
}

/** Return values of each type as its page in the CloudFormation resource reference lists them. */
const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    longestName: 63,
    lowerCase: true,
    identify: (name, { region }) => ({
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    }),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    longestName: 80,
    identify: (name, { region, account, endpoint }) => {
      const url = `${endpoint}/${account}/${name}`;
      return {
        ref: url,
        attributes: { Arn: `arn:aws:sqs:${region}:${account}:${name}`, QueueName: name, QueueUrl: url },
      };
    },
  },
  'AWS::KMS::Key': {
    longestName: 36,
    uuid: true,
    identify: (name, { region, account }) => ({
      ref: name,
      attributes: { Arn: `arn:aws:kms:${region}:${account}:key/${name}`, KeyId: name },
    }),
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', longestName: 256, identify: named },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    longestName: 64,
    identify: (name, { account }) => ({
      ref: name,
      attributes: {
        Arn: `arn:aws:iam::${account}:role/${name}`,
        RoleId: `AROA${digest(name).slice(0, 17).toUpperCase()}`,
      },
    }),
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    longestName: 128,
    identify: (name, { account }) => {
      const arn = `arn:aws:iam::${account}:policy/${name}`;
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
  },
  'AWS::IAM::Policy': { nameProperty: 'PolicyName', longestName: 128, identify: named },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    longestName: 64,
    identify: withArn('lambda', (name) => `function:${name}`),
  },
  'AWS::Lambda::LayerVersion': {
    nameProperty: 'LayerName',
    longestName: 140,
    identify: (name, { region, account }) => {
      const arn = `arn:aws:lambda:${region}:${account}:layer:${name}:1`;
      return { ref: arn, attributes: { LayerVersionArn: arn } };
    },
  },
  'AWS::Lambda::EventSourceMapping': { longestName: 36, uuid: true, identify: named },
  'AWS::Lambda::EventInvokeConfig': { longestName: 128, identify: named },
  'AWS::Lambda::Permission': { longestName: 100, identify: named },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    longestName: 64,
    identify: withArn('events', (name) => `rule/${name}`),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    longestName: 64,
    identify: withArn('scheduler', (name) => `schedule/default/${name}`),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    longestName: 512,
    identify: withArn('logs', (name) => `log-group:${name}:*`),
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    longestName: 256,
    identify: (name, { region, account }) => {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    longestName: 255,
    identify: withArn('cloudwatch', (name) => `alarm:${name}`),
  },
  'AWS::CloudWatch::CompositeAlarm': {
    nameProperty: 'AlarmName',
    longestName: 255,
    identify: withArn('cloudwatch', (name) => `alarm:${name}`),
  },
  'AWS::CloudWatch::Dashboard': { nameProperty: 'DashboardName', longestName: 255, identify: named },
  'AWS::Logs::MetricFilter': { nameProperty: 'FilterName', longestName: 512, identify: named },
  'AWS::Logs::QueryDefinition': { longestName: 255, identify: named },
  'AWS::SNS::Subscription': { longestName: 255, identify: arnOnly('sns', (name) => name) },
  'AWS::SNS::TopicPolicy': { longestName: 255, identify: named },
  'AWS::S3::BucketPolicy': { longestName: 255, identify: named },
  'AWS::SQS::QueuePolicy': { longestName: 255, identify: named },
  'AWS::CDK::Metadata': { longestName: 255, identify: named },
};

/** Types with nothing to run on a laptop: their definitions are read, and alarms are kept for the status page. */
export const NOTHING_TO_RUN: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
]);

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

export function isKnownType(type: string): boolean {
  return type in KINDS || isCustomResource(type);
}

export function nameProperty(type: string): string | undefined {
  return KINDS[type]?.nameProperty;
}

/** Identity of a resource under its given name, or under one made of stack and logical id: the same at every start. */
export function identify(type: string, logicalId: string, givenName: string | undefined, place: Place): Identity {
  const kind = KINDS[type];
  const name = givenName ?? (kind.uuid ? uuidOf(place, logicalId) : physicalName(kind, place.stackName, logicalId));
  return { name, ...kind.identify(name, place) };
}

function physicalName(kind: Kind, stackName: string, logicalId: string): string {
  const full = kind.lowerCase ? `${stackName}-${logicalId}`.toLowerCase() : `${stackName}-${logicalId}`;
  return full.length <= kind.longestName ? full : `${full.slice(0, kind.longestName - 9)}-${digest(full).slice(0, 8)}`;
}

function uuidOf(place: Place, logicalId: string): string {
  const hex = digest(`${place.account}/${place.region}/${place.stackName}/${logicalId}`);
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
