import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecgResultPage } from '#lib/report/ecg/ecg-result-page.ts';
import { ecgsResultPage } from '#lib/report/ecg/ecgs-result-page.ts';
import { standardLeads } from '#lib/signal/leads.ts';
import { accessibilityViolations } from '../axe.ts';
import { launchBrowser } from '../browser.ts';
import { answer, ecgUnit, shownEcgs, storedLeads } from '../ecg-unit.ts';

const windows = [0, 15].map((startSeconds) => ({ startSeconds, endSeconds: startSeconds + 30, score: 0.9 }));
const noise = {
  code: 'noisy',
  severity: 'warning',
  message: 'lead I: found kurtosis 3.1, a clear ECG has at least 5',
} as const;
const twelve = { leads: storedLeads({ seed: 'axe' }, standardLeads), findings: [noise] };
/** Three times as high: R waves reach to the edge of the highest paper. */
const high = {
  leads: twelve.leads.map((lead) => ({ ...lead, samplesMv: lead.samplesMv.map((value) => 3 * value) })),
  findings: [
    noise,
    { code: 'baseline-wander', severity: 'warning', message: 'lead I: found 62 % of the power below 0.5 Hz' },
    { code: 'leads-swapped', severity: 'warning', message: 'found lead I upside down' },
  ] as const,
};
const silent = { answers: [answer({ reason: 'noise-probable' })] };
const long = {
  leads: storedLeads({ seed: 'long', durationS: 150, missing: [{ lead: 'I', startS: 3, endS: 6 }] }),
  answers: [answer({ windows }), answer({ windows })],
};
const PAGES = {
  'twelve leads': ecgResultPage(ecgUnit(twelve)),
  'one lead, silent': ecgResultPage(ecgUnit(silent)),
  'long, several models': ecgResultPage(ecgUnit(long)),
  'several ECGs': ecgsResultPage(
    shownEcgs(twelve, { ...long, answers: long.answers.slice(1) }, twelve, 'not shown', silent),
  ),
};

describe('result.html of an ECG in a browser', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ecg-page-'));
    for (const [name, html] of Object.entries(PAGES)) await writeFile(join(folder, `${name}.html`), html);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(name: string, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    return page;
  }

  const views = Object.keys(PAGES).flatMap((name) => [
    { name, width: 360, scheme: 'dark' as const },
    { name, width: 1280, scheme: 'light' as const },
  ]);

  it.each(views)('has no accessibility violation: $name, $width px, $scheme', async ({ name, width, scheme }) => {
    const page = await open(name, width, scheme);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.context().close();
  });

  it.each(views)('does not scroll sideways: $name, $width px, $scheme', async ({ name, width, scheme }) => {
    const page = await open(name, width, scheme);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.context().close();
  });

  it('draws 10 s as 250 mm of a screen with 96 dots per inch', async () => {
    const page = await open('one lead, silent', 1280);
    const box = await page.locator('svg.strip').first().boundingBox();
    expect(box?.width).toBeCloseTo((265 / 25.4) * 96, 0);
    await page.context().close();
  });

  it('leads from the answer in the table of several ECGs to the trace behind it', async () => {
    const page = await open('several ECGs', 1280);
    const trace = page.locator('#ecg-3-result svg.strip').first();
    expect(await trace.isVisible()).toBe(false);
    await page.locator('a[href="#ecg-3-result"]').click();
    expect(await trace.isVisible()).toBe(true);
    expect(await page.locator('#ecg-1-result svg.strip').first().isVisible()).toBe(false);
    await page.context().close();
  });

  it.each([
    ['one lead, silent', PAGES['one lead, silent']],
    ['twelve leads, an answer', PAGES['twelve leads']],
    ['amplitudes that need high paper, several findings', ecgResultPage(ecgUnit(high))],
  ])(
    'prints on A4 across with the answer and the first row of the trace on the first page: %s',
    async (_what, html) => {
      const page = await open('one lead, silent', 1032);
      await page.setContent(html);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      const [, width, height] = /MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+)/.exec(pdf.toString('latin1')) ?? [];
      expect([Number(width), Number(height)].map(Math.round)).toEqual([842, 595]);
      await page.emulateMedia({ media: 'print' });
      const trace = await page.locator('svg.strip').first().boundingBox();
      const pageHeight = ((210 - 24) / 25.4) * 96;
      expect((trace?.y ?? pageHeight) + (trace?.height ?? 0)).toBeLessThan(pageHeight);
      await page.context().close();
    },
  );
});
