// Signs as a client does: presigned URLs with the SDK's own signer, forms by hand from the AWS documentation.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Signer {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  };
}

type Data = string | ArrayBuffer | ArrayBufferView;
const bytesOf = (data: Data): Buffer => {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

/** The hash that the SDK's signer wants to be given. */
class Sha256 {
  readonly #secret: Data | undefined;
  #data: Buffer[] = [];
  constructor(secret?: Data) {
    this.#secret = secret;
  }
  update(data: Data) {
    this.#data.push(bytesOf(data));
  }
  reset() {
    this.#data = [];
  }
  async digest() {
    const digest = this.#secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(this.#secret));
    for (const data of this.#data) digest.update(data);
    return new Uint8Array(digest.digest());
  }
}

export interface Presigning {
  readonly method?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly expiresInSeconds?: number;
  readonly signingDate?: Date;
}

/** A URL for `/bucket/key` that is a credential by itself. */
export async function presign(
  { endpoint, region, credentials }: Signer,
  path: string,
  { method = 'GET', query = {}, headers = {}, expiresInSeconds = 60, signingDate }: Presigning = {},
): Promise<string> {
  const { hostname, port, host, protocol } = new URL(endpoint);
  const { sessionToken, ...keys } = credentials;
  const identity = { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
  const options = { service: 's3', region, credentials: identity, sha256: Sha256, uriEscapePath: false };
  const signer = new SignatureV4(options);
  const request = {
    method,
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: path.split('/').map(encodeStrictly).join('/'),
    query,
    headers: { host, ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  };
  const signed = await signer.presign(request as Parameters<SignatureV4['presign']>[0], {
    expiresIn: expiresInSeconds,
    ...(signingDate && { signingDate }),
  });
  return `${endpoint}${signed.path}?${new URLSearchParams(signed.query as Record<string, string>)}`;
}

/** As the SDK writes keys into paths. */
const encodeStrictly = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

export interface Posting {
  readonly bucket: string;
  readonly conditions?: readonly unknown[];
  readonly fields?: Record<string, string>;
  readonly file?: string | undefined;
  readonly expiresInMs?: number;
}

/** Posts a form as a browser does; `conditions` come after those on the bucket and on the signer's own fields. */
export function postForm(
  { endpoint, region, credentials }: Signer,
  { bucket, conditions = [], fields = {}, file = 'a,b\n', expiresInMs = 60_000 }: Posting,
): Promise<Response> {
  const amzDate = toAmzDate(new Date());
  const scope = `${amzDate.slice(0, 8)}/${region}/s3/aws4_request`;
  const own = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${scope}`,
    'x-amz-date': amzDate,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const document = {
    expiration: new Date(Date.now() + expiresInMs).toISOString(),
    conditions: [{ bucket }, ...Object.entries(own).map(([name, value]) => ({ [name]: value })), ...conditions],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = signText(credentials.secretAccessKey, scope, policy);
  const form = new FormData();
  const all = { key: 'drops/a.csv', ...own, policy, 'x-amz-signature': signature, ...fields };
  for (const [name, value] of Object.entries(all)) form.append(name, value);
  form.append('file', new Blob([file]), 'name of file.csv');
  form.append('submit', 'ignored behind the file');
  return fetch(`${endpoint}/${bucket}`, { method: 'POST', body: form, redirect: 'manual' });
}

/** `20260131T235959Z`. */
export function toAmzDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Hexadecimal signature with the key that is derived for this scope, `<date>/<region>/<service>/aws4_request`. */
export function signText(secretAccessKey: string, scope: string, text: string): string {
  const hmac = (secret: string | Buffer, data: string) => createHmac('sha256', secret).update(data).digest();
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return hmac(key, text).toString('hex');
}
