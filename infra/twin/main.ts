// The twin's own process. Standard input: one line with its options, then one line for each request (process.ts).
// Standard output: one line when it is ready, then one line for each answer. It ends with its standard input.
import { createInterface } from 'node:readline';
import type { Answer, ProcessOptions, Ready, Request } from './process.ts';
import { startTwin, type Twin } from './twin.ts';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = await lines.next();
const twin = await startTwin(optionsFrom(first.value));
say({ endpoint: twin.endpoint, region: twin.region, outputs: twin.outputs, people: people(twin) } satisfies Ready);
for await (const line of lines) {
  const request: Request = JSON.parse(line);
  void answer(twin, request).then((given) => {
    say(given);
    if (request.method === 'stop') process.exit(0);
  });
}
await twin.stop();

/** Secrets come as lists of numbers. */
function optionsFrom(line: string | undefined): ProcessOptions {
  if (line === undefined) throw new Error('no options: expected one line of JSON on standard input');
  const options: ProcessOptions = JSON.parse(line);
  const secrets = Object.entries(options.fixedSecrets ?? {});
  const fixedSecrets = Object.fromEntries(secrets.map(([key, bytes]) => [key, Uint8Array.from(bytes)]));
  return { ...options, fixedSecrets };
}

function people({ outputs, credentials }: Twin): Ready['people'] {
  const roles = Object.entries(outputs).filter(
    ([, value]) => value.startsWith('arn:aws:iam::') && value.includes(':role/'),
  );
  return Object.fromEntries(roles.map(([name, arn]) => [name, credentials(arn)]));
}

async function answer(running: Twin, { id, method, parameters }: Request): Promise<Answer> {
  try {
    const call = running[method] as (...given: readonly unknown[]) => unknown;
    const result = await call(...parameters.map((parameter) => parameter ?? undefined));
    return { id, result: result ?? null };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function say(message: Answer | Ready): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
