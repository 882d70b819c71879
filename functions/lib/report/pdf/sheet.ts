import PDFDocument from 'pdfkit';
import type { FontName } from './fonts.ts';

/** A4 in points, with its margins. */
export const PAPER = { width: 595.28, height: 841.89, left: 48, right: 48, top: 48, bottom: 56 } as const;
export const TEXT_WIDTH = PAPER.width - PAPER.left - PAPER.right;

type Document = PDFKit.PDFDocument;
export type Structure = PDFKit.PDFStructureElement;

/** The document that is being written, with the structure that screen readers follow. */
export interface Sheet {
  readonly doc: Document;
  readonly root: Structure;
}

/** An empty tagged document (PDF 1.7, PDF/UA-1, ISO 14289-1). */
export function openSheet(title: string, fonts: Readonly<Record<FontName, Uint8Array>>): Sheet {
  const doc = new PDFDocument({
    size: 'A4',
    margins: PAPER,
    pdfVersion: '1.7',
    subset: 'PDF/UA' as string as PDFKit.Mixins.PDFSubsets, // unknown to the published types
    tagged: true,
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    font: null as unknown as string, // a default that is registered again would be read anew at every use
    // The same report gives the same bytes: when it was written plays no part.
    info: { Title: title, CreationDate: new Date(0), ModDate: new Date(0) },
  });
  // As a number, pdfkit 0.20 adds a CIDSet to every font that leaves out the parts of composed glyphs (against 7.21.4.2); it need not be.
  Object.assign(doc, { subset: '1' });
  for (const [name, bytes] of Object.entries(fonts)) doc.registerFont(name, bytes as unknown as string);
  const root = doc.struct('Document');
  doc.addStructure(root);
  return { doc, root };
}

/** The bytes of the finished document; every page carries title and number as an artifact. */
export function closeSheet({ doc, root }: Sheet, title: string): Promise<Uint8Array> {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) footer(doc, page, `${title} · page ${page + 1} of ${count}`);
  root.end();
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.once('error', reject);
    doc.once('end', () => resolve(Buffer.concat(chunks)));
    doc.end();
  });
}

function footer(doc: Document, page: number, text: string): void {
  doc.switchToPage(page);
  const bottom = doc.page.margins.bottom;
  doc.page.margins.bottom = 0; // text in the margin would open a new page
  doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
  doc.font('plain').fontSize(7).fillColor(SOFT);
  doc.text(text, PAPER.left, PAPER.height - 36, { width: TEXT_WIDTH, lineBreak: false, height: 10, ellipsis: true });
  doc.endMarkedContent();
  doc.page.margins.bottom = bottom;
}

export const INK = '#1b1b1b';
export const SOFT = '#555555';
export const LINE = '#c8c8c8';

/** A new page unless this much room is left on the present one. */
export function ensureRoom({ doc }: Sheet, height: number): void {
  if (doc.y + height > PAPER.height - PAPER.bottom) doc.addPage();
}

export interface TextStyle {
  readonly font: FontName;
  readonly size: number;
  readonly color?: string;
  readonly indent?: number;
}

/** A tagged block of text in the width of the page. */
export function textBlock(sheet: Sheet, parent: Structure, tag: string, text: string, style: TextStyle): void {
  const { doc } = sheet;
  const { font, size, color = INK, indent = 0 } = style;
  ensureRoom(sheet, size * 2.6);
  parent.add(
    doc.struct(tag, {}, () => {
      doc.font(font).fontSize(size).fillColor(color);
      doc.text(text, PAPER.left + indent, doc.y, { width: TEXT_WIDTH - indent, lineGap: size * 0.2 });
    }),
  );
}

/** Lines and fills that carry nothing: not read aloud. */
export function artifact({ doc }: Sheet, draw: () => void): void {
  doc.markContent('Artifact', { type: 'Layout' });
  draw();
  doc.endMarkedContent();
}
