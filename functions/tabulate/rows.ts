// Table rows of a planned drop and of a closed unit: pure functions of stored objects. Of several ECGs each has the rows that it would
// have as a unit by itself, under its own id, so that a repeat or a further attempt of one says nothing of the others; a sighting and
// a unit row without items stand for the unit that carried them.
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
  const owned = plan.units.flatMap(({ unit, items, ecgs, keptFrom = plan.dropKey }): LedgerTableRow[] => {
    const own = { ...seen, unit, items, attempt: attemptOf(keptFrom) };
    return ecgs === undefined
      ? [own]
      : [{ ...own, items: 0 }, ...ecgs.map(({ ecg }) => ({ ...own, unit: ecg, items: 1 }))];
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

export function unitRows(received: Received, closed: Closed): readonly LedgerTableRow[] {
  const { unit, items, published, abstained, quarantined, reason, ecgs } = closed;
  const base = {
    ...arrived(received),
    ...NOTHING,
    kind: 'unit',
    state: null,
    attempt: attemptOf(closed.dropKey),
  } as const;
  const whole = { ...base, unit, items, published, abstained, quarantined, reason: reason?.code ?? null };
  if (ecgs === undefined) return [whole];
  const each = ecgs.map(({ ecg, outcome }): LedgerTableRow => {
    const why = outcome === 'quarantined' ? whole.reason : null;
    return { ...base, unit: ecg, items: 1, [outcome]: 1, reason: why };
  });
  return [{ ...base, unit, items: 0, reason: null }, ...each];
}

export const studyRows = (closed: Closed, rows: readonly StudyRow[]): readonly StudyTableRow[] =>
  rows.map((row, n) => ({ site: closed.site, unit: closed.ecgs?.[n].ecg ?? closed.unit, ...row }));

/** A row of a model that was switched off before the unit was published: nothing downstream may use its score. */
const withoutScore = (row: PredictionRow): PredictionRow => ({
  ...row,
  ...(row.status === 'scored' && { status: 'withdrawn', reason: 'model-disabled' }),
  score: null,
  file: null,
  relation: null,
  detail: null,
});

/** Rows of one slot, all of the unit's; of an ECG that was set aside only how it failed. */
export function predictionRows(
  closed: Closed,
  slot: Slot,
  rows: readonly PredictionRow[],
): readonly PredictionTableRow[] {
  const attempt = attemptOf(closed.dropKey);
  const isWithdrawn = closed.withdrawn.includes(slotName(slot));
  return rows.flatMap((row, n) => {
    const ecg = closed.ecgs?.[n];
    if (ecg?.outcome === 'quarantined' && row.status !== 'failed') return [];
    const about = {
      site: closed.site,
      unit: ecg?.ecg ?? closed.unit,
      attempt,
      model: slot.model,
      version: slot.version,
    };
    return [{ ...about, ...(isWithdrawn ? withoutScore(row) : row) }];
  });
}

export const labelRows = (received: Received, rows: readonly LabelRow[]): readonly LabelTableRow[] =>
  rows.map((row) => ({ ...arrived(received), ...row }));
