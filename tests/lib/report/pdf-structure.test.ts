// What can be checked of PDF/UA-1 in the file itself: every mark is tagged or an artifact, and tags stand where they may.
import { inflateSync } from 'node:zlib';
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { pagePdf } from '#lib/report/pdf/report-pdf.ts';

interface Element {
  readonly id: number;
  readonly kind: string;
  readonly parent: number;
  readonly text: string;
  /** Numbers of elements in it, and what it marks as `page:MCID`. */
  readonly elements: readonly number[];
  readonly marks: readonly string[];
}

const table = h('table', null, [
  h('caption', null, 'A table'),
  h('thead', null, h('tr', null, [h('th', null, 'Hospital'), h('th', { class: 'number' }, 'n')])),
  h(
    'tbody',
    null,
    Array.from({ length: 70 }, (_, i) => h('tr', null, [h('th', null, `h${i}`), h('td', { class: 'number' }, `${i}`)])),
  ),
]);
const picture = h('svg', { viewBox: '0 0 300 100' }, [
  h('title', null, 'Picture'),
  h('desc', null, 'A line'),
  h('path', { d: 'M0,0H10', class: 'grid' }),
  h('text', { x: 10, y: 20 }, 'fi ≥ −τ'),
]);
const bytes = await pagePdf('Title', [
  h('h1', null, 'Title'),
  h('section', null, [h('h2', null, 'First'), h('p', null, 'Text, éö'), h('ul', null, [h('li', null, 'one')])]),
  h('section', null, [h('h2', null, 'Second'), h('figure', null, [h('h3', null, 'Oak'), picture]), table]),
]);
const file = Buffer.from(bytes).toString('latin1');
const objects = new Map(
  [...file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, id, text]): [number, string] => [Number(id), text]),
);

/** The bytes of a stream, inflated. */
function streamOf(id: number): string {
  const text = objects.get(id) ?? '';
  const [start, end] = [text.indexOf('stream\n') + 7, text.lastIndexOf('\nendstream')];
  const raw = Buffer.from(text.slice(start, end), 'latin1');
  return text.includes('/FlateDecode') ? inflateSync(raw).toString('latin1') : raw.toString('latin1');
}

const pages = [...objects].filter(([, text]) => /\/Type \/Page\b/.test(text));
const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);

const elements = new Map(
  [...objects].flatMap(([id, text]): [number, Element][] => {
    const kind = /\/S \/(\w+)/.exec(text)?.[1];
    if (kind === undefined || !/\/P \d+ 0 R/.test(text) || !text.includes('/K')) return [];
    const [, kids = ''] = /\/K (\[[\s\S]*?\]|\d+ 0 R|\d+)/.exec(text) ?? [];
    const page = number(text, /\/Pg (\d+) 0 R/);
    const loose = kids.replaceAll(/<<[\s\S]*?>>/g, '').replaceAll(/\d+ 0 R/g, '');
    const ofPages = [...kids.matchAll(/<<[\s\S]*?>>/g)].map(
      ([entry]) => `${number(entry, /\/Pg (\d+) 0 R/) || page}:${number(entry, /\/MCID (\d+)/)}`,
    );
    const withoutPages = kids.replaceAll(/<<[\s\S]*?>>/g, '');
    return [
      [
        id,
        {
          ...{ id, kind, text, parent: number(text, /\/P (\d+) 0 R/) },
          elements: [...withoutPages.matchAll(/(\d+) 0 R/g)].map(([, child]) => Number(child)),
          marks: [...[...loose.matchAll(/\d+/g)].map(([mcid]) => `${page}:${mcid}`), ...ofPages],
        },
      ],
    ];
  }),
);
/** Beginnings and ends of marked content, and what paints. */
const OPERATORS =
  /\/(\w+)(?: <<([\s\S]*?)>>)? (?:BDC|BMC)|\bEMC\b|(?<=[\s\]])(?:Tj|TJ|S|s|f|F|f\*|B|B\*|b|sh|Do)(?=\s)/g;

const kinds = (kind: string): Element[] => [...elements.values()].filter((element) => element.kind === kind);
const childrenOf = ({ elements: own }: Element): string[] => own.map((id) => elements.get(id)?.kind ?? '?');

describe('the structure of a PDF', () => {
  it('holds every mark of every page once, or leaves it as an artifact', () => {
    const held = [...elements.values()].flatMap(({ marks }) => marks);
    expect(new Set(held).size).toBe(held.length);
    const drawn = pages.flatMap(([id, text]) => {
      const open: string[] = [];
      return [...streamOf(number(text, /\/Contents (\d+) 0 R/)).matchAll(OPERATORS)].flatMap(
        ([found, tag, properties]) => {
          if (found === 'EMC') open.pop();
          if (tag === undefined) {
            if (found !== 'EMC') expect(open, found).toHaveLength(1);
            return [];
          }
          expect(open).toEqual([]);
          open.push(tag);
          const mcid = /\/MCID (\d+)/.exec(properties ?? '')?.[1];
          expect(mcid === undefined).toBe(tag === 'Artifact');
          return mcid === undefined ? [] : [`${id}:${mcid}`];
        },
      );
    });
    expect(pages.length).toBeGreaterThan(1);
    expect(drawn.length).toBeGreaterThan(140);
    expect(drawn.toSorted()).toEqual(held.toSorted());
  });

  it('has elements where they may stand, each under the parent that names it', () => {
    const allowed: Record<string, RegExp> = {
      Table: /^Caption (?:TR ?)+$/,
      TR: /^(?:TH|TD)(?: (?:TH|TD))*$/,
      L: /^LI(?: LI)*$/,
      LI: /^LBody$/,
    };
    for (const [kind, pattern] of Object.entries(allowed)) {
      expect(kinds(kind).length, kind).toBeGreaterThan(0);
      for (const element of kinds(kind)) expect(childrenOf(element).join(' '), kind).toMatch(pattern);
    }
    for (const element of elements.values())
      for (const child of element.elements) expect(elements.get(child)?.parent).toBe(element.id);
    const [tables] = kinds('Table');
    const widths = tables.elements.slice(1).map((row) => elements.get(row)?.elements.length);
    expect(widths).toEqual(Array(71).fill(2));
  });

  it('has headings that skip no level, and pictures with words and a box', () => {
    const levels = [...elements.values()].flatMap(({ kind }) => (/^H\d$/.test(kind) ? [Number(kind[1])] : []));
    expect(levels.length).toBe(4);
    expect(levels[0]).toBe(1);
    levels.slice(1).forEach((level, i) => {
      expect(level).toBeLessThanOrEqual(levels[i] + 1);
    });
    const [figure] = kinds('Figure');
    expect(figure.text).toMatch(/\/Alt \(/);
    expect(file).toMatch(/\/BBox \[(?:[\d.]+ ?){4}\]/);
  });

  it('embeds its fonts and knows the character behind every glyph', () => {
    const fonts = [...objects.values()].filter((text) => text.includes('/Subtype /Type0'));
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) {
      expect(font).toContain('/Encoding /Identity-H');
      const cmap = streamOf(number(font, /\/ToUnicode (\d+) 0 R/));
      const codes = [...cmap.matchAll(/<(\w{4})> <(\w{4})> \[(.*)\]/g)];
      expect(codes.length).toBeGreaterThan(0);
      for (const [, from, to, values] of codes)
        expect([...values.matchAll(/<[^>]*>/g)]).toHaveLength(Number.parseInt(to, 16) - Number.parseInt(from, 16) + 1);
    }
    const descriptors = [...objects.values()].filter((text) => text.includes('/Type /FontDescriptor'));
    expect(descriptors).toHaveLength(fonts.length);
    // A list of glyphs that leaves some out is worse than none (ISO 14289-1, 7.21.4.2).
    expect(file).not.toContain('/CIDSet');
    for (const descriptor of descriptors) expect(descriptor).toMatch(/\/FontFile[23]? \d+ 0 R/);
  });
});
