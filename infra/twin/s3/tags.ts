// Object tags: as a header, as XML, and the limits that S3 sets.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
import { childText, parseXml, type XmlElement, xmlDocument } from '../xml.ts';
import { S3Error } from './errors.ts';

export type Tags = Readonly<Record<string, string>>;

const mostTags = 10;
const longestTagKey = 128;
const longestTagValue = 256;

/** Reads `x-amz-tagging`, a query string such as `state=done&site=a`. */
export function parseTaggingHeader(header: string): Tags {
  return checkTags([...new URLSearchParams(header)]);
}

/** Reads the body of PutObjectTagging. */
export function parseTaggingXml(body: Buffer): Tags {
  const root = parseBody(body);
  const tagSet = root.children.find((child) => child.name === 'TagSet');
  if (root.name !== 'Tagging' || tagSet === undefined) throw malformed();
  return checkTags(
    tagSet.children.map((tag) => {
      const key = childText(tag, 'Key');
      const value = childText(tag, 'Value');
      if (tag.name !== 'Tag' || key === undefined || value === undefined) throw malformed();
      return [key, value] as const;
    }),
  );
}

export function renderTagging(tags: Tags, namespace: string): string {
  const tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return xmlDocument('Tagging', { TagSet: { Tag: tag } }, namespace);
}

function checkTags(entries: readonly (readonly [string, string])[]): Tags {
  if (entries.length > mostTags)
    throw new S3Error('InvalidTag', `tags: found ${entries.length}, allowed are ${mostTags}`);
  for (const [key, value] of entries) {
    if (key.length === 0 || key.length > longestTagKey) {
      throw new S3Error('InvalidTag', `tag key: found ${key.length} characters, allowed are 1 to ${longestTagKey}`);
    }
    if (value.length > longestTagValue) {
      throw new S3Error(
        'InvalidTag',
        `tag value: found ${value.length} characters, allowed are 0 to ${longestTagValue}`,
      );
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)) {
      throw new S3Error('InvalidTag', 'tag: found other characters, allowed are letters, numbers, spaces and _.:/=+-@');
    }
  }
  const tags = Object.fromEntries(entries);
  if (Object.keys(tags).length < entries.length)
    throw new S3Error('InvalidTag', 'tags: found the same key twice, allowed is once');
  return tags;
}

function parseBody(body: Buffer): XmlElement {
  try {
    return parseXml(body.toString('utf8'));
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): S3Error {
  const error = new S3Error('MalformedXML', 'The XML is not well-formed or does not follow the schema of Tagging');
  error.cause = cause;
  return error;
}
