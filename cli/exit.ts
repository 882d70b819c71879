// Exit codes that scripts can rely on.
import { InvalidModel, RefusedInput, RejectedDrop } from '#functions/errors.ts';

export const EXIT = { done: 0, failed: 1, refused: 2 } as const;

/** Input that cannot be used is refused (2); everything else that ends a command early has failed (1). */
export function exitCodeOf(error: unknown): number {
  const refused = error instanceof RefusedInput || error instanceof RejectedDrop || error instanceof InvalidModel;
  return refused ? EXIT.refused : EXIT.failed;
}

/** One line for the terminal; the stack only when TRICUSPID_DEBUG is set. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env.TRICUSPID_DEBUG ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}
