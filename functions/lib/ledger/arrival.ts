// What S3 says about a new object version, read from the event that the arrivals queue carries.
import * as z from 'zod/mini';
import { ForeignMessage } from '#functions/errors.ts';

/** A new object version under `drops/`. */
export interface Arrival {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
}

const record = z.object({
  eventSource: z.literal('aws:s3'),
  eventName: z.string().check(z.regex(/^ObjectCreated:/)),
  eventTime: z.iso.datetime(),
  s3: z.object({
    object: z.object({ key: z.string(), size: z.int().check(z.gte(0)), versionId: z.string().check(z.minLength(1)) }),
  }),
});
const event = z.object({ Records: z.array(record) });
const test = z.object({ Event: z.literal('s3:TestEvent') });

/** Keys in events are form-encoded: `+` is a space (S3 user guide, "Event message structure"). */
function decodeKey(key: string, body: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (cause) {
    throw foreign(body, 'with a key that is not url-encoded', cause);
  }
}

/** Arrivals of one message; none for the test event that S3 sends when a notification is set up. */
export function readArrivals(body: string): readonly Arrival[] {
  const json = parse(body);
  if (test.safeParse(json).success) return [];
  const parsed = event.safeParse(json);
  if (!parsed.success) throw foreign(body, 'that are not an S3 ObjectCreated event with version ids');
  return parsed.data.Records.map(({ eventTime, s3 }) => ({
    key: decodeKey(s3.object.key, body),
    versionId: s3.object.versionId,
    sizeBytes: s3.object.size,
    receivedAt: eventTime,
  }));
}

const foreign = (body: string, what: string, cause?: unknown): ForeignMessage =>
  new ForeignMessage(`arrivals message: found ${body.length} characters ${what}`, { cause });

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw foreign(body, 'that are not JSON', cause);
  }
}
