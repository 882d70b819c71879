// The policy document of a browser upload: which fields a form may carry, and with what values.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
import { z } from 'zod';
import { S3Error } from './errors.ts';

const matching = z.tuple([z.string(), z.string().startsWith('$'), z.string()]);
const length = z.tuple([z.string(), z.coerce.number().int().min(0), z.coerce.number().int().min(0)]);
const conditionShape = z.union([matching, length, z.record(z.string(), z.string())]);
const documentShape = z.strictObject({ expiration: z.iso.datetime(), conditions: z.array(conditionShape) });

interface Posted {
  /** By name in lower case, with `bucket`. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileBytes: number;
  readonly nowMs: number;
}

/** Throws what S3 answers unless the policy, base64 of JSON, is in force, and the form is as it says. */
export function checkPolicy(policy: string, posted: Posted): void {
  const { expiration, conditions } = parsePolicy(policy);
  if (posted.nowMs > Date.parse(expiration)) throw denied('Policy expired');
  const named = new Set<string>();
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, value] of Object.entries(condition)) checkField('eq', name, value, posted, named);
    } else if (typeof condition[1] === 'string') {
      const [operator, name, value] = condition as z.infer<typeof matching>;
      checkField(operator.toLowerCase(), name.slice(1), value, posted, named);
    } else {
      checkLength(condition as z.infer<typeof length>, posted.fileBytes);
    }
  }
  const extra = [...posted.fields.keys()].filter((name) => !named.has(name) && !needsNoCondition(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
}

function needsNoCondition(name: string): boolean {
  return name === 'policy' || name === 'x-amz-signature' || name === 'bucket' || name.startsWith('x-ignore-');
}

function checkField(operator: string, name: string, value: string, { fields }: Posted, named: Set<string>): void {
  const field = name.toLowerCase();
  named.add(field);
  const found = fields.get(field) ?? '';
  if (operator !== 'eq' && operator !== 'starts-with') throw invalid(`unknown condition ${operator}`);
  // Of a list of content types, each must start so.
  const values = field === 'content-type' && operator === 'starts-with' ? found.split(',') : [found];
  const holds = operator === 'eq' ? found === value : values.every((entry) => entry.startsWith(value));
  if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify([operator, `$${name}`, value])}`);
}

function checkLength([operator, least, most]: z.infer<typeof length>, bytes: number): void {
  if (operator.toLowerCase() !== 'content-length-range') throw invalid(`unknown condition ${operator}`);
  if (bytes < least) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      fields: { ProposedSize: bytes, MinSizeAllowed: least },
    });
  }
  if (bytes > most) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      fields: { ProposedSize: bytes, MaxSizeAllowed: most },
    });
  }
}

function parsePolicy(policy: string): z.infer<typeof documentShape> {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
  } catch (cause) {
    throw invalid('it is not the base64 of JSON', cause);
  }
  const parsed = documentShape.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalid(z.prettifyError(parsed.error), parsed.error);
}

function denied(why: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}

function invalid(why: string, cause?: unknown): S3Error {
  const error = new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}`);
  error.cause = cause;
  return error;
}
