// What the rooms of the twin know of each other. Each service is a function from an authorised HTTP request to a response.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The twin's time, in milliseconds since 1970. It may run faster than the wall clock. */
export interface Clock {
  now(): number;
  /** Waits for this many milliseconds of the twin's time. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Who calls: a role of the template with its session tags, or an AWS service acting by itself. */
export type Principal =
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly sessionName: string;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'service'; readonly service: string };

/** One call as the policies see it. `context` holds condition keys in lower case (`aws:sourcearn`, `s3:prefix`). */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resourceArn: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** Which statement decided, or that none allowed it: shown in the twin's log, and without resource names in the 403. */
  readonly reason: string;
}

/** Deny by default: identity policies of the role and the resource policy of the bucket, queue or key. */
export type Authorize = (request: AccessRequest) => AccessDecision;

/** A request without an `Authorization` header: whoever takes it must find out who calls. */
export interface UnsignedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Body, read whole. */
  readonly body: Buffer;
  /** Normalised (`/a/../b` is `/b`): S3, whose keys may look like that, reads `request.url` instead. */
  readonly url: URL;
  /** Trailers of an `aws-chunked` body, names in lower case. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** A caller that the front door has recognised by its access key. */
export interface Call extends UnsignedCall {
  readonly principal: Principal;
}

/** Temporary access keys, as the twin has given them out. */
export interface SessionKeys {
  readonly principal: Principal;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface BucketDescription {
  readonly name: string;
  readonly arn: string;
  readonly versioned: boolean;
  /** Key that encrypts by default: callers need its `kms:GenerateDataKey` and `kms:Decrypt`. */
  readonly kmsKeyArn?: string;
  readonly bucketKeyEnabled: boolean;
  readonly notifications: readonly BucketNotification[];
}

export interface BucketNotification {
  readonly id: string;
  /** For instance `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly queueArn: string;
}

export interface QueueDescription {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly receiveWaitSeconds: number;
  readonly maximumMessageBytes: number;
  readonly kmsKeyArn?: string;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

/** A message as an event-source mapping hands it to a function (the record of an SQS event, in SQS's own field names). */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
  readonly md5OfBody: string;
}

/** The queue service as the twin's own pollers and the S3 notifier use it: the same rules as over HTTP, principal checked. */
export interface QueueService {
  handle(call: Call): Promise<void>;
  /** Throws on refusal. Must be callable inside a transaction of the shared database (synchronous). */
  send(
    principal: Principal,
    queueArn: string,
    body: string,
    options?: {
      readonly messageGroupId?: string;
      /** The queue's own delay when absent. */
      readonly delaySeconds?: number;
      readonly context?: AccessRequest['context'];
    },
  ): string;
  /** Waits up to `waitSeconds` for at least one message. */
  receive(
    principal: Principal,
    queueArn: string,
    options: { readonly maxMessages: number; readonly waitSeconds: number; readonly signal?: AbortSignal },
  ): Promise<readonly ReceivedMessage[]>;
  deleteBatch(principal: Principal, queueArn: string, receiptHandles: readonly string[]): void;
  changeVisibility(principal: Principal, queueArn: string, receiptHandle: string, seconds: number): void;
  /** Keeps received messages in flight, however much of the twin's time passes, until the returned function is called. */
  hold(receiptHandles: readonly string[]): () => void;
  /** Visible, in flight, delayed, age of the oldest message in seconds: what CloudWatch would show. */
  depth(queueArn: string): {
    readonly visible: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly oldestAgeSeconds: number;
  };
}
