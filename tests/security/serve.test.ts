import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedReport, serveReport } from '#cli/serve.ts';

let served: ServedReport;
let port: number;

beforeAll(async () => {
  const files = new Map([['internal/report.html', Buffer.from('<p>internal</p>')]]);
  served = await serveReport(files, 'internal/report.html');
  port = Number(new URL(served.address).port);
});

afterAll(() => served.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Sends the path as it stands: `fetch` would tidy it up first. */
function ask(path: string, host = `127.0.0.1:${port}`): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { host } }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject).end();
  });
}

describe('the server of a report', () => {
  test('answers its own address and localhost', async () => {
    expect((await ask('/internal/report.html')).body).toBe('<p>internal</p>');
    expect((await ask('/', `localhost:${port}`)).body).toBe('<p>internal</p>');
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1'])(
    'shows nothing to a page that reached it under the name "%s"',
    async (host) => {
      const { status, body } = await ask('/internal/report.html', host);
      expect({ status, body }).toEqual({ status: 404, body: '' });
    },
  );

  test.each(['/%', '/%ff', '//', '/%E0%A4%A', '//[', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd'])(
    'stays up after the path %s',
    async (path) => {
      await ask(path);
      expect((await ask('/internal/report.html')).status).toBe(200);
    },
  );

  test('tells the browser to run nothing, send nothing and show the page in no frame', async () => {
    for (const path of ['/internal/report.html', '/missing']) {
      const { headers } = await ask(path);
      for (const directive of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
        expect(headers['content-security-policy']).toContain(directive);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});
