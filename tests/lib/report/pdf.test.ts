import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { nodesOf, textOf } from '#lib/report/pdf/nodes.ts';
import { reportPdfs } from '#lib/report/pdf/papers.ts';
import { pagePdf } from '#lib/report/pdf/report-pdf.ts';
import { svgStyle } from '#lib/report/pdf/svg-style.ts';
import { simulatedReport } from '../../simulated-report.ts';

describe('text of the page on paper', () => {
  it('keeps a line break', () => {
    const [item] = nodesOf(h('li', null, ['Offered.', h('br', null), h('code', null, 'logit(p)')]));
    expect(textOf(item)).toBe('Offered.\nlogit(p)');
  });
});

describe('a picture', () => {
  const svg = h('svg', { viewBox: '0 0 300 348' }, [
    h('title', null, 'Picture'),
    h('path', { d: 'M0,0H10', class: 'grid' }),
  ]);
  const above = Array.from({ length: 32 }, (_, line) => h('p', null, `Line ${line}`));
  /** The sheet of the last element of a kind. */
  const sheetOf = (pdf: string, kind: string) =>
    [...pdf.matchAll(new RegExp(`/S /${kind}\\b[^]*?/Pg (\\d+) 0 R`, 'g'))].at(-1)?.[1];

  it.each([
    ['a heading in its figure', 'H3', [h('figure', null, [h('h3', null, 'Oak'), svg])]],
    ['the heading before its figure', 'H2', [h('h2', null, 'Oak'), h('figure', null, [svg])]],
    ['the heading before several', 'H3', [h('h3', null, 'Oak'), h('div', null, [h('figure', null, [svg])])]],
    ['a caption above it', 'P', [h('figure', null, [h('figcaption', null, 'Oak'), svg])]],
    ['a caption below it', 'P', [h('figure', null, [svg, h('figcaption', null, 'Oak')])]],
  ])('stands on one sheet with %s where the sheet ends', async (_, kind, nodes) => {
    const pdf = Buffer.from(await pagePdf('t', [...above, h('section', null, nodes)])).toString('latin1');
    expect(sheetOf(pdf, kind)).toBeDefined();
    expect(sheetOf(pdf, kind)).toBe(sheetOf(pdf, 'Figure'));
  });
});

const { editions, files } = simulatedReport();
const papers = reportPdfs(editions.slice(0, 1));
const page = files.get('internal/report.html') ?? '';
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** Objects of the file that are not streams stand in it as they are. */
const source = async (): Promise<string> =>
  Buffer.from((await papers).get('internal/report.pdf') ?? []).toString('latin1');

describe('report.pdf', () => {
  it('says that it is tagged, PDF/UA, in English, and shows its title', async () => {
    const pdf = await source();
    expect(pdf.startsWith('%PDF-1.7')).toBe(true);
    expect(pdf).toMatch(/\/MarkInfo\s*\d+ 0 R|\/MarkInfo <</);
    expect(pdf).toContain('/Marked true');
    expect(pdf).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(pdf).toContain('/Lang (en)');
    expect(pdf).toContain('/DisplayDocTitle true');
  });

  it('has every heading and every picture of the page, each picture with its words', async () => {
    const pdf = await source();
    for (const level of [1, 2, 3]) {
      expect(count(pdf, new RegExp(`/S /H${level}\\b`, 'g'))).toBe(count(page, new RegExp(`<h${level}[ >]`, 'g')));
    }
    const pictures = count(page, /<svg /g);
    expect(pictures).toBeGreaterThan(4);
    expect(count(pdf, /\/S \/Figure\b/g)).toBe(pictures);
    expect(count(pdf, /\/Alt \(/g)).toBe(pictures);
  });

  it('has the first page of the report on its first sheet, and nothing else there', async () => {
    const pdf = await source();
    const [first, second] = [...pdf.matchAll(/\/S \/H2\b.*?\/Pg (\d+) 0 R/gs)].map(([, sheet]) => sheet);
    const [, sheets] = /\/Kids \[([^\]]*)\]/.exec(pdf.slice(pdf.indexOf('/Type /Pages'))) ?? [];
    expect([first, second]).toEqual([...(sheets ?? '').matchAll(/(\d+) 0 R/g)].slice(0, 2).map(([, sheet]) => sheet));
  });

  it('has every table, folded ones too, with header cells that say what they head', async () => {
    const pdf = await source();
    expect(count(pdf, /\/S \/Table\b/g)).toBeGreaterThanOrEqual(count(page, /<table /g));
    const heads = count(pdf, /\/S \/TH\b/g);
    expect(heads).toBeGreaterThan(count(page, /<th /g) - 1);
    expect(count(pdf, /\/Scope \/(?:Row|Column)/g)).toBe(heads);
  });

  it('is the same file for the same report', async () => {
    const again = await reportPdfs(editions.slice(0, 1));
    expect(again).toEqual(await papers);
  });

  it('draws with the colours of the light scheme', () => {
    expect(svgStyle({ class: 'mark', d: 'M0,0' })).toMatchObject({ stroke: '#0072b2', fill: '#0072b2', d: 'M0,0' });
    expect(svgStyle({ class: 'band' })).toMatchObject({ fill: '#e69f00', opacity: '0.25' });
  });
});
