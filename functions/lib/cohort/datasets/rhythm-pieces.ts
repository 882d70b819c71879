// Long recordings with rhythm marks, cut into pieces of one rhythm: each piece is a study of its own.
import type { RhythmEpisode } from '#lib/formats/wfdb/rhythm.ts';
import { type WfdbLead, writeWfdb } from '#lib/formats/wfdb-write.ts';
import type { EcgRecord } from '#lib/signal/ecg.ts';
import type { RecordRow, ZippedRecord } from './record-zips.ts';

/** The rule: from the start of a rhythm pieces of 30 s, one after the other; a last one of at least 10 s counts, too. */
export const pieceSeconds = { most: 30, least: 10 };

/** A stretch within one rhythm, in frames. */
export type Piece = RhythmEpisode;

/** Cuts the episodes by the rule. */
export function piecesOf(episodes: readonly RhythmEpisode[], frameRateHz: number): Piece[] {
  const length = Math.round(pieceSeconds.most * frameRateHz);
  const least = Math.round(pieceSeconds.least * frameRateHz);
  return episodes.flatMap(({ rhythm, start, end }) => {
    const pieces: Piece[] = [];
    for (let at = start; end - at >= least; at += length)
      pieces.push({ rhythm, start: at, end: Math.min(at + length, end) });
    return pieces;
  });
}

export interface PieceFormat {
  readonly format: 16 | 212;
  /** Steps per millivolt; larger amplitudes get as many as fit. */
  readonly stepsPerMv: number;
}

/**
 * A piece as a WFDB record `<record>-<second at which it starts>` at the source's rate, all leads as they are, with age and sex of
 * the source's header. All leads must have the rate of the frames.
 */
export function pieceRecord(
  record: EcgRecord,
  recordName: string,
  { rhythm, start, end }: Piece,
  patientId: string,
  { format, stepsPerMv }: PieceFormat,
): ZippedRecord {
  const name = `${recordName}-${String(Math.floor(start / record.frameRateHz)).padStart(4, '0')}`;
  const leads = record.leads.map((lead) => ({ name: lead.name, samplesMv: lead.samplesMv.subarray(start, end) }));
  const { ageYears, sex } = record.subject;
  const files = writeWfdb({
    recordName: name,
    samplingRateHz: record.frameRateHz,
    leads,
    comments: [...(ageYears === undefined ? [] : [`Age: ${ageYears}`]), ...(sex === undefined ? [] : [`Sex: ${sex}`])],
    format,
    stepsPerMv: fitting(leads, format, stepsPerMv),
  });
  const row: RecordRow = { record: name, patient_id: patientId, rhythm };
  return { row, files: files.map((file) => ({ path: file.name, body: file.body })) };
}

function fitting(leads: readonly WfdbLead[], format: 16 | 212, stepsPerMv: number): number {
  let largestMv = 0;
  for (const { samplesMv } of leads)
    for (let n = 0; n < samplesMv.length; n++)
      if (Math.abs(samplesMv[n]) > largestMv) largestMv = Math.abs(samplesMv[n]);
  const highest = 2 ** (format === 16 ? 15 : 11) - 1;
  return largestMv * stepsPerMv <= highest ? stepsPerMv : Math.floor(highest / largestMv);
}
