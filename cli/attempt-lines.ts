// Attempts at drops, in words.
import type { AttemptEnd, ReplayedDrop } from '#lib/ledger/replayed.ts';

/** State and outcomes of an attempt in a few words. */
export function attemptWords({ state, reason, outcomes }: AttemptEnd): string {
  if (state === 'in flight') return 'is in flight';
  const counts = Object.entries(outcomes).filter(([, n]) => n > 0);
  const why = reason === undefined ? '' : ` (${reason})`;
  return `ended with ${counts.map(([outcome, n]) => `${n} ${outcome}`).join(', ') || 'no items'}${why}`;
}

/** A line for each attempt at drops that were tried more than once. */
export function attemptLines(replayed: readonly ReplayedDrop[]): readonly string[] {
  return replayed.flatMap(({ site, dropKey, attempts }) => [
    `${site} ${dropKey}`,
    ...attempts.map((end) => {
      const asked = end.why === undefined ? '' : `: ${end.why}`;
      return `  attempt ${end.attempt} (${end.at}${asked}) ${attemptWords(end)}`;
    }),
  ]);
}
