import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCount, formatFigure } from '#lib/report/format.ts';
import { siteGroups } from '#lib/report/groups.ts';
import { reportPage } from '#lib/report/page.ts';
import { type GroupResult, isEstimate, type Report } from '#lib/report/record.ts';
import { accessibilityViolations } from '../axe.ts';
import { launchBrowser } from '../browser.ts';
import { FOUR_HOSPITALS } from '../cohort-tables.ts';
import { ecgReport } from '../ecg-tables.ts';
import { judgedReport, THREE_LIMITS } from '../judged-report.ts';
import { simulatedReport } from '../simulated-report.ts';

const hospitals = [
  ...FOUR_HOSPITALS,
  { site: 'elm', studies: 150, prevalence: 0.4, separation: 3, relation: 'apparent' as const },
];

/** DeLong's own limits around the same estimate. */
function deLongText(auroc: GroupResult['auroc']): string {
  if ('cannotTell' in auroc) return `cannot tell: ${auroc.cannotTell}`;
  return formatFigure('wald' in auroc && auroc.wald ? { ...auroc, ...auroc.wald } : auroc, 'fraction');
}

describe('report.html in a browser', () => {
  const { report, files } = simulatedReport(hospitals);
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-page-'));
    for (const edition of ['internal', 'shareable'])
      await writeFile(join(folder, `${edition}.html`), files.get(`${edition}/report.html`) ?? '');
    await writeFile(join(folder, 'ecg.html'), ecgReport().files.get('internal/report.html') ?? '');
    await writeFile(join(folder, 'limits.html'), reportPage(judgedReport(report, [...THREE_LIMITS, ...THREE_LIMITS])));
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(edition: string, width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, `${edition}.html`)).href);
    return page;
  }

  const views = [
    { edition: 'internal', width: 360, scheme: 'light' as const },
    { edition: 'internal', width: 1280, scheme: 'dark' as const },
    { edition: 'shareable', width: 360, scheme: 'dark' as const },
    { edition: 'shareable', width: 1280, scheme: 'light' as const },
    { edition: 'ecg', width: 360, scheme: 'dark' as const },
    { edition: 'ecg', width: 1280, scheme: 'light' as const },
  ];

  it.each(views)('has no accessibility violation: $edition, $width px, $scheme', async ({ edition, width, scheme }) => {
    const page = await open(edition, width, scheme);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.context().close();
  });

  it.each(views)('does not scroll sideways: $edition, $width px, $scheme', async ({ edition, width, scheme }) => {
    const page = await open(edition, width, scheme);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.context().close();
  });

  it.each(['internal', 'shareable', 'ecg', 'limits'])(
    'has its first page on one screen and one sheet: %s',
    async (edition) => {
      const page = await open(edition, 1280, 'light');
      const bottom = () => page.evaluate(() => document.querySelector('.front')?.getBoundingClientRect().bottom);
      expect(await bottom()).toBeLessThanOrEqual(900);
      // A4 less margins of 10 mm, at 96 dots per inch.
      await page.setViewportSize({ width: 718, height: 1047 });
      await page.emulateMedia({ media: 'print' });
      expect(await bottom()).toBeLessThanOrEqual(1047);
      await page.context().close();
    },
  );

  it('has one first heading and no gap in the order of headings', async () => {
    const page = await open('internal', 1280, 'light');
    const levels = await page.locator('h1, h2, h3, h4').evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, i) => {
      expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
    await page.context().close();
  });

  it.each(['internal', 'shareable'])('shows the figures of report.json: %s', async (edition) => {
    const report = JSON.parse(files.get(`${edition}/report.json`) ?? '') as Report;
    const page = await open(edition, 1280, 'light');
    const cells = await page
      .locator('#discrimination-table tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    const sites = siteGroups(report.primary);
    expect(cells.slice(0, sites.length)).toEqual(
      sites.map(({ site, n, events, auroc, brier }) => [
        site,
        formatCount(n),
        formatCount(events),
        'cannotTell' in auroc ? `cannot tell: ${auroc.cannotTell}` : formatFigure(auroc, 'fraction'),
        deLongText(auroc),
        formatFigure(brier, 'fraction'),
      ]),
    );
    const marks = await page
      .locator('[aria-labelledby="discrimination"] svg.forest [data-estimate]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-estimate')));
    expect(marks).toEqual(sites.flatMap(({ auroc }) => (isEstimate(auroc) ? [auroc.estimate.toFixed(3)] : [])));
    await page.context().close();
  });

  it('names every hospital in the calibration plots and the research banner', async () => {
    const page = await open('internal', 1280, 'light');
    expect(await page.locator('[aria-labelledby="calibration"] .plots h3').allTextContents()).toEqual(
      FOUR_HOSPITALS.map(({ site }) => site),
    );
    expect(await page.locator('.banner').textContent()).toBe('Research use only');
    await page.context().close();
  });

  it('paints something: screenshots are not blank', async () => {
    const page = await open('internal', 1280, 'light');
    const path = join(folder, 'page.png');
    await page.screenshot({ path });
    const colours = await page.evaluate(
      async (source) => {
        const picture = new Image();
        picture.src = source;
        await picture.decode();
        const canvas = document.createElement('canvas');
        canvas.width = picture.width;
        canvas.height = picture.height;
        const context = canvas.getContext('2d');
        context?.drawImage(picture, 0, 0);
        const pixels = new Uint32Array(
          context?.getImageData(0, 0, picture.width, picture.height).data.buffer ?? new ArrayBuffer(0),
        );
        return new Set(pixels).size;
      },
      `data:image/png;base64,${(await readFile(path)).toString('base64')}`,
    );
    expect(colours).toBeGreaterThan(50);
    await page.context().close();
  });

  it('needs nothing from anywhere else', () => {
    for (const edition of ['internal', 'shareable']) {
      const page = files.get(`${edition}/report.html`) ?? '';
      expect(page).not.toMatch(/<script|<link|<img|@import|url\((?!#)|https?:\/\//);
    }
  });
});
