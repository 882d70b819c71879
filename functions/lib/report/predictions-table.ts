// internal/predictions.parquet: every study that stands behind the figures, for whoever wants to compute them again.
import type { Selection } from '#lib/cohort/select.ts';
import { type Column, writeParquet } from '#lib/tables/parquet.ts';

export interface PredictionsLine {
  readonly site: string;
  readonly studyKey: string;
  /** The same number is the same person, in this run only. */
  readonly subject: number;
  readonly sex: string | null;
  readonly ageYears: number | null;
  readonly device: string | null;
  /** Null where no label could be used. */
  readonly label: number | null;
  /** Null where the model kept silent. */
  readonly score: number | null;
  readonly relation: string | null;
  /** ONNX file that gave the score. */
  readonly file: string | null;
  /** `primary`, `apparent`, `unblinded`, `silent` or `unlabelled`: which analysis the study is in. */
  readonly analysis: string;
}

export const PREDICTIONS_COLUMNS: readonly Column<PredictionsLine>[] = [
  { name: 'site', type: 'STRING' },
  { name: 'studyKey', type: 'STRING' },
  { name: 'subject', type: 'INT32' },
  { name: 'sex', type: 'STRING', nullable: true },
  { name: 'ageYears', type: 'DOUBLE', nullable: true },
  { name: 'device', type: 'STRING', nullable: true },
  { name: 'label', type: 'INT32', nullable: true },
  { name: 'score', type: 'DOUBLE', nullable: true },
  { name: 'relation', type: 'STRING', nullable: true },
  { name: 'file', type: 'STRING', nullable: true },
  { name: 'analysis', type: 'STRING' },
];

type AnyRow = Selection['rows'][number] | Selection['silent'][number] | Selection['unlabelled'][number];

/** Parquet of the studies of a selection; people are numbered in the order in which they come. */
export function predictionsParquet({ rows, silent, unlabelled, unblinded }: Selection): Uint8Array {
  const people = new Map<string, number>();
  const subjectOf = ({ site, subjectKey }: AnyRow) => {
    const key = JSON.stringify([site, subjectKey]);
    const number = people.get(key) ?? people.size + 1;
    people.set(key, number);
    return number;
  };
  const line = (row: AnyRow, analysis: string): PredictionsLine => ({
    site: row.site,
    studyKey: row.studyKey,
    subject: subjectOf(row),
    sex: row.sex ?? null,
    ageYears: row.ageYears ?? null,
    device: row.device ?? null,
    label: 'label' in row ? row.label : null,
    score: 'score' in row ? row.score : null,
    relation: 'relation' in row ? row.relation : null,
    file: 'file' in row ? row.file : null,
    analysis,
  });
  const lines = [
    ...rows.map((row) => line(row, row.relation === 'apparent' ? 'apparent' : 'primary')),
    ...unblinded.map((row) => line(row, 'unblinded')),
    ...silent.map((row) => line(row, 'silent')),
    ...unlabelled.map((row) => line(row, 'unlabelled')),
  ];
  return writeParquet(PREDICTIONS_COLUMNS, lines);
}
