// Rows of a table, de-identified when read, become units: keyed, and cut into ranges that one message carries.
import { canonicalPayload } from '#lib/formats/payload.ts';
import type { TableReading } from '#lib/formats/table.ts';
import type { SiteIdentity } from '../ports.ts';
import type { LabelRow, StudyRow } from '../study.ts';

/** Rows in a unit: seconds of work for a model of measurements, and small enough to halve rarely. */
const UNIT_ROWS = 5000;

const KIND = 'measurements';

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
      studyKey: identity.studyKey(KIND, patientId, study),
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

/** Labels of the table, keyed like the studies that they belong to. */
export function labelsOf(reading: TableReading, identity: SiteIdentity): readonly LabelRow[] {
  return reading.labels.map(({ row, patientId, study, label }) => ({
    row,
    studyKey: identity.studyKey(KIND, patientId, study),
    ...label,
  }));
}
