// What every kind of drop does with what was read of it: slots, units, labels.
import type { LabelledRow } from '#lib/formats/table.ts';
import { slotsFor } from '#lib/inference/catalogue.ts';
import { ecgKey, labelsKey, studyKey, studyRowsKey } from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { LABEL_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { writeParquet } from '#lib/tables/parquet.ts';
import type { InsidePorts, Ports, SiteIdentity } from '../ports.ts';
import type { DropMessage, Finding, Slot, StudyKind, StudyRecord } from '../study.ts';
import { type Standing, standingResults } from './standing.ts';
import { labelsOf, type UnitRows } from './units.ts';

/** A unit to file, with what lies beside its rows. */
export interface UnitToFile extends UnitRows {
  readonly kind: StudyKind;
  /** The ECGs of its rows, one after the other. */
  readonly ecg?: Uint8Array;
  readonly findings?: readonly Finding[];
}

/** What units of one drop have in common. */
export interface Filing {
  readonly slots: readonly Slot[];
  readonly standing: Standing;
}

/** Slots of the models for a kind of study, and results that stand; a contract that cannot be read is named and keeps nobody waiting. */
export async function filing(kind: StudyKind, { site, dropKey }: DropMessage, ports: Ports): Promise<Filing> {
  const slots = await slotsFor(kind, ports.archive, (error) => {
    ports.log.warn('model refused', { model: error.model, reason: error.message });
    ports.metrics.count('Quarantined', 1);
  });
  return { slots, standing: await standingResults(site, dropKey, ports.archive) };
}

/** Files the study of a unit that the drop has claimed; its record comes last. */
export async function fileUnit(
  { unit, rows, kind, ecg, findings }: UnitToFile,
  { site }: DropMessage,
  { archive }: Ports,
): Promise<void> {
  const record: StudyRecord = { site, unit, kind, items: rows.length, ...(findings !== undefined && { findings }) };
  if (ecg !== undefined) await archive.create(ecgKey(site, unit), ecg);
  await archive.create(studyRowsKey(site, unit), writeParquet(STUDY_COLUMNS, rows));
  await archive.create(studyKey(site, unit), toJson(record));
}

/** Files the labels of a drop in one object. */
export async function fileLabels(
  labels: readonly LabelledRow[],
  kind: StudyKind,
  { site, dropKey }: DropMessage,
  identity: SiteIdentity,
  { archive }: InsidePorts,
): Promise<void> {
  if (labels.length === 0) return;
  await archive.create(labelsKey(site, dropKey), writeParquet(LABEL_COLUMNS, labelsOf(labels, kind, identity)));
}
