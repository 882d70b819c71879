import { existsSync, statSync } from 'node:fs';
import type { FunctionDescription, MappingDescription, ScheduleDescription, ScheduleTarget } from './descriptions.ts';
import { booleanAt, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt, TemplateError } from './json.ts';
import { checkProperties, type ResolvedResource, type Stack } from './stack.ts';

/** Functions, with the defaults of the CloudFormation resource reference; only Node.js runs here. */
export function describeFunctions(stack: Stack): FunctionDescription[] {
  return stack.ofType('AWS::Lambda::Function').map((resource) => {
    const { logicalId, name, arn, properties } = resource;
    checkProperties(
      resource,
      [
        'Code',
        'Environment',
        'FunctionName',
        'Handler',
        'Layers',
        'MemorySize',
        'ReservedConcurrentExecutions',
        'Role',
        'Runtime',
        'Timeout',
      ],
      ['Architectures', 'Description', 'EphemeralStorage', 'KmsKeyArn', 'LoggingConfig', 'Tags', 'TracingConfig'],
    );
    const runtime = stringAt(properties.Runtime, `${logicalId}.Runtime`);
    if (!runtime.startsWith('nodejs')) {
      throw new TemplateError(`${logicalId}: runtime ${runtime} is not known to the twin (it runs nodejs)`);
    }
    const environment = objectAt(properties.Environment ?? {}, `${logicalId}.Environment`);
    const variables = Object.entries(objectAt(environment.Variables ?? {}, `${logicalId}.Environment.Variables`));
    const reserved = properties.ReservedConcurrentExecutions;
    return {
      logicalId,
      name,
      arn,
      roleArn: stringAt(properties.Role, `${logicalId}.Role`),
      code: code(stack, resource),
      handler: stringAt(properties.Handler, `${logicalId}.Handler`),
      timeoutSeconds: numberAt(properties.Timeout ?? 3, `${logicalId}.Timeout`),
      memoryMegabytes: numberAt(properties.MemorySize ?? 128, `${logicalId}.MemorySize`),
      environment: Object.fromEntries(variables.map(([key, value]) => [key, stringAt(value, `${logicalId}.${key}`)])),
      layerFolders: listAt(properties.Layers ?? [], `${logicalId}.Layers`).map((layer) =>
        layerFolder(stack, stringAt(layer, logicalId), logicalId),
      ),
      ...(reserved !== undefined && { reservedConcurrency: numberAt(reserved, logicalId) }),
      maximumRetryAttempts: retryAttempts(stack, name),
    };
  });
}

function code(stack: Stack, { logicalId, properties }: ResolvedResource): FunctionDescription['code'] {
  const source = objectAt(properties.Code, `${logicalId}.Code`);
  if (source.ZipFile !== undefined) return { inlineSource: stringAt(source.ZipFile, `${logicalId}.Code.ZipFile`) };
  return { folder: assetFolder(stack, source, logicalId) };
}

function assetFolder(stack: Stack, source: JsonObject, at: string): string {
  const key = stringAt(source.S3Key, `${at}: S3Key`);
  const path = stack.assembly.assets.get(key.replace(/\.zip$/, ''));
  if (path === undefined || !existsSync(path)) throw new TemplateError(`${at}: asset ${key} is not in the assembly`);
  if (!statSync(path).isDirectory()) throw new TemplateError(`${at}: asset ${path} is a file, the twin runs folders`);
  return path;
}

function layerFolder(stack: Stack, arn: string, at: string): string {
  const layer = stack.ofType('AWS::Lambda::LayerVersion').find((item) => item.arn === arn);
  if (!layer) throw new TemplateError(`${at}: layer ${arn} is not in the template`);
  return assetFolder(stack, objectAt(layer.properties.Content, `${layer.logicalId}.Content`), layer.logicalId);
}

function retryAttempts(stack: Stack, functionName: string): number {
  const config = stack
    .ofType('AWS::Lambda::EventInvokeConfig')
    .find((item) => item.properties.FunctionName === functionName);
  if (!config) return 2;
  checkProperties(config, ['FunctionName', 'MaximumRetryAttempts', 'Qualifier'], ['MaximumEventAgeInSeconds']);
  return numberAt(config.properties.MaximumRetryAttempts ?? 2, `${config.logicalId}.MaximumRetryAttempts`);
}

/** Event-source mappings of queues that are enabled. */
export function describeMappings(stack: Stack): MappingDescription[] {
  return stack.ofType('AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const { logicalId, properties } = mapping;
    checkProperties(
      mapping,
      [
        'BatchSize',
        'Enabled',
        'EventSourceArn',
        'FunctionName',
        'FunctionResponseTypes',
        'MaximumBatchingWindowInSeconds',
        'ScalingConfig',
      ],
      ['Tags'],
    );
    if (properties.Enabled !== undefined && !booleanAt(properties.Enabled, `${logicalId}.Enabled`)) return [];
    const named = stringAt(properties.FunctionName, `${logicalId}.FunctionName`);
    const target = stack.ofType('AWS::Lambda::Function').find((item) => item.name === named || item.arn === named);
    if (!target) throw new TemplateError(`${logicalId}: function ${named} is not in the template`);
    const scaling = objectAt(properties.ScalingConfig ?? {}, `${logicalId}.ScalingConfig`);
    const description = {
      logicalId,
      functionArn: target.arn,
      queueArn: sourceQueue(stack, mapping),
      batchSize: numberAt(properties.BatchSize ?? 10, `${logicalId}.BatchSize`),
      batchingWindowSeconds: numberAt(properties.MaximumBatchingWindowInSeconds ?? 0, logicalId),
      reportsItemFailures: reportsItemFailures(mapping),
      ...(scaling.MaximumConcurrency !== undefined && {
        maximumConcurrency: numberAt(scaling.MaximumConcurrency, `${logicalId}.ScalingConfig`),
      }),
    };
    checkLimits(description);
    return [description];
  });
}

/** Limits that CreateEventSourceMapping holds for standard queues. */
function checkLimits({ logicalId, batchSize, batchingWindowSeconds, maximumConcurrency }: MappingDescription): void {
  const refuse = (found: string, allowed: string) => {
    throw new TemplateError(`${logicalId}: found ${found}, allowed is ${allowed}`);
  };
  if (batchSize < 1 || batchSize > 10_000) refuse(`BatchSize ${batchSize}`, '1 to 10000');
  if (batchSize > 10 && batchingWindowSeconds < 1) {
    refuse(`BatchSize ${batchSize} without a batching window`, '10, or more with a window of at least 1 s');
  }
  if (batchingWindowSeconds > 300) refuse(`a batching window of ${batchingWindowSeconds} s`, '0 to 300 s');
  if (maximumConcurrency !== undefined && (maximumConcurrency < 2 || maximumConcurrency > 1000)) {
    refuse(`MaximumConcurrency ${maximumConcurrency}`, '2 to 1000');
  }
}

function sourceQueue(stack: Stack, { logicalId, properties }: ResolvedResource): string {
  const arn = stringAt(properties.EventSourceArn, `${logicalId}.EventSourceArn`);
  const known = stack.ofType('AWS::SQS::Queue').some((queue) => queue.arn === arn);
  if (!known) throw new TemplateError(`${logicalId}: event source ${arn} is not a queue of the template`);
  return arn;
}

function reportsItemFailures({ logicalId, properties }: ResolvedResource): boolean {
  const types = listAt(properties.FunctionResponseTypes ?? [], `${logicalId}.FunctionResponseTypes`);
  const other = types.find((type) => type !== 'ReportBatchItemFailures');
  if (other !== undefined) throw new TemplateError(`${logicalId}: response type ${other} is not known to the twin`);
  return types.length > 0;
}

/** Enabled EventBridge rules with a schedule, and EventBridge Scheduler schedules. */
export function describeSchedules(stack: Stack): ScheduleDescription[] {
  return [
    ...stack.ofType('AWS::Events::Rule').flatMap(rule),
    ...stack.ofType('AWS::Scheduler::Schedule').flatMap(schedule),
  ];
}

function rule(resource: ResolvedResource): ScheduleDescription[] {
  const { logicalId, name, arn, properties } = resource;
  checkProperties(resource, ['Name', 'ScheduleExpression', 'State', 'Targets'], ['Description', 'Tags']);
  if (properties.State === 'DISABLED') return [];
  const targets = listAt(properties.Targets ?? [], `${logicalId}.Targets`).map((item) => {
    const target = objectAt(item, `${logicalId}.Targets`);
    return scheduleTarget(target, ['Arn', 'Id', 'Input', 'SqsParameters', 'RetryPolicy'], logicalId);
  });
  const expression = stringAt(properties.ScheduleExpression, `${logicalId}.ScheduleExpression`);
  return [{ logicalId, name, arn, expression, source: 'aws.events', targets }];
}

function schedule(resource: ResolvedResource): ScheduleDescription[] {
  const { logicalId, name, arn, properties } = resource;
  checkProperties(
    resource,
    ['Name', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State', 'Target', 'FlexibleTimeWindow'],
    ['Description', 'KmsKeyArn'],
  );
  if (properties.State === 'DISABLED') return [];
  const zone = properties.ScheduleExpressionTimezone ?? 'UTC';
  if (zone !== 'UTC' && zone !== 'Etc/UTC')
    throw new TemplateError(`${logicalId}: time zone ${zone}, the twin knows UTC`);
  const mode = objectAt(properties.FlexibleTimeWindow ?? { Mode: 'OFF' }, logicalId).Mode;
  if (mode !== 'OFF') throw new TemplateError(`${logicalId}: flexible time window ${mode}, the twin knows OFF`);
  const target = objectAt(properties.Target, `${logicalId}.Target`);
  const described = scheduleTarget(target, ['Arn', 'Input', 'RoleArn', 'SqsParameters', 'RetryPolicy'], logicalId);
  const expression = stringAt(properties.ScheduleExpression, `${logicalId}.ScheduleExpression`);
  return [{ logicalId, name, arn, expression, source: 'aws.scheduler', targets: [described] }];
}

function scheduleTarget(target: JsonObject, known: readonly string[], at: string): ScheduleTarget {
  const unknown = Object.keys(target).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TemplateError(`${at}: ${unknown} of a target is not known to the twin`);
  const group = objectAt(target.SqsParameters ?? {}, at).MessageGroupId;
  const text = (value: Json | undefined, key: string) =>
    value === undefined ? {} : { [key]: stringAt(value, `${at}.Target.${key}`) };
  return {
    arn: stringAt(target.Arn, `${at}.Target.Arn`),
    ...text(target.Input, 'input'),
    ...text(target.RoleArn, 'roleArn'),
    ...text(group, 'messageGroupId'),
  };
}
