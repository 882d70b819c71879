// Serves a report's files on 127.0.0.1 until Ctrl-C.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Pages hold no scripts, load nothing, send nothing and belong in no frame: say so to the browser. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export interface ServedReport {
  readonly address: string;
  close(): Promise<void>;
}

export async function serveReport(files: ReadonlyMap<string, Uint8Array>, page: string): Promise<ServedReport> {
  const server = createServer((request, response) => {
    const path = ownHost(request) ? pathOf(request) : undefined;
    const file = path === '' ? page : path;
    const body = file === undefined ? undefined : files.get(file);
    if (file === undefined || body === undefined) {
      response.writeHead(404, HEADERS).end();
      return;
    }
    const type = TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    response.writeHead(200, { ...HEADERS, 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/${page}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** A page of the web whose name was pointed at 127.0.0.1 (DNS rebinding) asks under its own name. */
function ownHost({ headers, socket }: IncomingMessage): boolean {
  return headers.host === `127.0.0.1:${socket.localPort}` || headers.host === `localhost:${socket.localPort}`;
}

/** Path of the request without its slash; undefined where it cannot be read, which must not end the server. */
function pathOf({ url = '/' }: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname).slice(1);
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Resolves at Ctrl-C or when the terminal goes away. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
