/** Largest request and response of a synchronous invocation, in bytes (Lambda quotas). */
export const MAXIMUM_PAYLOAD_BYTES = 6_291_556;

/** How an invocation ended: what the function returned, or the error document that Lambda's Invoke returns. */
export type Outcome =
  | { readonly kind: 'returned'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: InvocationError };

export interface InvocationError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** One call of a function on its way. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
}

/** The function is at its reserved concurrency. */
export class FunctionThrottled extends Error {
  override readonly name = 'TooManyRequestsException';
  constructor(functionName: string, reservedConcurrency: number) {
    super(`${functionName}: rate exceeded, its reserved concurrency is ${reservedConcurrency}`);
  }
}

export function failed(requestId: string, errorType: string, errorMessage: string): Outcome {
  return {
    kind: 'failed',
    requestId,
    error: { errorType, errorMessage: `RequestId: ${requestId} Error: ${errorMessage}` },
  };
}
