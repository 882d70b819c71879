import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { readerBody, readerFiles } from '#lib/report/readers/body.ts';
import { accessibilityViolations } from '../../../axe.ts';
import { launchBrowser } from '../../../browser.ts';
import { description, simulatedFiles } from './simulated-readers.ts';

const study = openReaderStudy(description, simulatedFiles(300, { sensitivity: 0.7, specificity: 0.9 }));
const files = readerFiles(
  readerBody({
    study,
    publicData: false,
    command: 'npx tricuspid readers <folder>',
    software: 'tricuspid 0',
    inputs: [],
  }),
);

const views = ['internal', 'shareable'].flatMap((edition) => [
  { edition, width: 360, scheme: 'dark' as const },
  { edition, width: 1280, scheme: 'light' as const },
]);

describe('the page of a reader study in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reader-page-'));
    for (const edition of ['internal', 'shareable']) {
      await writeFile(join(folder, `${edition}.html`), files.get(`${edition}/report.html`) ?? '');
    }
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open({ edition, width, scheme }: (typeof views)[number]): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, offline: true });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, `${edition}.html`)).href);
    return page;
  }

  it.each(views)(
    'has no accessibility violation and does not scroll sideways: $edition, $width px, $scheme',
    async (view) => {
      const page = await open(view);
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
      await page.context().close();
    },
  );
});
