// The runtime of one worker: a client of the Lambda Runtime API, as the managed Node.js runtime of Lambda is one.
// Plain CommonJS, without imports of the project: it must be small, since its memory counts as the function's.
'use strict';
const http = require('node:http');
const path = require('node:path');

const [host, port, ...prefix] = process.env.AWS_LAMBDA_RUNTIME_API.split(/[:/]/);
const root = `${prefix.map((part) => `/${part}`).join('')}/2018-06-01/runtime`;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let currentRequestId;

/** Resolves with the answer; the end of the process is the right answer to a twin that is gone. */
function call(method, resource, body, headers = {}) {
  return new Promise((resolve) => {
    const request = http.request({ host, port, method, path: root + resource, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', leave);
    });
    request.on('error', leave);
    request.end(body);
  });
}

function leave() {
  process.exit(0);
}

function describeError(error, errorType) {
  if (!(error instanceof Error))
    return { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] };
  const trace = (error.stack ?? '').split('\n');
  return { errorType: errorType ?? error.name, errorMessage: error.message, trace };
}

function report(resource, described) {
  console.error(JSON.stringify(described));
  return call('POST', resource, JSON.stringify(described), {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Function-Error-Type': described.errorType,
  });
}

async function fail(error, errorType) {
  const place = currentRequestId === undefined ? '/init/error' : `/invocation/${currentRequestId}/error`;
  await report(place, describeError(error, errorType));
  process.exit(currentRequestId === undefined ? 1 : 129);
}

function loadHandler() {
  const [, moduleName, exportPath] = /^(.*?[^/.]*)\.(.+)$/.exec(process.env._HANDLER) ?? [];
  if (moduleName === undefined) throw named('Runtime.MalformedHandlerName', `Bad handler ${process.env._HANDLER}`);
  const file = path.join(process.env.LAMBDA_TASK_ROOT, moduleName);
  let loaded;
  try {
    loaded = require(file);
  } catch (error) {
    if (error?.code === 'MODULE_NOT_FOUND') throw named('Runtime.ImportModuleError', `Error: ${error.message}`);
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    throw error;
  }
  const handler = exportPath.split('.').reduce((value, key) => value?.[key], loaded);
  if (typeof handler !== 'function') {
    throw named('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  }
  if (handler.length >= 3) {
    throw named('Runtime.CallbackHandlerDeprecated', 'nodejs24.x does not support handlers that take a callback');
  }
  return handler;
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function serve(handler) {
  for (;;) {
    const { headers, body } = await call('GET', '/invocation/next');
    currentRequestId = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    process.env.TWIN_CLOCK = headers['twin-clock'];
    try {
      const result = JSON.stringify((await handler(JSON.parse(body), contextOf(headers))) ?? null);
      await call('POST', `/invocation/${currentRequestId}/response`, result, { 'Content-Type': 'application/json' });
    } catch (error) {
      await report(`/invocation/${currentRequestId}/error`, describeError(error));
    }
    currentRequestId = undefined;
  }
}

// The twin holds the other end of this pipe: when it ends, however it ends, the worker ends too.
process.stdin.on('end', leave).on('error', leave).resume();
process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (reason) => fail(reason, 'Runtime.UnhandledPromiseRejection'));

let handler;
try {
  handler = loadHandler();
} catch (error) {
  fail(error);
}
if (handler) serve(handler);
