// Where other commands get a session of the running twin for one site, as sts:AssumeRole with a session tag gives it on AWS.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from '#lib/aws/connect.ts';
import { isSiteId } from '#lib/sites/site.ts';

/** Address on 127.0.0.1 and the word that opens it; whoever may read the announcement may have any session. */
export interface SessionDesk {
  readonly address: string;
  readonly token: string;
}

export interface OpenDesk extends SessionDesk {
  close(): Promise<void>;
}

/** Answers `GET /<site>` with an account for that site. */
export async function openSessionDesk(accountOf: (site: string) => Account): Promise<OpenDesk> {
  const token = randomBytes(24).toString('hex');
  const server = createServer(({ url = '/', headers }, response) => {
    const site = url.slice(1);
    if (!equal(headers.authorization ?? '', `Bearer ${token}`)) response.writeHead(403).end();
    else if (!isSiteId(site)) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(accountOf(site)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    token,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

function equal(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A session of the uploader role for this site. */
export async function askDesk({ address, token }: SessionDesk, site: string): Promise<Account> {
  const response = await fetch(`${address}/${site}`, { headers: { authorization: `Bearer ${token}` } });
  if (response.ok) return (await response.json()) as Account;
  throw new Error(`session for a site: found status ${response.status}, expected 200 from the running twin`);
}
