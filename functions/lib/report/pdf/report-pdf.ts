import type { VNode } from 'preact';
import { readFonts } from './fonts.ts';
import { childOf, classOf, type Element, elementsOf, isElement, type Node, nodesOf, textOf } from './nodes.ts';
import {
  artifact,
  closeSheet,
  ensureRoom,
  LINE,
  openSheet,
  PAPER,
  type Sheet,
  SOFT,
  type Structure,
  TEXT_WIDTH,
  textBlock,
} from './sheet.ts';
import { drawSvg, sizeOnPaper } from './svg.ts';
import { drawTable } from './table.ts';

/** A tagged PDF (ISO 14289-1, PDF/UA-1) of the page with this title and body: every text, table and picture of it, folded parts opened. */
export async function pagePdf(title: string, body: readonly (VNode | null)[]): Promise<Uint8Array> {
  const sheet = openSheet(title, await readFonts());
  for (const node of nodesOf([...body])) drawNode(sheet, sheet.root, node);
  return closeSheet(sheet, title);
}

/** How many points of free room a heading asks for, so that it does not stand alone at the end of a page. */
const HEADINGS: Readonly<Record<string, { readonly size: number; readonly room: number }>> = {
  h1: { size: 18, room: 120 },
  h2: { size: 14, room: 110 },
  h3: { size: 11, room: 80 },
  h4: { size: 9.5, room: 60 },
};

/** Points that the heading of a figure takes. */
const FIGURE_HEADING = 30;

const BODY = { font: 'plain', size: 9 } as const;
const NOTE = { font: 'plain', size: 8, color: SOFT } as const;

type Draw = (sheet: Sheet, parent: Structure, element: Element) => void;

function drawNode(sheet: Sheet, parent: Structure, node: Node): void {
  if (!isElement(node)) {
    if (node.trim() !== '') paragraph(sheet, parent, node);
    return;
  }
  const draw = BLOCKS[node.tag];
  if (draw === undefined) throw new Error(`page: found <${node.tag}>, allowed: ${Object.keys(BLOCKS).join(', ')}`);
  draw(sheet, parent, node);
}

const heading: Draw = (sheet, parent, { tag, children }) => {
  const { size, room } = HEADINGS[tag];
  const { doc } = sheet;
  const text = children.map(textOf).join('');
  ensureRoom(sheet, room);
  doc.y += size * 0.7;
  if (tag === 'h2') {
    artifact(sheet, () =>
      doc
        .moveTo(PAPER.left, doc.y)
        .lineTo(PAPER.left + TEXT_WIDTH, doc.y)
        .lineWidth(1)
        .stroke(LINE),
    );
    doc.y += 6;
    doc.outline.addItem(text);
  }
  textBlock(sheet, parent, tag.toUpperCase(), text, { font: 'bold', size });
  doc.y += 3;
};

function paragraph(sheet: Sheet, parent: Structure, text: string, style: Parameters<typeof textBlock>[4] = BODY): void {
  textBlock(sheet, parent, 'P', text, style);
  sheet.doc.y += 4;
}

const inside: Draw = (sheet, parent, element) => {
  element.children.forEach((child, place) => {
    if (isElement(child) && child.tag in HEADINGS) keepWithPicture(sheet, child.tag, element.children[place + 1]);
    drawNode(sheet, parent, child);
  });
};

/** A heading that a picture follows stands on the picture's page. */
function keepWithPicture(sheet: Sheet, tag: string, next: Node | undefined): void {
  if (next === undefined || !isElement(next) || !['figure', 'div'].includes(next.tag)) return;
  const first = next.tag === 'figure' ? next : elementsOf(next)[0];
  const picture = first?.tag === 'figure' ? childOf(first, 'svg') : undefined;
  if (picture !== undefined) roomForPicture(sheet, picture, 3 * HEADINGS[tag].size);
}

/** The first page stands alone, as when the page is printed. */
const section: Draw = (sheet, parent, element) => {
  inside(sheet, parent, element);
  if (/\bfront\b/.test(classOf(element))) sheet.doc.addPage();
};

/** For a picture with its caption and what else stands above it; a page has no more than a page. */
function roomForPicture(sheet: Sheet, picture: Element, above = 0): void {
  const wanted = sizeOnPaper(picture).height + FIGURE_HEADING + above;
  ensureRoom(sheet, Math.min(wanted, PAPER.height - PAPER.top - PAPER.bottom));
}

/** Heading and caption of a figure stay with its picture; a caption above it is set as a heading, so that nobody takes it for the one below another. */
const figure: Draw = (sheet, parent, element) => {
  const picture = childOf(element, 'svg');
  if (picture !== undefined) roomForPicture(sheet, picture);
  const [first, ...others] = elementsOf(element);
  if (picture === undefined || first.tag !== 'figcaption') return inside(sheet, parent, element);
  paragraph(sheet, parent, textOf(first), { font: 'bold', size: 9 });
  for (const child of others) drawNode(sheet, parent, child);
};

const asParagraph: Draw = (sheet, parent, element) => {
  const isNote = /\bnote\b/.test(classOf(element)) || element.tag === 'figcaption';
  paragraph(sheet, parent, textOf(element), isNote ? NOTE : BODY);
};

/** The folded parts of the page stand open on paper. */
const details: Draw = (sheet, parent, element) => {
  const summary = childOf(element, 'summary');
  if (summary !== undefined) {
    ensureRoom(sheet, HEADINGS.h4.room);
    paragraph(sheet, parent, textOf(summary), { font: 'bold', size: 9 });
  }
  for (const child of element.children) if (child !== summary) drawNode(sheet, parent, child);
};

const list: Draw = (sheet, parent, element) => {
  const { doc } = sheet;
  const whole = doc.struct('L');
  parent.add(whole);
  elementsOf(element).forEach((entry, i) => {
    const mark = element.tag === 'ol' ? `${i + 1}.` : '•';
    const li = doc.struct('LI');
    whole.add(li);
    textBlock(sheet, li, 'LBody', `${mark} ${textOf(entry)}`, { ...BODY, indent: 8 });
    li.end();
    doc.y += 2;
  });
  whole.end();
  doc.y += 4;
};

const terms: Draw = (sheet, parent, element) => {
  for (const child of elementsOf(element)) {
    if (child.tag === 'dt') textBlock(sheet, parent, 'P', textOf(child), { font: 'bold', size: 8.5 });
    else paragraph(sheet, parent, textOf(child), { ...BODY, size: 8.5, indent: 8 });
  }
};

/** Links inside the page lead nowhere on paper. */
const link: Draw = (sheet, parent, element) => {
  if (classOf(element) !== 'skip') asParagraph(sheet, parent, element);
};

const BLOCKS: Readonly<Record<string, Draw>> = {
  ...Object.fromEntries(Object.keys(HEADINGS).map((tag) => [tag, heading])),
  ...Object.fromEntries(['header', 'main', 'div', 'footer', 'article'].map((tag) => [tag, inside])),
  figure,
  section,
  aside: (sheet, parent, element) => paragraph(sheet, parent, textOf(element), { font: 'bold', size: 9 }),
  p: asParagraph,
  figcaption: asParagraph,
  a: link,
  nav: () => {},
  ul: list,
  ol: list,
  dl: terms,
  details,
  table: drawTable,
  svg: drawSvg,
};
