// What an unmodified SDK client costs at the least, both ends on this machine: against a server in this very process that keeps one
// object and looks at nothing else. Processor time, since in a benchmark that keeps all processors busy that is what counts.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bucket } from '#functions/ports.ts';
import { connectBucket } from '#lib/aws/connect.ts';

const WARM_UP_CALLS = 300;
const CALLS = 1000;
/** As a unit of ECGs. */
const LARGE_BYTES = 3_000_000;
const LARGE_CALLS = 40;

export interface LeastCost {
  /** Milliseconds of a processor for a call with next to no body. */
  readonly callMs: number;
  /** Beside it, for each megabyte written or read. */
  readonly megabyteMs: number;
}

/** Of PUT and HEAD, and of PUT and GET of a large object; client and server together. */
export async function leastCost(): Promise<LeastCost> {
  const server = keepingOne();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const bucket = connectBucket({ endpoint, region: 'eu-central-1', credentials }, 'bench');
  await processorMs(WARM_UP_CALLS, (n) => small(bucket, n));
  const callMs = (await processorMs(CALLS, (n) => small(bucket, n))) / CALLS;
  const body = Buffer.alloc(LARGE_BYTES, 'ecg');
  await processorMs(LARGE_CALLS, (n) => large(bucket, n, body));
  const largeMs = (await processorMs(LARGE_CALLS, (n) => large(bucket, n, body))) / LARGE_CALLS;
  server.closeAllConnections();
  server.close();
  return { callMs, megabyteMs: (largeMs - callMs) / (LARGE_BYTES / 1e6) };
}

/** The last body that was put is the answer to every GET, with the checksum that came with it. */
function keepingOne(): ReturnType<typeof createServer> {
  let kept = Buffer.alloc(0);
  let checksum = '';
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === 'PUT') {
      kept = Buffer.concat(chunks);
      checksum = String(request.headers['x-amz-checksum-crc32']);
    }
    const body = request.method === 'GET' ? kept : undefined;
    response.writeHead(200, {
      etag: '"0"',
      'content-length': body?.length ?? 0,
      ...(body && { 'x-amz-checksum-crc32': checksum }),
    });
    response.end(body);
  });
}

const small = (bucket: Bucket, n: number): Promise<unknown> =>
  n % 2 === 0 ? bucket.create(`units/bench/${n}/owner.json`, '{}\n') : bucket.has(`units/bench/${n}/owner.json`);

const large = (bucket: Bucket, n: number, body: Buffer): Promise<unknown> =>
  n % 2 === 0 ? bucket.create(`studies/bench/${n}/ecg.bin`, body) : bucket.get(`studies/bench/${n}/ecg.bin`);

async function processorMs(times: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) await call(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
