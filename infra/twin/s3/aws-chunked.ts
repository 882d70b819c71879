// The `aws-chunked` content encoding of SigV4 streaming uploads: size line, data, ... and trailers after the last chunk.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html

export interface DecodedBody {
  readonly body: Buffer;
  /** Trailer headers, names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Malformed or cut off: S3 answers 400 IncompleteBody. */
export class MalformedChunks extends Error {
  override readonly name = 'MalformedChunks';
}

/** Decodes signed and unsigned chunks alike; chunk signatures are skipped. `decodedLength` in bytes is checked when given. */
export function decodeAwsChunked(encoded: Buffer, decodedLength?: number): DecodedBody {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = endOfLine(encoded, offset);
    const size = chunkSize(encoded.toString('latin1', offset, lineEnd));
    offset = lineEnd + 2;
    if (size === 0) break;
    if (offset + size + 2 > encoded.length) {
      throw new MalformedChunks(`aws-chunked body ends inside a chunk of ${size} bytes`);
    }
    if (encoded.toString('latin1', offset + size, offset + size + 2) !== '\r\n') {
      throw new MalformedChunks(`aws-chunked chunk of ${size} bytes does not end in CRLF`);
    }
    chunks.push(encoded.subarray(offset, offset + size));
    offset += size + 2;
  }
  const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  if (decodedLength !== undefined && decodedLength !== body.length) {
    throw new MalformedChunks(
      `aws-chunked body holds ${body.length} bytes, x-amz-decoded-content-length says ${decodedLength}`,
    );
  }
  return { body, trailers: parseTrailers(encoded.toString('latin1', offset)) };
}

function endOfLine(encoded: Buffer, offset: number): number {
  const end = encoded.indexOf('\r\n', offset, 'latin1');
  if (end < 0) throw new MalformedChunks('aws-chunked body ends before its last chunk');
  return end;
}

function chunkSize(line: string): number {
  const [size] = line.split(';', 1);
  if (!/^[0-9a-fA-F]{1,8}$/.test(size)) throw new MalformedChunks('aws-chunked chunk size is not a hexadecimal number');
  return Number.parseInt(size, 16);
}

function parseTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}
