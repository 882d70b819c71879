// KMS of the twin: HMAC keys that never leave it, and descriptions of the keys of buckets and queues.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Authorize, Call } from './contract.ts';

export interface KeyDescription {
  readonly arn: string;
  readonly spec: 'HMAC_256' | 'SYMMETRIC_DEFAULT';
  readonly description?: string;
  /** Names of the form `alias/name`. */
  readonly aliases?: readonly string[];
  /** A published secret of 32 bytes for runs that must be reproducible; by default the key has a random one of its own. */
  readonly fixedSecret?: Uint8Array;
}

export interface KmsOptions {
  readonly authorize: Authorize;
  readonly keys: readonly KeyDescription[];
  /** Holds one file per HMAC key, readable by its owner only. */
  readonly secretFolder: string;
}

interface Key extends KeyDescription {
  readonly id: string;
  readonly secret?: Uint8Array;
}

class KmsError extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

type Parameters = Readonly<Record<string, unknown>>;

interface Operation {
  readonly parameters: readonly string[];
  readonly run: (key: Key, parameters: Parameters) => object;
}

const SECRET_BYTES = 32;
const MAXIMUM_MESSAGE_BYTES = 4096;
const MAC_ALGORITHM = 'HMAC_SHA_256';

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GenerateMac', { parameters: ['KeyId', 'Message', 'MacAlgorithm'], run: generateMac }],
  ['VerifyMac', { parameters: ['KeyId', 'Message', 'MacAlgorithm', 'Mac'], run: verifyMac }],
  ['DescribeKey', { parameters: ['KeyId'], run: describeKey }],
]);

/** Opens the keys of the template; secrets are made once and survive restarts. */
export function createKms({ authorize, keys, secretFolder }: KmsOptions): { handle(call: Call): Promise<void> } {
  const opened = keys.map((key) => openKey(key, secretFolder));
  return {
    async handle(call) {
      try {
        respond(call, 200, runOperation(opened, authorize, call));
      } catch (error) {
        if (!(error instanceof KmsError)) throw error;
        respond(call, error.status, { __type: error.name, message: error.message });
      }
    },
  };
}

function openKey(description: KeyDescription, secretFolder: string): Key {
  const [, id] = /^arn:aws:kms:[\w-]+:\d{12}:key\/([\w-]+)$/.exec(description.arn) ?? [];
  if (id === undefined) throw new Error(`KMS key: found ${description.arn}, allowed are ARNs of keys`);
  if (description.spec !== 'HMAC_256') return { ...description, id };
  const secret = description.fixedSecret ?? readOrCreateSecret(secretFolder, id);
  if (secret.length !== SECRET_BYTES) {
    throw new Error(`KMS key ${id}: found a secret of ${secret.length} bytes, allowed are ${SECRET_BYTES}`);
  }
  return { ...description, id, secret };
}

/** The file appears whole or not at all (written aside, then linked), so a crash cannot leave half a secret. */
function readOrCreateSecret(folder: string, id: string): Uint8Array {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${id}.secret`);
  const draft = `${path}.${randomUUID()}`;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    const file = openSync(draft, 'wx', 0o600);
    writeSync(file, randomBytes(SECRET_BYTES));
    fsyncSync(file);
    closeSync(file);
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new Error(`KMS key ${id}: found a secret file of mode ${mode.toString(8)}, allowed is 600`);
  }
  return readFileSync(path);
}

function runOperation(keys: readonly Key[], authorize: Authorize, call: Call): object {
  const target = call.request.headers['x-amz-target'];
  const name = /^TrentService\.(\w+)$/.exec(typeof target === 'string' ? target : '')?.[1] ?? '';
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw new KmsError('NotImplemented', `KMS ${name} is not implemented in the twin`, 501);
  const parameters = parse(call.body, operation.parameters);
  const key = findKey(keys, parameters.KeyId);
  const action = `kms:${name}`;
  const algorithm = parameters.MacAlgorithm;
  const decision = authorize({
    principal: call.principal,
    action,
    resourceArn: key.arn,
    context: typeof algorithm === 'string' ? { 'kms:macalgorithm': algorithm } : {},
  });
  if (!decision.allowed) {
    throw new KmsError(
      'AccessDeniedException',
      `The caller is not authorized to perform: ${action} because ${decision.reason}`,
    );
  }
  return operation.run(key, parameters);
}

function parse(body: Buffer, allowed: readonly string[]): Parameters {
  let parameters: unknown;
  try {
    parameters = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new KmsError('SerializationException', `The request is not JSON: ${(cause as SyntaxError).name}`);
  }
  if (typeof parameters !== 'object' || parameters === null) {
    throw new KmsError('SerializationException', 'The request is not a JSON record');
  }
  for (const name of Object.keys(parameters)) {
    if (!allowed.includes(name))
      throw new KmsError('NotImplemented', `KMS parameter ${name} is not implemented in the twin`, 501);
  }
  return parameters as Parameters;
}

/** By ARN, id, alias or ARN of the alias. */
function findKey(keys: readonly Key[], asked: unknown): Key {
  const found = keys.find(
    ({ arn, id, aliases = [] }) =>
      asked === arn ||
      asked === id ||
      aliases.some((alias) => asked === alias || asked === arn.replace(`key/${id}`, alias)),
  );
  if (found === undefined) throw new KmsError('NotFoundException', `Key ${JSON.stringify(asked)} does not exist`);
  return found;
}

/** HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the message under the key's secret. */
function macOf(key: Key, { Message, MacAlgorithm }: Parameters): Buffer {
  if (key.secret === undefined) {
    throw new KmsError('InvalidKeyUsageException', `${key.arn} is of spec ${key.spec}, allowed is HMAC_256`);
  }
  if (MacAlgorithm !== MAC_ALGORITHM) {
    throw new KmsError(
      'InvalidKeyUsageException',
      `MacAlgorithm ${JSON.stringify(MacAlgorithm)} found, allowed is ${MAC_ALGORITHM}`,
    );
  }
  const message = bytes(Message, 'Message');
  if (message.length === 0 || message.length > MAXIMUM_MESSAGE_BYTES) {
    throw new KmsError(
      'ValidationException',
      `Message of ${message.length} bytes found, allowed are 1 to ${MAXIMUM_MESSAGE_BYTES}`,
    );
  }
  return createHmac('sha256', key.secret).update(message).digest();
}

function bytes(value: unknown, name: string): Buffer {
  if (typeof value !== 'string') throw new KmsError('ValidationException', `${name} is missing`);
  return Buffer.from(value, 'base64');
}

function generateMac(key: Key, parameters: Parameters): object {
  return { KeyId: key.arn, Mac: macOf(key, parameters).toString('base64'), MacAlgorithm: MAC_ALGORITHM };
}

function verifyMac(key: Key, parameters: Parameters): object {
  const expected = macOf(key, parameters);
  const found = bytes(parameters.Mac, 'Mac');
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) {
    throw new KmsError('KMSInvalidMacException', 'The Mac does not belong to this message and key');
  }
  return { KeyId: key.arn, MacValid: true, MacAlgorithm: MAC_ALGORITHM };
}

function describeKey({ arn, id, spec, description = '' }: Key): object {
  const isMac = spec === 'HMAC_256';
  return {
    KeyMetadata: {
      AWSAccountId: arn.split(':')[4],
      KeyId: id,
      Arn: arn,
      Description: description,
      Enabled: true,
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
      Origin: 'AWS_KMS',
      MultiRegion: false,
      KeySpec: spec,
      CustomerMasterKeySpec: spec,
      KeyUsage: isMac ? 'GENERATE_VERIFY_MAC' : 'ENCRYPT_DECRYPT',
      ...(isMac ? { MacAlgorithms: [MAC_ALGORITHM] } : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
    },
  };
}

function respond({ response }: Call, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}
