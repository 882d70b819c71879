// One published file over HTTP: into `<file>.part`, on from where it stopped, compared with its hash, then renamed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FileToDownload {
  readonly address: string;
  readonly target: string;
  /** SHA-256 as published, where it is known. */
  readonly sha256?: string;
}

export interface DownloadOptions {
  /** Attempts in a row that bring nothing before the download is given up. @default 6 */
  readonly attempts?: number;
  /** Wait before the second attempt, doubled for each further one. @default 1000 */
  readonly backoffMilliseconds?: number;
  /** How long a server may say nothing. @default 30000 */
  readonly silenceMilliseconds?: number;
  /** Says why, and in how many seconds there is another attempt. */
  readonly onRetry?: (line: string) => void;
  readonly onBytes?: (bytes: number) => void;
  /** How many bytes the server is about to send, once it says so. */
  readonly onLength?: (bytes: number) => void;
}

const defaults = { attempts: 6, backoffMilliseconds: 1000, silenceMilliseconds: 30_000 };
const SILENCE = 'silence of the server';
const longestWaitMilliseconds = 60_000;

/** What the server answered, or that it did not answer: whether another attempt may help. */
class DownloadFailure extends Error {
  override readonly name = 'DownloadFailure';
  readonly again: boolean;
  readonly waitMilliseconds: number;

  constructor(message: string, again: boolean, waitMilliseconds = 0, options?: ErrorOptions) {
    super(message, options);
    this.again = again;
    this.waitMilliseconds = waitMilliseconds;
  }
}

/** Downloads the file unless it is there already; throws Error saying what was found when it cannot be had. */
export async function downloadFile(
  file: FileToDownload,
  options: DownloadOptions = {},
): Promise<'downloaded' | 'there'> {
  const { target, sha256 } = file;
  if (await isThere(target, sha256)) return 'there';
  await mkdir(dirname(target), { recursive: true });
  await withRetries(file, { ...defaults, ...options });
  await rename(`${target}.part`, target);
  await rm(`${target}.part.json`, { force: true });
  return 'downloaded';
}

async function isThere(target: string, sha256: string | undefined): Promise<boolean> {
  if ((await sizeOf(target)) === undefined) return false;
  return sha256 === undefined || (await hashOf(target)) === sha256;
}

type Settings = DownloadOptions & typeof defaults;

/** Attempts that bring bytes do not count: a line that breaks every minute still brings a large file home. */
async function withRetries(file: FileToDownload, settings: Settings): Promise<void> {
  let restarted = false;
  for (let failed = 0; ; ) {
    const before = (await sizeOf(`${file.target}.part`)) ?? 0;
    try {
      const resumed = await attempt(file, settings);
      const found = await hashOf(`${file.target}.part`);
      if (file.sha256 === undefined || found === file.sha256) return;
      await discard(file);
      if (resumed && !restarted) restarted = true;
      else throw new DownloadFailure(`${file.address}: found sha256 ${found}, accepted ${file.sha256}`, false);
    } catch (error) {
      const failure = failureOf(error, file.address);
      const after = (await sizeOf(`${file.target}.part`)) ?? 0;
      failed = after > before ? 1 : failed + 1;
      if (!failure.again || failed >= settings.attempts) throw failure;
      const wait = Math.max(settings.backoffMilliseconds * 2 ** (failed - 1), failure.waitMilliseconds);
      const waited = Math.min(wait, longestWaitMilliseconds);
      settings.onRetry?.(`${failure.message}; again in ${Math.ceil(waited / 1000)} s`);
      await sleep(waited);
    }
  }
}

/** One request; true when it went on from an earlier one. */
async function attempt(file: FileToDownload, settings: Settings): Promise<boolean> {
  const part = `${file.target}.part`;
  const offset = (await sizeOf(part)) ?? 0;
  const validator = offset > 0 ? await validatorOf(part) : undefined;
  const silence = new AbortController();
  const listen = () => setTimeout(() => silence.abort(new Error(SILENCE)), settings.silenceMilliseconds);
  let timer = listen();
  try {
    const response = await fetch(file.address, {
      headers: {
        'accept-encoding': 'identity',
        ...(validator !== undefined && { range: `bytes=${offset}-`, 'if-range': validator }),
      },
      signal: silence.signal,
    });
    const resumed = response.status === 206;
    if (resumed) checkRange(response, offset, file.address);
    else if (response.status !== 200) throw await refusal(response, file);
    await keepValidator(part, response);
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const expected = (resumed ? offset : 0) + length;
    if (!Number.isNaN(length)) settings.onLength?.(length);
    const output = await open(part, resumed ? 'a' : 'w');
    try {
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        timer = listen();
        await output.write(chunk);
        settings.onBytes?.(chunk.length);
      }
    } finally {
      await output.close();
    }
    await checkLength(part, expected, file.address);
    return resumed;
  } finally {
    clearTimeout(timer);
  }
}

/** A server that sends another part than asked for would leave a file of nonsense. */
function checkRange(response: Response, offset: number, address: string): void {
  const range = response.headers.get('content-range') ?? '';
  if (range.startsWith(`bytes ${offset}-`)) return;
  throw new DownloadFailure(`${address}: found content range "${range}", accepted one from byte ${offset}`, false);
}

async function checkLength(part: string, expected: number, address: string): Promise<void> {
  const size = (await sizeOf(part)) ?? 0;
  if (Number.isNaN(expected) || size === expected) return;
  throw new DownloadFailure(`${address}: found ${size} of ${expected} bytes before the connection ended`, true);
}

async function refusal(response: Response, file: FileToDownload): Promise<DownloadFailure> {
  const { status } = response;
  await response.body?.cancel();
  // What is here does not fit what the server has: from the start again.
  if (status === 416) await discard(file);
  const again = status >= 500 || status === 408 || status === 416 || status === 429;
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return new DownloadFailure(
    `${file.address}: found HTTP ${status}, accepted 200`,
    again,
    Number.isFinite(seconds) ? 1000 * seconds : 0,
  );
}

/** ETag or date of what the part is a part of; a weak ETag cannot say that (RFC 9110, 13.1.5). */
async function keepValidator(part: string, response: Response): Promise<void> {
  const etag = response.headers.get('etag');
  const validator = etag !== null && !etag.startsWith('W/') ? etag : response.headers.get('last-modified');
  await writeFile(`${part}.json`, JSON.stringify({ validator }));
}

async function validatorOf(part: string): Promise<string | undefined> {
  try {
    const { validator } = JSON.parse(await readFile(`${part}.json`, 'utf8')) as { validator: string | null };
    return validator ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function failureOf(error: unknown, address: string): DownloadFailure {
  if (error instanceof DownloadFailure) return error;
  if (error instanceof Error && error.message === SILENCE)
    return new DownloadFailure(`${address}: found no answer in time`, true);
  // What is no TypeError of fetch is no matter of the network: a full disk, a folder that may not be written.
  if (!(error instanceof TypeError)) throw error;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code ?? cause.message;
  return new DownloadFailure(`${address}: found no connection (${code})`, true, 0, { cause: error });
}

async function discard({ target }: FileToDownload): Promise<void> {
  await rm(`${target}.part`, { force: true });
  await rm(`${target}.part.json`, { force: true });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
