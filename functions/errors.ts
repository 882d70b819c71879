// All error classes. Message = what + found + allowed, and never patient data.

/** The site must act: the drop cannot be taken as it is. Ends as `rejected` in the ledger and the receipt. */
export class RejectedDrop extends Error {
  override readonly name = 'RejectedDrop';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The same call may succeed later: the queue delivers the message again. */
export class TransientFailure extends Error {
  override readonly name = 'TransientFailure';
}

/** Something of our own is broken or was tampered with: wrong hash, unknown field, golden vector missed. */
export class InvalidModel extends Error {
  override readonly name = 'InvalidModel';
  readonly model: string;

  constructor(model: string, message: string, options?: ErrorOptions) {
    super(`model ${model}: ${message}`, options);
    this.model = model;
  }
}

/** A queue message or event that no step of ours wrote. */
export class ForeignMessage extends Error {
  override readonly name = 'ForeignMessage';
}

/** A command line, a configuration or a cohort that cannot be used; the CLI exits with 2. */
export class RefusedInput extends Error {
  override readonly name = 'RefusedInput';
}

/** What to do with a failure: the queue tries again, the site is told, or it is a bug and goes to the dead letters. */
export function verdict(error: unknown): 'retry' | 'reject' | 'bug' {
  if (error instanceof RejectedDrop) return 'reject';
  if (error instanceof TransientFailure) return 'retry';
  return 'bug';
}
