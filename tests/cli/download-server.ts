// A publisher's server that can fail in the ways that real ones do.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do instead of answering well; true when the request has been dealt with. */
export type Trouble = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean;

export interface Publisher {
  readonly address: string;
  /** `GET <path>` or `GET <path> bytes=<range>`, in the order in which they came. */
  readonly requests: string[];
  /** Of the next requests, one each. */
  readonly troubles: Trouble[];
  close(): Promise<void>;
}

export interface PublisherOptions {
  /** Whether it can send a part of a file. @default true */
  readonly ranges?: boolean;
}

export async function publish(
  files: Readonly<Record<string, Buffer>>,
  { ranges = true }: PublisherOptions = {},
): Promise<Publisher> {
  const requests: string[] = [];
  const troubles: Trouble[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice('/data/'.length));
    const { range } = request.headers;
    requests.push(range === undefined ? `GET ${path}` : `GET ${path} ${range}`);
    const body = files[path];
    if (body === undefined) return void response.writeHead(404).end('no such file');
    if (troubles.shift()?.(request, response, body)) return;
    const etag = `"${sha256(body).slice(0, 16)}"`;
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    if (from >= body.length && from > 0) return void response.writeHead(416).end();
    const partial = from > 0 && request.headers['if-range'] === etag;
    const sent = partial ? body.subarray(from) : body;
    const contentRange = `bytes ${from}-${body.length - 1}/${body.length}`;
    const headers = { etag, 'content-length': sent.length, ...(partial && { 'content-range': contentRange }) };
    response.writeHead(partial ? 206 : 200, headers).end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`,
    requests,
    troubles,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Sends so many bytes of the file and breaks the connection once the other side has kept some of them. */
export const breaksAfter =
  (bytes: number, hasKept: () => boolean): Trouble =>
  (_request, response, body) => {
    response.writeHead(200, { etag: `"${sha256(body).slice(0, 16)}"`, 'content-length': body.length });
    response.write(body.subarray(0, bytes));
    const look = setInterval(() => {
      if (!hasKept()) return;
      clearInterval(look);
      response.destroy();
    }, 5);
    return true;
  };

export const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}): Trouble =>
  (_request, response) => {
    response.writeHead(status, headers).end();
    return true;
  };

/** Says nothing, for ever. */
export const isSilent: Trouble = () => true;

export const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');
