// Refusals of SQS: the names that the SDK maps, and the older codes that the query protocol carries in a header.

/** A refusal as SQS words it. `name` is the JSON error, `queryCode` what `x-amzn-query-error` and batch results show. */
export class SqsError extends Error {
  override readonly name: string;
  readonly queryCode: string;
  readonly status: number;

  constructor(name: string, message: string, { queryCode = name, status = 400 } = {}) {
    super(message);
    this.name = name;
    this.queryCode = queryCode;
    this.status = status;
  }
}

const legacy = (name: string) => ({ queryCode: `AWS.SimpleQueueService.${name}` });

export const queueDoesNotExist = (): SqsError =>
  new SqsError('QueueDoesNotExist', 'The specified queue does not exist', legacy('NonExistentQueue'));

export const receiptHandleIsInvalid = (): SqsError =>
  new SqsError('ReceiptHandleIsInvalid', 'The input receipt handle is not a valid receipt handle', { status: 404 });

export const messageNotInflight = (): SqsError =>
  new SqsError('MessageNotInflight', 'The message referred to is not in flight', legacy('MessageNotInflight'));

export const invalidParameter = (parameter: string, found: unknown, allowed: string): SqsError =>
  new SqsError(
    'InvalidParameterValue',
    `Value ${JSON.stringify(found)} for parameter ${parameter} is invalid. Reason: ${allowed}`,
  );

export const missingParameter = (parameter: string): SqsError =>
  new SqsError('MissingParameter', `The request must contain the parameter ${parameter}`);

export const batchRefused = (
  name:
    | 'EmptyBatchRequest'
    | 'TooManyEntriesInBatchRequest'
    | 'BatchEntryIdsNotDistinct'
    | 'BatchRequestTooLong'
    | 'InvalidBatchEntryId',
  message: string,
): SqsError => new SqsError(name, message, legacy(name));

export const invalidAttributeName = (found: unknown): SqsError =>
  new SqsError('InvalidAttributeName', `Unknown Attribute ${JSON.stringify(found)}`);

/** What AWS has and the twin has not: refused, never answered with a silent 200. */
export const notImplemented = (what: string): SqsError =>
  new SqsError('NotImplemented', `${what} is not implemented in the twin`, { status: 501 });
