import { RejectedDrop } from '#functions/errors.ts';
import { decodeHeader, type HeaderLine, refusedLine, splitHeader } from './lines.ts';
import { parseRecordLine, type RecordLine } from './record-line.ts';
import { parseSignalLine, type SignalLine } from './signal-line.ts';

/** A header file of one segment, header(5) of the WFDB Applications Guide. */
export interface WfdbHeader {
  readonly record: RecordLine;
  readonly signals: readonly SignalLine[];
  /** Info strings: the comment lines after the last signal line, without `#`. */
  readonly info: readonly string[];
}

/** Reads a header from its bytes. Throws RejectedDrop by line number; nothing of the text is quoted. */
export function parseHeader(bytes: Uint8Array): WfdbHeader {
  return parseHeaderText(decodeHeader(bytes));
}

/** Reads a header from its text. */
function parseHeaderText(text: string): WfdbHeader {
  const { specification, comments } = splitHeader(text.replace(/^\ufeff/, ''));
  const [recordLine, ...signalLines] = specification;
  if (recordLine === undefined) throw new RejectedDrop('wfdb-header', 'found no record line, accepted a WFDB header');
  const record = parseRecordLine(recordLine);
  checkCount(signalLines, record.signals, recordLine);
  const signals = signalLines.map(parseSignalLine);
  const last = signalLines[signalLines.length - 1].number;
  return { record, signals, info: comments.filter(({ number }) => number > last).map((comment) => comment.text) };
}

/**
 * Names of the signal files that a header needs beside it, each once: a record is complete when all of them are there.
 * Names are as in the header, for looking up among the files of the drop.
 */
export function recordFiles(headerText: string): string[] {
  return [...new Set(parseHeaderText(headerText).signals.map(({ file }) => file))];
}

function checkCount(lines: readonly HeaderLine[], signals: number, recordLine: HeaderLine): void {
  if (lines.length === signals) return;
  throw refusedLine(recordLine, `${signals} signals and ${lines.length} signal lines`, 'as many lines as signals');
}
