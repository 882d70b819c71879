// A real browser from npm packages alone: Chromium, its libraries and its fonts are unpacked once from @sparticuz/chromium.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

const bin = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
const { version } = JSON.parse(await readFile(join(bin, '..', 'package.json'), 'utf8')) as { version: string };

/** Starts headless Chromium with the libraries and fonts of its package, so that the host needs neither libnss3 nor fonts. */
export async function launchBrowser(): Promise<Browser> {
  const home = await unpacked();
  return playwright.launch({
    executablePath: join(home, 'chromium'),
    args: chromium.args.filter((flag) => flag !== '--single-process'),
    env: {
      ...definedEnvironment(),
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(home, 'fonts'),
      HOME: home,
    },
  });
}

/** Unpacks into a folder of its own and renames it when complete, so that test processes running at once never see half of it. */
async function unpacked(): Promise<string> {
  const home = join(tmpdir(), `tricuspid-chromium-${version}-${process.getuid?.() ?? 'user'}`);
  if (existsSync(home)) return home;
  const parts = await mkdtemp(`${home}-`);
  await inflateInto(parts, home);
  await rename(parts, home).catch(async (error: NodeJS.ErrnoException) => {
    if (!existsSync(home)) throw error;
    await rm(parts, { recursive: true, force: true });
  });
  return home;
}

async function inflateInto(folder: string, home: string): Promise<void> {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    await Promise.all(
      ['chromium.br', 'fonts.tar.br', 'al2023.tar.br', 'swiftshader.tar.br'].map((file) => inflate(join(bin, file))),
    );
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  await mkdir(join(folder, 'fonts'), { recursive: true });
  await writeFile(join(folder, 'fonts', 'fonts.conf'), fontConfiguration(home));
}

function fontConfiguration(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${home}/fonts</dir><cachedir>${home}/fonts-cache</cachedir></fontconfig>
`;
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
