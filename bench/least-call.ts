// What a call of an unmodified SDK client costs at the least, both ends on this machine: a small PUT and a GET against a server in
// this very process that looks at nothing. Processor time, since in a benchmark that keeps all processors busy that is what counts.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectBucket } from '#lib/aws/connect.ts';

const WARM_UP_CALLS = 300;
const CALLS = 1000;

/** Milliseconds of a processor for one call, client and empty server together. */
export async function leastCallMs(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { etag: '"0"', 'content-length': 0 }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const bucket = connectBucket({ endpoint, region: 'eu-central-1', credentials }, 'bench');
  const call = async (n: number): Promise<void> => {
    await (n % 2 === 0
      ? bucket.create(`units/bench/${n}/owner.json`, '{}\n')
      : bucket.has(`units/bench/${n}/owner.json`));
  };
  for (let n = 0; n < WARM_UP_CALLS; n++) await call(n);
  const before = process.cpuUsage();
  for (let n = 0; n < CALLS; n++) await call(n);
  const { user, system } = process.cpuUsage(before);
  server.closeAllConnections();
  server.close();
  return (user + system) / 1000 / CALLS;
}
