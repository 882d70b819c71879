// What pdfkit 0.20 takes and its published types (0.17) do not know yet.
declare namespace PDFKit.Mixins {
  interface StructureElementOptions {
    /** Left, top, right and bottom in points, from the top of the page. */
    bbox?: readonly [number, number, number, number];
    /** What a header cell heads. */
    scope?: 'Row' | 'Column';
  }
}
