import { allOf, childOf, type Element, elementsOf, textOf } from './nodes.ts';
import { artifact, ensureRoom, INK, PAPER, type Sheet, type Structure, TEXT_WIDTH } from './sheet.ts';
import { type Declarations, svgStyle } from './svg-style.ts';

/** Points per unit of a picture: pictures are drawn for 300 to 400 units in width. */
const SCALE = 0.8;

/** Size of a picture on paper, in points, and points per unit of it. */
export function sizeOnPaper(svg: Element): { readonly width: number; readonly height: number; readonly scale: number } {
  const [, , width, height] = String(svg.attributes.viewBox).split(/\s+/).map(Number);
  const room = PAPER.height - PAPER.top - PAPER.bottom;
  const scale = Math.min(SCALE, TEXT_WIDTH / width, room / height);
  return { width: width * scale, height: height * scale, scale };
}

/** A picture as a figure with its title and description as the alternative text. */
export function drawSvg(sheet: Sheet, parent: Structure, svg: Element): void {
  const { doc } = sheet;
  const { width, height, scale } = sizeOnPaper(svg);
  ensureRoom(sheet, height);
  const top = doc.y;
  const box: [number, number, number, number] = [PAPER.left, top, PAPER.left + width, top + height];
  const alt = ['title', 'desc']
    .flatMap((tag) => childOf(svg, tag) ?? [])
    .map(textOf)
    .join('. ');
  const draw = () => {
    doc.save();
    doc.translate(PAPER.left, top).scale(scale);
    const picture = { ...sheet, clips: clipsOf(svg) };
    for (const child of elementsOf(svg)) drawElement(picture, child);
    doc.restore();
  };
  if (alt === '') artifact(sheet, draw);
  else parent.add(doc.struct('Figure', { alt, bbox: box }, draw));
  doc.x = PAPER.left;
  doc.y = top + height + 6;
}

/** A sheet with the outlines that parts of a picture are cut to, by their id. */
interface Picture extends Sheet {
  readonly clips: ReadonlyMap<string, Element>;
}

const clipsOf = (svg: Element): ReadonlyMap<string, Element> =>
  new Map(allOf(svg, 'clipPath').map((clip) => [String(clip.attributes.id), clip]));

/** Cuts what follows to the rectangle of a clip path. */
function cut({ doc, clips }: Picture, { attributes }: Element): void {
  const id = /^url\(#(.*)\)$/.exec(String(attributes['clip-path'] ?? ''))?.[1];
  if (id === undefined) return;
  const outline = clips.get(id);
  const rect = outline === undefined ? undefined : childOf(outline, 'rect');
  if (rect === undefined) throw new Error(`picture: found the clip path ${id}, allowed: one with a rectangle`);
  doc.rect(number(rect, 'x'), number(rect, 'y'), number(rect, 'width'), number(rect, 'height')).clip();
}

function drawElement(sheet: Picture, element: Element): void {
  const { doc } = sheet;
  const draw = SHAPES[element.tag];
  if (draw === undefined)
    throw new Error(`picture: found <${element.tag}>, allowed: ${Object.keys(SHAPES).join(', ')}`);
  doc.save();
  transform(doc, String(element.attributes.transform ?? ''));
  cut(sheet, element);
  draw(sheet, element);
  doc.restore();
}

function transform(doc: PDFKit.PDFDocument, text: string): void {
  for (const [, name, body] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a, b = 0, c = 0] = body.split(/[\s,]+/).map(Number);
    if (name === 'translate') doc.translate(a, b);
    else if (name === 'rotate') doc.rotate(a, { origin: [b, c] });
    else throw new Error(`picture: found the transform ${name}, allowed: translate and rotate`);
  }
}

const number = (element: Element, name: string): number => Number(element.attributes[name] ?? 0);

const nothing = (): void => {};

const SHAPES: Readonly<Record<string, (sheet: Picture, element: Element) => void>> = {
  title: nothing,
  desc: nothing,
  clipPath: nothing,
  defs: nothing,
  g: (sheet, element) => {
    for (const child of elementsOf(element)) drawElement(sheet, child);
  },
  path: (sheet, element) => {
    const d = String(element.attributes.d ?? '');
    if (d !== '') paint(sheet, element, (doc) => doc.path(d));
  },
  line: (sheet, element) =>
    paint(sheet, element, (doc) =>
      doc.moveTo(number(element, 'x1'), number(element, 'y1')).lineTo(number(element, 'x2'), number(element, 'y2')),
    ),
  circle: (sheet, element) =>
    paint(sheet, element, (doc) => doc.circle(number(element, 'cx'), number(element, 'cy'), number(element, 'r'))),
  rect: (sheet, element) =>
    paint(sheet, element, (doc) =>
      doc.rect(number(element, 'x'), number(element, 'y'), number(element, 'width'), number(element, 'height')),
    ),
  polygon: (sheet, element) => paint(sheet, element, (doc) => doc.polygon(...pointsOf(element))),
  polyline: (sheet, element) =>
    paint(sheet, element, (doc) => {
      const [[x, y], ...others] = pointsOf(element);
      return others.reduce((path, [toX, toY]) => path.lineTo(toX, toY), doc.moveTo(x, y));
    }),
  text: drawText,
};

function pointsOf({ attributes }: Element): [number, number][] {
  const numbers = String(attributes.points)
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
}

/** Fill and stroke as in SVG: black fill and no stroke unless said otherwise. */
function paint({ doc }: Sheet, element: Element, shape: (doc: PDFKit.PDFDocument) => PDFKit.PDFDocument): void {
  const style = svgStyle(element.attributes);
  const fill = style.fill ?? INK;
  const stroke = style.stroke ?? 'none';
  doc.opacity(Number(style.opacity ?? 1) * Number(style['fill-opacity'] ?? 1));
  doc.lineWidth(Number(style['stroke-width'] ?? 1));
  dash(doc, style);
  shape(doc);
  if (fill !== 'none' && stroke !== 'none') doc.fillAndStroke(fill, stroke);
  else if (fill !== 'none') doc.fill(fill);
  else if (stroke !== 'none') doc.stroke(stroke);
}

function dash(doc: PDFKit.PDFDocument, style: Declarations): void {
  const [length, space] = (style['stroke-dasharray'] ?? '').split(/[\s,]+/).map(Number);
  if (length > 0) doc.dash(length, { space: space ?? length });
  else doc.undash();
}

const TEXT_SIZE = 11;

function drawText({ doc }: Sheet, element: Element): void {
  const style = svgStyle(element.attributes);
  const text = textOf(element);
  doc.font('plain').fontSize(Number.parseFloat(style['font-size'] ?? String(TEXT_SIZE)));
  doc.fillColor(style.fill ?? INK);
  const width = doc.widthOfString(text);
  const shift = { middle: width / 2, end: width }[style['text-anchor'] ?? ''] ?? 0;
  doc.text(text, number(element, 'x') - shift, number(element, 'y'), { lineBreak: false, baseline: 'alphabetic' });
}
