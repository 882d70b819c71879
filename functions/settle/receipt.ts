// What the site reads about its drop. It lies inside the intake boundary, beside the drop.
import { dropOf } from '#lib/ledger/attempt.ts';
import { type ReceiptAttempt, receiptAttempt } from '#lib/ledger/receipt-attempt.ts';
import type { Closed, DropLink, Finding, Plan, Reason, Received, RejectedRow, Tally } from '../study.ts';

export interface Receipt extends ReceiptAttempt {
  readonly object: string;
  readonly versionId: string;
  readonly receivedAt: string;
  readonly sizeBytes: number;
  /** One sentence for people. */
  readonly summary: string;
  readonly state: 'accepted' | 'rejected' | 'quarantined';
  readonly reason?: Reason;
  readonly items: number;
  readonly outcomes: Tally;
  readonly rejected: readonly RejectedRow[];
  readonly repeated: {
    readonly rows: readonly number[];
    readonly units: readonly { readonly items: number; readonly sameAsDrop: string }[];
  };
  readonly findings: readonly Finding[];
  readonly units: readonly {
    readonly unit: string;
    readonly items: number;
    readonly published: number;
    readonly abstained: number;
    readonly quarantined: number;
    readonly reason?: Reason;
  }[];
}

/** The receipt of a drop whose every item has its outcome. */
export function receiptOf(
  link: DropLink,
  received: Received,
  plan: Plan,
  closed: readonly Closed[],
  outcomes: Tally,
): Receipt {
  return {
    object: link.key,
    versionId: link.versionId,
    receivedAt: received.receivedAt,
    sizeBytes: received.sizeBytes,
    summary: summarize(plan, outcomes),
    state: plan.state === 'planned' ? 'accepted' : plan.state,
    ...(plan.reason !== undefined && { reason: plan.reason }),
    items: plan.items,
    outcomes,
    rejected: plan.rejected,
    repeated: {
      rows: plan.repeatedRows,
      units: plan.repeatedUnits.map(({ items, owner }) => ({ items, sameAsDrop: dropOf(owner) })),
    },
    findings: plan.findings,
    units: closed.map(({ unit, items, published, abstained, quarantined, reason }) => ({
      unit,
      items,
      published,
      abstained,
      quarantined,
      ...(reason !== undefined && { reason }),
    })),
    ...receiptAttempt(link, plan.dropKey),
  };
}

function summarize(plan: Plan, outcomes: Tally): string {
  if (plan.state === 'rejected') return `Not accepted: ${plan.reason?.message}.`;
  if (plan.state === 'quarantined')
    return 'Set aside: it could not be processed. The operators have been alerted; the file is kept.';
  const counts = Object.entries(outcomes).filter(([, n]) => n > 0);
  return `${plan.items} items: ${counts.map(([outcome, n]) => `${n} ${outcome}`).join(', ')}.`;
}
