// Studies, de-identified when read, become units: keyed, and of tables cut into ranges that one message carries.
import type { ReadEcg } from '#lib/formats/ecg-drop.ts';
import { canonicalPayload } from '#lib/formats/payload.ts';
import type { LabelledRow, TableReading } from '#lib/formats/table.ts';
import type { SiteIdentity } from '../ports.ts';
import type { LabelRow, StudyKind, StudyRow } from '../study.ts';

/** Rows in a unit: seconds of work for a model of measurements, and small enough to halve rarely. */
const UNIT_ROWS = 5000;

export interface UnitRows {
  readonly unit: string;
  readonly rows: readonly StudyRow[];
}

/** Study rows of the table in units; equal content gives equal units, whichever drop brings it. */
export function unitsOf(reading: TableReading, identity: SiteIdentity): readonly UnitRows[] {
  const rows = reading.rows.map(({ row, patientId, study, measurements }): StudyRow => {
    const payload = canonicalPayload(measurements);
    return {
      row,
      studyKey: identity.studyKey('measurements', patientId, study),
      subjectKey: identity.subjectKey(patientId),
      revision: identity.revision(payload),
      payload,
    };
  });
  return chunks(rows).map((part) => ({ unit: identity.unit(contentOf(part)), rows: part }));
}

const contentOf = (rows: readonly StudyRow[]): string =>
  JSON.stringify(rows.map(({ row, studyKey, revision }) => [row, studyKey, revision]));

function chunks(rows: readonly StudyRow[]): readonly (readonly StudyRow[])[] {
  const parts: StudyRow[][] = [];
  for (let start = 0; start < rows.length; start += UNIT_ROWS) parts.push(rows.slice(start, start + UNIT_ROWS));
  return parts;
}

/** An ECG as it is claimed: its place in the drop is no part of its id, the same ECG in another zip is a repeat. */
export interface EcgRow {
  readonly ecg: string;
  readonly row: StudyRow;
}

export function ecgRow({ patientId, study, description }: ReadEcg, row: number, identity: SiteIdentity): EcgRow {
  const payload = canonicalPayload(description);
  const studyKey = identity.studyKey('ecg', patientId, study);
  const revision = identity.revision(payload);
  const ecg = identity.unit(JSON.stringify(['ecg', studyKey, revision]));
  return { ecg, row: { row, studyKey, subjectKey: identity.subjectKey(patientId), revision, payload } };
}

/** The unit of these ECGs: of one by its own id, of several by their ids and places, for its rows say where they lie. */
export function ecgUnit(ecgs: readonly EcgRow[], identity: SiteIdentity): UnitRows {
  const [{ ecg }] = ecgs as readonly [EcgRow];
  const content = JSON.stringify(['ecgs', ...ecgs.map(({ ecg: id, row }) => [row.row, id])]);
  return { unit: ecgs.length === 1 ? ecg : identity.unit(content), rows: ecgs.map(({ row }) => row) };
}

/** Labels, keyed like the studies that they belong to. */
export function labelsOf(labels: readonly LabelledRow[], kind: StudyKind, identity: SiteIdentity): readonly LabelRow[] {
  return labels.map(({ row, patientId, study, label }) => ({
    row,
    studyKey: identity.studyKey(kind, patientId, study),
    ...label,
  }));
}
