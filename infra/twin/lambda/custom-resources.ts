import { randomUUID } from 'node:crypto';
import type { CustomResourceDescription } from '../template/descriptions.ts';
import type { CustomResourceAnswer } from '../template/intrinsics.ts';
import { isObject, type Json, type JsonObject, stringAt } from '../template/json.ts';
import type { FunctionPool } from './pool.ts';
import type { RuntimeApi } from './runtime-api.ts';
import type { StateFile } from './state-file.ts';

/** What is kept of a custom resource from one start to the next. */
interface CustomResourceRecord {
  readonly type: string;
  readonly properties: JsonObject;
  readonly physicalId: string;
  readonly data: JsonObject;
}

export type CustomResourceRecords = Readonly<Record<string, CustomResourceRecord>>;

export interface CustomResourceOptions {
  readonly resources: readonly CustomResourceDescription[];
  readonly properties: (logicalId: string) => JsonObject;
  readonly answer: (logicalId: string, answer: CustomResourceAnswer) => void;
  readonly functionNameOf: (arn: string) => string | undefined;
  readonly pool: FunctionPool;
  readonly runtimeApi: RuntimeApi;
  readonly state: StateFile<CustomResourceRecords>;
  readonly stackId: string;
  /** The twin's address differs from start to start: that alone is no change of the properties. */
  readonly endpoint: string;
  readonly log: (line: string) => void;
}

/** A custom resource whose function has failed or said so. */
class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError';
}

/** Creates, updates or leaves each custom resource as CloudFormation would, then deletes those that are gone. */
export async function runCustomResources(options: CustomResourceOptions): Promise<void> {
  const { resources, properties, answer, state, endpoint } = options;
  for (const { logicalId, type } of resources) {
    const wanted = asStrings(properties(logicalId));
    const known = state.read()[logicalId];
    const comparable = withoutEndpoint(wanted, endpoint);
    if (known && sameJson(known.properties, comparable)) {
      answer(logicalId, known);
      continue;
    }
    const change = known
      ? { RequestType: 'Update', PhysicalResourceId: known.physicalId, OldResourceProperties: known.properties }
      : { RequestType: 'Create' };
    const given = await request(options, logicalId, type, { ...change, ResourceProperties: wanted });
    state.write({ ...state.read(), [logicalId]: { type, properties: comparable, ...given } });
    answer(logicalId, given);
    if (known && known.physicalId !== given.physicalId) await remove(options, logicalId, known);
  }
  await removeAbsent(options);
}

async function removeAbsent(options: CustomResourceOptions): Promise<void> {
  const present = new Set(options.resources.map(({ logicalId }) => logicalId));
  for (const [logicalId, record] of Object.entries(options.state.read())) {
    if (present.has(logicalId)) continue;
    await remove(options, logicalId, record);
    const { [logicalId]: _removed, ...rest } = options.state.read();
    options.state.write(rest);
  }
}

/** CloudFormation goes on when a clean-up fails, and so does this. */
async function remove(options: CustomResourceOptions, logicalId: string, record: CustomResourceRecord): Promise<void> {
  try {
    const { type, physicalId, properties } = record;
    const change = { RequestType: 'Delete', PhysicalResourceId: physicalId, ResourceProperties: properties };
    await request(options, logicalId, type, change);
  } catch (error) {
    if (!(error instanceof CustomResourceError)) throw error;
    options.log(`${error.message}; it is forgotten`);
  }
}

type Change = Readonly<Record<string, Json>> & { readonly ResourceProperties: JsonObject };

async function request(options: CustomResourceOptions, logicalId: string, type: string, change: Change) {
  const serviceToken = stringAt(change.ResourceProperties.ServiceToken, `${logicalId}.ServiceToken`);
  const functionName = options.functionNameOf(serviceToken);
  if (functionName === undefined) {
    throw new CustomResourceError(`${logicalId}: ServiceToken ${serviceToken} is not a function of the template`);
  }
  const { url, answer, close } = options.runtimeApi.openResponseUrl();
  const event = {
    ...change,
    ServiceToken: serviceToken,
    ResponseURL: url,
    StackId: options.stackId,
    RequestId: randomUUID(),
    LogicalResourceId: logicalId,
    ResourceType: type,
  };
  options.log(`${logicalId}: ${String(change.RequestType)} by ${functionName}`);
  const outcome = options.pool.invoke(functionName, JSON.stringify(event)).outcome.then(({ kind, ...ended }) => {
    const reason = 'error' in ended ? `: ${ended.error.errorType}: ${ended.error.errorMessage}` : '';
    return kind === 'failed' ? reason : ' without answering to ResponseURL';
  });
  try {
    const first = await Promise.race([answer, outcome.then((reason) => ({ reason }))]);
    if (typeof first !== 'string') throw new CustomResourceError(`${logicalId}: ${functionName} ended${first.reason}`);
    await outcome;
    return readAnswer(logicalId, first);
  } finally {
    close();
  }
}

function readAnswer(logicalId: string, body: string): CustomResourceAnswer {
  const parsed: unknown = JSON.parse(body);
  const answer: JsonObject = isObject(parsed) ? parsed : {};
  if (answer.Status !== 'SUCCESS') {
    throw new CustomResourceError(
      `${logicalId}: ${String(answer.Status)}: ${String(answer.Reason ?? 'no reason given')}`,
    );
  }
  return {
    physicalId: stringAt(answer.PhysicalResourceId, `${logicalId}: PhysicalResourceId`),
    data: isObject(answer.Data) ? answer.Data : {},
  };
}

/** CloudFormation hands every scalar of the properties over as text. */
function asStrings(properties: JsonObject): JsonObject {
  const convert = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item) => convert(item as Json));
    if (isObject(value)) return asStrings(value);
    return value === null ? '' : String(value);
  };
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, convert(value)]));
}

function withoutEndpoint(properties: JsonObject, endpoint: string): JsonObject {
  return JSON.parse(JSON.stringify(properties).replaceAll(endpoint, 'http://twin')) as JsonObject;
}

function sameJson(a: JsonObject, b: JsonObject): boolean {
  const sort = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item) => sort(item as Json));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .map(([key, item]) => [key, sort(item)]),
    );
  };
  return JSON.stringify(sort(a)) === JSON.stringify(sort(b));
}
