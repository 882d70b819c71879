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

/** The unit of one ECG. Its place in the drop is no part of its content: the same ECG in another zip is a repeat. */
export function ecgUnit({ patientId, study, description }: ReadEcg, row: number, identity: SiteIdentity): UnitRows {
  const payload = canonicalPayload(description);
  const studyKey = identity.studyKey('ecg', patientId, study);
  const revision = identity.revision(payload);
  const rows = [{ row, studyKey, subjectKey: identity.subjectKey(patientId), revision, payload }];
  return { unit: identity.unit(JSON.stringify(['ecg', studyKey, revision])), rows };
}

/** Labels, keyed like the studies that they belong to. */
export function labelsOf(labels: readonly LabelledRow[], kind: StudyKind, identity: SiteIdentity): readonly LabelRow[] {
  return labels.map(({ row, patientId, study, label }) => ({
    row,
    studyKey: identity.studyKey(kind, patientId, study),
    ...label,
  }));
}
