import { RejectedDrop } from '#functions/errors.ts';

interface Signature {
  readonly format: string;
  readonly offset: number;
  readonly bytes: string;
}

/** First bytes (as Latin-1) by which formats are known, from their specifications. The extension never decides. */
const signatures: readonly Signature[] = [
  { format: 'a gzip archive', offset: 0, bytes: '\x1f\x8b' },
  { format: 'a 7-Zip archive', offset: 0, bytes: '7z\xbc\xaf\x27\x1c' },
  { format: 'an xz archive', offset: 0, bytes: '\xfd7zXZ\0' },
  { format: 'a bzip2 archive', offset: 0, bytes: 'BZh' },
  { format: 'a tar archive', offset: 257, bytes: 'ustar' },
  { format: 'a DICOM object', offset: 128, bytes: 'DICM' },
  { format: 'a PDF document', offset: 0, bytes: '%PDF-' },
  { format: 'a PNG picture', offset: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { format: 'a JPEG picture', offset: 0, bytes: '\xff\xd8\xff' },
  { format: 'an old Office document (such as xls)', offset: 0, bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { format: 'a Parquet table', offset: 0, bytes: 'PAR1' },
  { format: 'an HDF5 file', offset: 0, bytes: '\x89HDF\r\n\x1a\n' },
  { format: 'a MATLAB file', offset: 0, bytes: 'MATLAB 5.0 MAT-file' },
  { format: 'an EDF recording', offset: 0, bytes: '0       ' },
  { format: 'a BDF recording', offset: 0, bytes: '\xffBIOSEMI' },
  { format: 'an RTF document', offset: 0, bytes: '{\\rtf' },
];

/** Local file, end of an empty archive, spanned archive (PKWARE APPNOTE 4.3). */
const zipMarks = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

const headBytes = 4096;
const accepted = 'accepted a table of text (CSV) with a header, or ECGs in WFDB format';

/** What a drop is read as. */
export type DropFormat = 'zip' | 'wfdb-header' | 'manifest' | 'table';

/**
 * Decides by content what a drop is; only for a WFDB header that is too damaged to be known does its extension speak.
 * Whatever is none of the others is read as a table, which says what is wrong with it.
 */
export function formatOf(bytes: Uint8Array, path: string): DropFormat {
  const format = knownFormat(bytes);
  if (format === ZIP) return 'zip';
  if (format === JSON_DOCUMENT) return /"tricuspidManifest"/.test(headOf(bytes)) ? 'manifest' : 'table';
  if (format !== undefined || bytes.includes(0)) return 'table';
  return looksLikeHeader(headOf(bytes)) || /\.hea$/i.test(path) ? 'wfdb-header' : 'table';
}

/** A record line and a signal line of header(5); no table begins with two such lines. */
function looksLikeHeader(text: string): boolean {
  const [record = '', signal = ''] = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return (
    /^[^\s,;|]+ +\d{1,6}(?: |$)/.test(record) && /^[^\s,;|]+ +\d{1,4}(?:x\d+)?(?::\d+)?(?:\+\d+)?(?: |$)/.test(signal)
  );
}

/** Throws RejectedDrop for bytes that cannot be a table of text, with the name of what they are where it is known. */
export function checkIsText(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new RejectedDrop('empty', `found an empty object, ${accepted}`);
  const format = knownFormat(bytes);
  if (format !== undefined) throw new RejectedDrop('format-not-accepted', `found ${format}, ${accepted}`);
  if (isUtf16(bytes)) return;
  const offset = bytes.subarray(0, headBytes).findIndex(isBinary);
  const nul = offset >= 0 ? offset : bytes.indexOf(0);
  if (nul >= 0) {
    throw new RejectedDrop('format-unknown', `found bytes that are not text (first at byte ${nul}), ${accepted}`);
  }
  if (!bytes.some(isVisible)) throw new RejectedDrop('empty', `found nothing but blank lines, ${accepted}`);
}

const ZIP = 'a zip archive';
const JSON_DOCUMENT = 'a JSON document';

function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes)).toString('latin1');
}

function knownFormat(bytes: Uint8Array): string | undefined {
  const head = headOf(bytes);
  const found = signatures.find(({ offset, bytes: expected }) => head.startsWith(expected, offset));
  if (found !== undefined) return found.format;
  if (zipMarks.some((mark) => head.startsWith(mark))) return zipFormat(head);
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^\{\s*["}]/.test(text) || /^\[\s*(?:[{["\d\]-]|true|false|null)/.test(text)) return JSON_DOCUMENT;
  if (/^<(?:!doctype html|html)/i.test(text)) return 'an HTML page';
  return /^<(?:\?xml|!--|[a-z][\w:.-]*[\s/>])/i.test(text) ? 'an XML document' : undefined;
}

function zipFormat(head: string): string {
  if (head.includes('xl/')) return 'an Excel workbook (xlsx)';
  return head.includes('[Content_Types].xml') ? 'an Office document (such as xlsx)' : ZIP;
}

/** By its byte order mark; without one, the zero bytes of UTF-16 cannot be told from binary data. */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** C0 controls that no text file holds; tab, line feed, form feed, carriage return and the old end-of-file mark do occur. */
function isBinary(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d && byte !== 0x1a;
}

function isVisible(byte: number): boolean {
  return byte > 0x20;
}
