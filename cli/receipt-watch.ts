// How long a site waits between its PUT and its receipt.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IntakeBucket } from '#functions/ports.ts';
import { receiptKey } from '#lib/ledger/keys.ts';

/** Drops that are watched at a time: each costs a listing per look. When one has its receipt, the next drop that is put takes its place. */
const WATCHED = 24;
const LOOK_EVERY_MS = 250;

export interface ReceiptWatch {
  /** Watches the newest version of this object, put right now, unless enough others are watched. */
  look(key: string): void;
  /** Milliseconds from PUT to receipt, rounded up to the next look; waits for those that are still watched. */
  waits(): Promise<readonly number[]>;
  /** Gives up what has no receipt yet. */
  stop(): void;
}

export function receiptWatch(intake: IntakeBucket): ReceiptWatch {
  const waits: number[] = [];
  const watched = new Set<Promise<void>>();
  const ended = new AbortController();
  return {
    look(key) {
      if (watched.size >= WATCHED) return;
      const putMs = performance.now();
      const watching = untilReceipt(intake, key, ended.signal)
        .then((found) => {
          if (found) waits.push(performance.now() - putMs);
        })
        .finally(() => watched.delete(watching));
      watched.add(watching);
    },
    async waits() {
      await Promise.all(watched);
      return waits.toSorted((a, b) => a - b);
    },
    stop: () => ended.abort(),
  };
}

async function untilReceipt(intake: IntakeBucket, key: string, signal: AbortSignal): Promise<boolean> {
  const versionId = await newestVersion(intake, key);
  while (versionId !== undefined && !signal.aborted) {
    for await (const _ of intake.list(receiptKey(key, versionId))) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** S3 lists the versions of a key from the newest on. */
async function newestVersion(intake: IntakeBucket, key: string): Promise<string | undefined> {
  for await (const version of intake.listVersions(key)) if (version.key === key) return version.versionId;
  return undefined;
}
