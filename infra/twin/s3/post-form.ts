// Browser uploads: a form whose signed policy is the caller's credential.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
import type { UnsignedCall } from '../contract.ts';
import { invalidArgument, S3Error } from './errors.ts';
import { checkPolicy } from './post-policy.ts';
import type { Verification } from './presigned-url.ts';
import { decodeKey, parseRequest, type S3Request } from './request.ts';
import { findKeys, parseCredential, signatureAlgorithm, verifySignature, verifyToken } from './signature.ts';
import { parseTaggingXml } from './tags.ts';

/** All fields before the file, names and values together. */
const mostFieldBytes = 20_480;
const systemFields = new Set(['cache-control', 'content-type', 'content-disposition', 'content-encoding', 'expires']);
/** Fields that say who uploads where, and not what is stored. */
const ownFields = new Set([
  'key',
  'bucket',
  'policy',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-signature',
  'x-amz-security-token',
  'success_action_status',
  'success_action_redirect',
  'redirect',
]);

interface Form {
  /** By name in lower case, without the file. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer;
  readonly fileName: string;
}

export function isPostForm({ request }: UnsignedCall): boolean {
  return request.method === 'POST' && /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
}

/** The write that the form stands for, in the name of its signer; throws unless signature and policy hold. */
export async function openForm(call: UnsignedCall, requestId: string, verification: Verification): Promise<S3Request> {
  const { fields, file, fileName } = await readForm(call);
  const credential = parseCredential(fields.get('x-amz-credential') ?? '');
  const policy = fields.get('policy');
  if (credential === undefined || policy === undefined || fields.get('x-amz-algorithm') !== signatureAlgorithm) {
    throw invalidArgument(
      'form',
      [...fields.keys()].join(', '),
      'policy, x-amz-algorithm, x-amz-credential and x-amz-signature',
    );
  }
  const { region, keysOf, clock } = verification;
  if (credential.region !== region)
    throw invalidArgument('x-amz-credential', credential.region, `the region ${region}`);
  const keys = findKeys(keysOf, credential);
  verifyToken(keys, fields.get('x-amz-security-token'));
  verifySignature(keys, credential, policy, fields.get('x-amz-signature') ?? '');

  const request = parseRequest(call, keys.principal, requestId);
  const key = fields.get('key')?.replaceAll(fileNameVariable, () => fileName);
  if (request.key !== undefined || key === undefined || key === '') {
    throw invalidArgument('key', key ?? '', 'a form field of this name, posted to the bucket');
  }
  const values = new Map(fields).set('key', key).set('bucket', request.bucketName ?? '');
  checkPolicy(policy, { fields: values, fileBytes: file.length, nowMs: clock.now() });
  return { ...request, key: decodeKey(encodeURIComponent(key)), form: values, body: file, headers: asHeaders(fields) };
}

/** A browser puts the name of the chosen file here. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the variable of S3's forms
const fileNameVariable = '${filename}';

/** Everything behind the file is ignored, as S3 does. */
async function readForm({ request, body }: UnsignedCall): Promise<Form> {
  const type = request.headers['content-type'] ?? '';
  let parsed: FormData;
  try {
    parsed = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw malformed('The body of your POST request is not well-formed multipart/form-data', cause);
  }
  const fields = new Map<string, string>();
  let bytes = 0;
  for (const [name, value] of parsed) {
    const field = name.toLowerCase();
    if (field === 'file') {
      if (typeof value === 'string') return { fields, file: Buffer.from(value), fileName: '' };
      return { fields, file: Buffer.from(await value.arrayBuffer()), fileName: value.name };
    }
    if (typeof value !== 'string' || fields.has(field)) throw malformed(`form field ${name}: allowed is text, once`);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (bytes > mostFieldBytes) {
      throw new S3Error(
        'MaxPostPreDataLengthExceeded',
        `form fields: allowed are ${mostFieldBytes} bytes before the file`,
      );
    }
    fields.set(field, value);
  }
  throw invalidArgument('file', '', 'one form field of this name, the last that counts');
}

/** As PutObject would carry them: text as Latin-1 bytes, tags as a query string. Unknown fields stay, to be refused. */
function asHeaders(fields: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (ownFields.has(name) || name.startsWith('x-ignore-')) continue;
    if (name === 'tagging') {
      headers['x-amz-tagging'] = new URLSearchParams(parseTaggingXml(Buffer.from(value))).toString();
    } else if (systemFields.has(name) || name.startsWith('x-amz-')) {
      headers[name] = Buffer.from(value).toString('latin1');
    } else {
      headers[`x-amz-${name}`] = value;
    }
  }
  return headers;
}

function malformed(message: string, cause?: unknown): S3Error {
  const error = new S3Error('MalformedPOSTRequest', message);
  error.cause = cause;
  return error;
}
