// The errors of S3 as its clients know them: code, status, and what went with it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList

const statusOfCode = {
  AccessDenied: 403,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  ConditionalRequestConflict: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidTag: 400,
  InvalidToken: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MalformedXML: 400,
  MaxPostPreDataLengthExceeded: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof statusOfCode;

/** Ends a request with an S3 error document. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: S3ErrorCode;
  readonly status: number;
  /** Response headers that clients rely on, such as `x-amz-delete-marker`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Further elements of the error document. */
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(
    code: S3ErrorCode,
    message: string,
    extra: { readonly headers?: Record<string, string>; readonly fields?: Record<string, string | number> } = {},
  ) {
    super(message);
    this.code = code;
    this.status = statusOfCode[code];
    this.headers = extra.headers ?? {};
    this.fields = extra.fields ?? {};
  }
}

/** What the twin does not do it refuses by name: never a silent success. */
export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `${what} is not implemented by the twin`);
}

export function invalidArgument(name: string, found: string, allowed: string): S3Error {
  return new S3Error('InvalidArgument', `${name}: found ${JSON.stringify(found)}, allowed is ${allowed}`, {
    fields: { ArgumentName: name, ArgumentValue: found },
  });
}
