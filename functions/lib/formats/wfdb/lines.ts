import { isUtf8 } from 'node:buffer';
import { RejectedDrop } from '#functions/errors.ts';

export interface HeaderLine {
  /** Line of the file, the first is 1. */
  readonly number: number;
  readonly text: string;
}

export interface HeaderLines {
  /** Record line, then signal or segment lines: neither blank nor comments. */
  readonly specification: readonly HeaderLine[];
  readonly comments: readonly HeaderLine[];
}

const longestHeaderBytes = 1 << 20;

/** Header files are ASCII by the standard; UTF-8 and, where it is not that, Latin-1 occur in comments and for the micro sign. */
export function decodeHeader(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new RejectedDrop('wfdb-header', 'found an empty header, accepted a WFDB header');
  if (bytes.length > longestHeaderBytes) {
    throw new RejectedDrop(
      'wfdb-header',
      `found a header of ${bytes.length} bytes, accepted up to ${longestHeaderBytes}`,
    );
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new RejectedDrop('wfdb-header', `found a zero byte at ${nul}, accepted a header of text`);
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'latin1').decode(bytes);
}

/** Lines that specify, apart from comments; a comment starts with `#`. */
export function splitHeader(text: string): HeaderLines {
  const lines = text.split(/\r\n|\n|\r/).map((line, index) => ({ number: index + 1, text: line.trim() }));
  return {
    specification: lines.filter((line) => line.text !== '' && !line.text.startsWith('#')),
    comments: lines
      .filter((line) => line.text.startsWith('#'))
      .map(({ number, text: comment }) => ({ number, text: comment.slice(1).trim() })),
  };
}

/** Refusal of one line by its number; what it says may name a person and stays out. */
export function refusedLine(line: HeaderLine, found: string, accepted: string): RejectedDrop {
  return new RejectedDrop('wfdb-header', `header line ${line.number}: found ${found}, accepted ${accepted}`);
}
