import type { Downloaded } from './download.ts';

const SAY_EVERY_MS = 200;

/** Keeps count of a download and says a line about it now and then. */
export class DownloadProgress {
  readonly #files: number;
  readonly #say: (line: string) => void;
  readonly #start = Date.now();
  readonly #underWay = new Map<string, { received: number; expected: number }>();
  #bytes = 0;
  #downloaded = { files: 0, bytes: 0 };
  #there = 0;
  #said = 0;

  constructor(files: number, say: (line: string) => void) {
    this.#files = files;
    this.#say = say;
  }

  /** The server is about to send so many more bytes of the file. */
  expect(target: string, bytes: number): void {
    const { received } = this.#of(target);
    this.#underWay.set(target, { received, expected: received + bytes });
  }

  received(target: string, bytes: number): void {
    this.#of(target).received += bytes;
    this.#bytes += bytes;
    this.#sayNowAndThen();
  }

  ended(target: string, outcome: 'downloaded' | 'there'): void {
    if (outcome === 'there') this.#there += 1;
    else
      this.#downloaded = {
        files: this.#downloaded.files + 1,
        bytes: this.#downloaded.bytes + this.#of(target).received,
      };
    this.#underWay.delete(target);
    this.#sayNowAndThen();
  }

  total(): Downloaded {
    return { files: this.#there + this.#downloaded.files, there: this.#there, bytes: this.#bytes };
  }

  #of(target: string): { received: number; expected: number } {
    const progress = this.#underWay.get(target) ?? { received: 0, expected: 0 };
    this.#underWay.set(target, progress);
    return progress;
  }

  #sayNowAndThen(): void {
    const now = Date.now();
    if (now - this.#said < SAY_EVERY_MS) return;
    this.#said = now;
    const { files } = this.total();
    this.#say(
      progressLine({
        files: this.#files,
        ended: files,
        bytes: this.#bytes,
        expected: this.#expected(),
        seconds: (now - this.#start) / 1000,
      }),
    );
  }

  /** Files that have not started are taken for as large as the others. */
  #expected(): number {
    let [files, bytes] = [this.#downloaded.files, this.#downloaded.bytes];
    for (const { received, expected } of this.#underWay.values()) {
      files += 1;
      bytes += Math.max(received, expected);
    }
    const unknown = this.#files - this.#there - files;
    return bytes + (files === 0 ? 0 : (unknown * bytes) / files);
  }
}

export interface DownloadState {
  readonly files: number;
  readonly ended: number;
  readonly bytes: number;
  /** Bytes of the whole download, as far as they can be told. */
  readonly expected: number;
  readonly seconds: number;
}

/** `12/111 files · 34.5 of about 102.0 MB · 5.2 MB/s · about 13 s left`. */
export function progressLine({ files, ended, bytes, expected, seconds }: DownloadState): string {
  const rate = bytes / Math.max(seconds, 0.001);
  const megabytes = (count: number): string => (count / 1e6).toFixed(1);
  const line = `${ended}/${files} files · ${megabytes(bytes)} of about ${megabytes(expected)} MB · ${megabytes(rate)} MB/s`;
  return rate > 0 ? `${line} · about ${Math.ceil(Math.max(0, expected - bytes) / rate)} s left` : line;
}
