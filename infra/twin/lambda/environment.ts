import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDescription } from '../template/descriptions.ts';

/** Access keys of the function's role, valid until the twin stops. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface WorkerPlace {
  readonly region: string;
  readonly endpoint: string;
  readonly taskRoot: string;
  /** Host, port and path of this worker's Runtime API. */
  readonly runtimeApi: string;
  readonly logStream: string;
  /** The worker's own /tmp. */
  readonly temporaryFolder: string;
  readonly credentials: Credentials;
}

/** Everything that a worker sees of the outside: Lambda's reserved variables and the function's own, nothing of the twin's. */
export function workerEnvironment(description: FunctionDescription, place: WorkerPlace): Record<string, string> {
  const { name, memoryMegabytes, handler, layerFolders, environment } = description;
  const existing = (folder: string) =>
    layerFolders.map((layer) => join(layer, folder)).filter((path) => existsSync(path));
  const libraries = [...existing('lib'), place.taskRoot, join(place.taskRoot, 'lib')];
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    TMPDIR: place.temporaryFolder,
    LD_LIBRARY_PATH: libraries.join(':'),
    NODE_PATH: [...existing(join('nodejs', 'node_modules')), join(place.taskRoot, 'node_modules')].join(':'),
    ...environment,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: place.taskRoot,
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_ACCESS_KEY_ID: place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: place.credentials.sessionToken,
  };
}
