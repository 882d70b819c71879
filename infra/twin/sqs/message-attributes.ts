// Message attributes: what is accepted, their size, their checksum.
import { createHash } from 'node:crypto';
import { invalidParameter, missingParameter, notImplemented, SqsError } from './errors.ts';

/** In SQS's own field names; binary values stay in base64, as on the wire. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MAXIMUM_ATTRIBUTES = 10;
const NAME = /^(?!\.)(?!.*\.\.)(?!.*\.$)[\w.-]{1,256}$/;
// "Amazon SQS message attributes" and the characters of XML 1.0, which bodies are held to as well.
const REFUSED_CHARACTERS = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function checkBody(body: string): void {
  if (body.length === 0) throw missingParameter('MessageBody');
  checkCharacters(body, 'The message body');
}

function checkCharacters(text: string, what: string): void {
  if (REFUSED_CHARACTERS.test(text)) {
    throw new SqsError(
      'InvalidMessageContents',
      `${what} holds characters outside of #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`,
    );
  }
}

/** Checks attributes as a client sent them. */
export function parseMessageAttributes(value: unknown): MessageAttributes {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidParameter('MessageAttributes', value, 'must be a map of attributes');
  }
  const entries = Object.entries(value);
  if (entries.length > MAXIMUM_ATTRIBUTES) {
    throw invalidParameter('MessageAttributes', entries.length, `at most ${MAXIMUM_ATTRIBUTES} attributes are allowed`);
  }
  return Object.fromEntries(entries.map(([name, attribute]) => [name, parseAttribute(name, attribute)]));
}

function parseAttribute(name: string, value: unknown): MessageAttribute {
  if (!NAME.test(name) || /^(aws|amazon)\./i.test(name)) {
    throw invalidParameter(
      'MessageAttributes',
      name,
      'the name may hold A-Z a-z 0-9 _ - . and must not start with AWS.',
    );
  }
  const { DataType, StringValue, BinaryValue, ...others } = (value ?? {}) as Record<string, unknown>;
  for (const [field, found] of Object.entries(others)) {
    if (found !== undefined && !(Array.isArray(found) && found.length === 0)) {
      throw notImplemented(`field ${field} of a message attribute`);
    }
  }
  const kind = typeof DataType === 'string' ? /^(String|Number|Binary)(?:\..{1,})?$/.exec(DataType)?.[1] : undefined;
  if (typeof DataType !== 'string' || kind === undefined) {
    throw invalidParameter(`MessageAttributes.${name}.DataType`, DataType, 'must be String, Number or Binary');
  }
  const [field, content] = kind === 'Binary' ? ['BinaryValue', BinaryValue] : ['StringValue', StringValue];
  if (typeof content !== 'string' || content === '') {
    throw invalidParameter(`MessageAttributes.${name}.${field}`, content, 'must be a text that is not empty');
  }
  if (kind !== 'Binary') checkCharacters(content, `The message attribute ${name}`);
  if (kind === 'Number' && !Number.isFinite(Number(content))) {
    throw invalidParameter(`MessageAttributes.${name}.StringValue`, content, 'must be a number');
  }
  return { DataType, [field]: content };
}

const contentOf = (attribute: MessageAttribute): Buffer =>
  attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? '')
    : Buffer.from(attribute.BinaryValue, 'base64');

/** Bytes that count towards the size of a message: names, types and values. */
export function attributesBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + contentOf(attribute).length,
    0,
  );
}

/** MD5 over attributes in the order of their names ("Calculating the MD5 message digest for message attributes"). */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Uint8Array.of(attribute.BinaryValue === undefined ? 1 : 2));
    add(contentOf(attribute));
  }
  return hash.digest('hex');
}

export const md5OfText = (text: string): string => createHash('md5').update(text).digest('hex');

/** Picks attributes by `All`, `.*`, a name, or a prefix `name.*`. */
export function selectAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  if (names.includes('All') || names.includes('.*')) return attributes;
  const wanted = (name: string) =>
    names.some((asked) => asked === name || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -1))));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}
