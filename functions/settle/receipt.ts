// What the site reads about its drop. It lies inside the intake boundary, beside the drop.
import { dropOf } from '#lib/ledger/attempt.ts';
import { type ReceiptAttempt, receiptAttempt } from '#lib/ledger/receipt-attempt.ts';
import type { Closed, DropLink, Finding, Plan, Reason, Received, RejectedRow, RowOutcome, Tally } from '../study.ts';

/** Of several ECGs: the record that the row is, as the site named it. */
interface AboutRecord {
  readonly record?: string;
}

export interface Receipt extends ReceiptAttempt {
  readonly object: string;
  readonly versionId: string;
  readonly receivedAt: string;
  readonly sizeBytes: number;
  /** One sentence for people. */
  readonly summary: string;
  readonly state: 'accepted' | 'rejected' | 'quarantined' | 'member';
  readonly reason?: Reason;
  /** Of a part of a set: the object that closed it. */
  readonly of?: string;
  readonly items: number;
  readonly outcomes: Tally;
  readonly rejected: readonly (RejectedRow & AboutRecord)[];
  readonly repeated: {
    readonly rows: readonly number[];
    readonly units: readonly { readonly items: number; readonly sameAsDrop: string }[];
  };
  readonly findings: readonly (Finding & AboutRecord)[];
  readonly units: readonly {
    readonly unit: string;
    readonly items: number;
    readonly published: number;
    readonly abstained: number;
    readonly quarantined: number;
    readonly reason?: Reason;
    /** Of several ECGs: what became of each. */
    readonly ecgs?: readonly ({ readonly row: number; readonly outcome: RowOutcome } & AboutRecord)[];
  }[];
}

export interface SettledDrop {
  readonly link: DropLink;
  readonly received: Received;
  readonly plan: Plan;
  readonly closed: readonly Closed[];
  readonly outcomes: Tally;
  /** Names of the drop's ECGs, row by row. */
  readonly records: readonly string[];
  /** Of a member: the object that it belongs to. */
  readonly of?: string;
}

/** The receipt of a drop whose every item has its outcome. */
export function receiptOf({ link, received, plan, closed, outcomes, records, of }: SettledDrop): Receipt {
  const named = <T extends { readonly row?: number }>(entry: T): T & AboutRecord => {
    const record = entry.row === undefined ? undefined : records[entry.row - 1];
    return { ...entry, ...(record !== undefined && { record }) };
  };
  return {
    object: link.key,
    versionId: link.versionId,
    receivedAt: received.receivedAt,
    sizeBytes: received.sizeBytes,
    summary: summarize(plan, outcomes, of),
    state: plan.state === 'planned' ? 'accepted' : plan.state,
    ...(plan.reason !== undefined && { reason: plan.reason }),
    items: plan.items,
    outcomes,
    ...(of !== undefined && { of }),
    rejected: plan.rejected.map(named),
    repeated: {
      rows: plan.repeatedRows,
      units: plan.repeatedUnits.map(({ items, owner }) => ({ items, sameAsDrop: dropOf(owner) })),
    },
    findings: plan.findings.map(named),
    units: closed.map(({ unit, items, published, abstained, quarantined, reason, ecgs }) => ({
      unit,
      items,
      published,
      abstained,
      quarantined,
      ...(reason !== undefined && { reason }),
      ...(ecgs !== undefined && { ecgs: ecgs.map(({ row, outcome }) => named({ row, outcome })) }),
    })),
    ...receiptAttempt(link, plan.dropKey),
  };
}

function summarize(plan: Plan, outcomes: Tally, of: string | undefined): string {
  if (plan.state === 'member') return `Part of ${of}, whose receipt says what became of it.`;
  if (plan.state === 'rejected') return `Not accepted: ${plan.reason?.message}.`;
  if (plan.state === 'quarantined')
    return 'Set aside: it could not be processed. The operators have been alerted; the file is kept.';
  const counts = Object.entries(outcomes).filter(([, n]) => n > 0);
  return `${plan.items} items: ${counts.map(([outcome, n]) => `${n} ${outcome}`).join(', ')}.`;
}
