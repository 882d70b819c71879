import { isUtf8 } from 'node:buffer';
import { RejectedDrop } from '#functions/errors.ts';

export type TextEncoding = 'utf-8' | 'windows-1252' | 'utf-16le';

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

/** Decodes the bytes; a byte order mark goes before what is declared. Throws RejectedDrop with the offset of the first wrong byte. */
export function decodeText(bytes: Uint8Array, declared: 'utf-8' | 'windows-1252'): DecodedText {
  const encoding = encodingByMark(bytes) ?? declared;
  if (encoding === 'utf-8' && !isUtf8(bytes)) throw invalid(bytes, encoding);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch (error) {
    if (error instanceof TypeError) throw invalid(bytes, encoding);
    throw error;
  }
}

function encodingByMark(bytes: Uint8Array): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    throw new RejectedDrop('encoding', 'found UTF-16 in big-endian order, accepted UTF-8, windows-1252 or UTF-16LE');
  }
  return undefined;
}

function invalid(bytes: Uint8Array, encoding: TextEncoding): RejectedDrop {
  const offset = firstInvalidByte(bytes, encoding);
  return new RejectedDrop(
    'encoding',
    `found bytes that are not ${encoding.toUpperCase()} (first at byte ${offset}), accepted text in the encoding of the site's description`,
  );
}

/** Longest prefix that can still become valid text, by halving: a streaming decoder accepts exactly those. */
function firstInvalidByte(bytes: Uint8Array, encoding: TextEncoding): number {
  let valid = 0;
  let tooLong = bytes.length + 1;
  while (tooLong - valid > 1) {
    const middle = Math.floor((valid + tooLong) / 2);
    if (canGoOn(bytes.subarray(0, middle), encoding)) valid = middle;
    else tooLong = middle;
  }
  return valid;
}

function canGoOn(bytes: Uint8Array, encoding: TextEncoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
