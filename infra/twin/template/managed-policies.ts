import type { JsonObject } from './json.ts';

/** Builds a document with one statement, as all of those below have. */
function allow(actions: readonly string[]): JsonObject {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [...actions], Resource: '*' }] };
}

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** AWS managed policies by name, as the AWS Managed Policy Reference gives them; another name is refused at start. */
export const AWS_MANAGED_POLICIES: Readonly<Record<string, JsonObject>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(LOGS),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow([
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...LOGS,
  ]),
  AWSXRayDaemonWriteAccess: allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
};
