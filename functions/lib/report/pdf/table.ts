import { allOf, childOf, classOf, type Element, elementsOf, textOf } from './nodes.ts';
import {
  artifact,
  ensureRoom,
  INK,
  LINE,
  PAPER,
  type Sheet,
  SOFT,
  type Structure,
  TEXT_WIDTH,
  textBlock,
} from './sheet.ts';

const SIZE = 7.5;
const GAP = 6;
const LEADING = 2;
/** Longer texts wrap: an interval fits, a reason why there is none takes several lines. */
const WIDEST = { numeric: 88, text: 150 } as const;

interface Cell {
  readonly text: string;
  readonly numeric: boolean;
}

interface Grid {
  readonly caption: string;
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table of the page; one that is too wide goes on below itself, with its first column again. */
export function drawTable(sheet: Sheet, parent: Structure, table: Element): void {
  const grid = gridOf(table);
  const { doc } = sheet;
  const widths = grid.head.map((_, column) => widthOf(doc, grid, column));
  const panels = panelsOf(widths);
  panels.forEach((columns, i) => {
    const caption = panels.length === 1 ? grid.caption : `${grid.caption} (part ${i + 1} of ${panels.length})`;
    drawPanel(sheet, parent, grid, caption, columns, widths);
  });
  doc.moveDown(0.6);
}

function gridOf(table: Element): Grid {
  const cellOf = (cell: Element): Cell => ({
    text: textOf(cell),
    numeric: classOf(cell).split(' ').includes('number'),
  });
  const rowsOf = (part: Element | undefined) =>
    part === undefined ? [] : allOf(part, 'tr').map((row) => elementsOf(row).map(cellOf));
  const caption = childOf(table, 'caption');
  return {
    caption: caption === undefined ? '' : textOf(caption),
    head: rowsOf(childOf(table, 'thead'))[0] ?? [],
    rows: rowsOf(childOf(table, 'tbody')),
  };
}

/** As wide as its widest text, but long texts wrap; never narrower than its longest word. */
function widthOf(doc: PDFKit.PDFDocument, { head, rows }: Grid, column: number): number {
  const heading = head[column]?.text ?? '';
  const texts = rows.map((row) => row[column]?.text ?? '');
  doc.font('bold').fontSize(SIZE);
  const ofHead = longestWord(doc, [heading]);
  doc.font('plain').fontSize(SIZE);
  const full = Math.max(0, ...texts.map((text) => doc.widthOfString(text)));
  const longest = Math.max(ofHead, longestWord(doc, texts));
  const widest = head[column]?.numeric ? WIDEST.numeric : WIDEST.text;
  return Math.min(TEXT_WIDTH / 2, Math.max(longest, Math.min(full, widest))) + GAP;
}

function longestWord(doc: PDFKit.PDFDocument, texts: readonly string[]): number {
  const words = new Set(texts.flatMap((text) => text.split(/[ \n]+/)));
  return Math.max(0, ...[...words].map((word) => doc.widthOfString(`${word} `)));
}

/** Columns that fit beside the first, panel by panel; the last column of the page takes what room is left. */
function panelsOf(widths: readonly number[]): number[][] {
  const panels: number[][] = [];
  for (let column = 1; column < widths.length; column++) {
    const panel = panels.at(-1);
    const used = panel?.reduce((sum, each) => sum + widths[each], 0) ?? Infinity;
    if (panel === undefined || used + widths[column] > TEXT_WIDTH) panels.push([0, column]);
    else panel.push(column);
  }
  return panels.length === 0 ? [[0]] : panels;
}

function drawPanel(
  sheet: Sheet,
  parent: Structure,
  { head, rows }: Grid,
  caption: string,
  columns: readonly number[],
  widths: readonly number[],
): void {
  const { doc } = sheet;
  const places = placesOf(columns, widths, head);
  const heightOf = (cells: readonly (Cell | undefined)[]) =>
    Math.max(...cells.map((cell, i) => doc.heightOfString(cell?.text || ' ', { width: places[i].width }))) +
    2 * LEADING;
  const chosen = (row: readonly Cell[]) => columns.map((column) => row[column]);
  doc.font('bold').fontSize(SIZE);
  const headHeight = heightOf(chosen(head));
  ensureRoom(sheet, headHeight + 4 * SIZE + 20);
  const table = doc.struct('Table');
  parent.add(table);
  doc.y += 5;
  textBlock(sheet, table, 'Caption', caption, { font: 'bold', size: SIZE + 0.5 });
  doc.y += 2;
  drawRow(sheet, table, chosen(head), places, { header: 'Column', height: headHeight });
  for (const row of rows) {
    doc.font('plain').fontSize(SIZE);
    const height = heightOf(chosen(row));
    if (doc.y + height > PAPER.height - PAPER.bottom) {
      doc.addPage();
      repeatHead(sheet, chosen(head), places, headHeight);
    }
    drawRow(sheet, table, chosen(row), places, { header: 'Row', height });
  }
  table.end();
}

interface Place {
  readonly x: number;
  readonly width: number;
}

/** A last column of words takes what room is left; one of numbers stays beside the others. */
function placesOf(columns: readonly number[], widths: readonly number[], head: readonly Cell[]): Place[] {
  const spare = Math.max(0, TEXT_WIDTH - columns.reduce((sum, column) => sum + widths[column], 0));
  let x: number = PAPER.left;
  return columns.map((column, i) => {
    const width = widths[column] + (i === columns.length - 1 && !head[column]?.numeric ? spare : 0);
    const place = { x, width: width - GAP };
    x += width;
    return place;
  });
}

interface RowStyle {
  /** Which cells head what: all of a head row their columns, the first of a body row its row. */
  readonly header: 'Column' | 'Row';
  readonly height: number;
}

function drawRow(
  sheet: Sheet,
  table: Structure,
  cells: readonly (Cell | undefined)[],
  places: readonly Place[],
  { header, height }: RowStyle,
): void {
  const { doc } = sheet;
  const top = doc.y + LEADING;
  const row = doc.struct('TR');
  table.add(row);
  cells.forEach((cell, i) => {
    const heads = header === 'Column' || i === 0;
    const draw = () => drawCell(doc, cell, places[i], top, header === 'Column');
    row.add(doc.struct(heads ? 'TH' : 'TD', heads ? { scope: header } : {}, draw));
  });
  row.end();
  artifact(sheet, () => rule(doc, top + height - LEADING, header === 'Column' ? INK : LINE));
  doc.x = PAPER.left;
  doc.y = top + height - LEADING + 1;
}

/** The head again on the next page, for the eye alone. */
function repeatHead(
  sheet: Sheet,
  cells: readonly (Cell | undefined)[],
  places: readonly Place[],
  height: number,
): void {
  const { doc } = sheet;
  const top = doc.y + LEADING;
  artifact(sheet, () => {
    cells.forEach((cell, i) => {
      drawCell(doc, cell, places[i], top, true);
    });
    rule(doc, top + height - LEADING, SOFT);
  });
  doc.x = PAPER.left;
  doc.y = top + height - LEADING + 1;
}

function drawCell(
  doc: PDFKit.PDFDocument,
  cell: Cell | undefined,
  { x, width }: Place,
  y: number,
  bold: boolean,
): void {
  doc
    .font(bold ? 'bold' : 'plain')
    .fontSize(SIZE)
    .fillColor(INK);
  doc.text(cell?.text || ' ', x, y, { width, align: cell?.numeric ? 'right' : 'left' });
}

function rule(doc: PDFKit.PDFDocument, y: number, color: string): void {
  doc
    .moveTo(PAPER.left, y)
    .lineTo(PAPER.left + TEXT_WIDTH, y)
    .lineWidth(0.5)
    .undash()
    .opacity(1)
    .stroke(color);
}
