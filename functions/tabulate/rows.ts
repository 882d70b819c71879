// Table rows of a planned drop and of a closed unit: pure functions of stored objects.
import type { LabelTableRow, LedgerTableRow, PredictionTableRow, StudyTableRow } from '#lib/cohort/rows.ts';
import { attemptOf } from '#lib/ledger/attempt.ts';
import { slotName } from '#lib/ledger/keys.ts';
import { NOTHING, tally } from '#lib/ledger/tally.ts';
import type { Closed, LabelRow, Plan, PredictionRow, Received, Slot, StudyRow } from '../study.ts';

type Arrived = Pick<LedgerTableRow, 'site' | 'dropKey' | 'receivedAt' | 'versionId'>;

const arrived = ({ site, dropKey, receivedAt, versionId }: Received): Arrived => ({
  site,
  dropKey,
  receivedAt,
  versionId,
});

/** The drop itself, its rejections by reason, and its sighting of each unit, first or again. */
export function dropRows(received: Received, plan: Plan): readonly LedgerTableRow[] {
  const attempt = attemptOf(received.dropKey);
  const base = { ...arrived(received), attempt, unit: null, state: null, reason: null, items: 0, ...NOTHING };
  const drop: LedgerTableRow = {
    ...base,
    ...tally(plan, []),
    kind: 'drop',
    state: plan.state,
    reason: plan.reason?.code ?? null,
    items: plan.items,
  };
  const rejections = [...countReasons(plan)].map(
    ([reason, rejected]): LedgerTableRow => ({ ...base, kind: 'rejection', reason, rejected, items: rejected }),
  );
  const seen = { ...base, kind: 'sighting' } as const;
  const owned = plan.units.map(({ unit, items, keptFrom = plan.dropKey }): LedgerTableRow => {
    return { ...seen, unit, items, attempt: attemptOf(keptFrom) };
  });
  const again = plan.repeatedUnits.map(
    ({ unit, items }): LedgerTableRow => ({ ...seen, unit, items, repeated: items }),
  );
  return [drop, ...rejections, ...owned, ...again];
}

function countReasons(plan: Plan): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  if (plan.state === 'rejected') reasons.set(plan.reason?.code ?? 'unknown', plan.items);
  for (const { reason } of plan.rejected) reasons.set(reason.code, (reasons.get(reason.code) ?? 0) + 1);
  return reasons;
}

export function unitRow(received: Received, closed: Closed): LedgerTableRow {
  return {
    ...arrived(received),
    ...NOTHING,
    kind: 'unit',
    attempt: attemptOf(closed.dropKey),
    unit: closed.unit,
    state: null,
    reason: closed.reason?.code ?? null,
    items: closed.items,
    published: closed.published,
    abstained: closed.abstained,
    quarantined: closed.quarantined,
  };
}

export const studyRows = (closed: Closed, rows: readonly StudyRow[]): readonly StudyTableRow[] =>
  rows.map((row) => ({ site: closed.site, unit: closed.unit, ...row }));

/** A row of a model that was switched off before the unit was published: nothing downstream may use its score. */
const withoutScore = (row: PredictionRow): PredictionRow => ({
  ...row,
  ...(row.status === 'scored' && { status: 'withdrawn', reason: 'model-disabled' }),
  score: null,
  file: null,
  relation: null,
  detail: null,
});

export const predictionRows = (
  closed: Closed,
  slot: Slot,
  rows: readonly PredictionRow[],
): readonly PredictionTableRow[] =>
  rows.map((row) => ({
    site: closed.site,
    unit: closed.unit,
    attempt: attemptOf(closed.dropKey),
    model: slot.model,
    version: slot.version,
    ...(closed.withdrawn.includes(slotName(slot)) ? withoutScore(row) : row),
  }));

export const labelRows = (received: Received, rows: readonly LabelRow[]): readonly LabelTableRow[] =>
  rows.map((row) => ({ ...arrived(received), ...row }));
