// Added to style.ts on pages with traces. At 265 mm a row of 10 s has its true size on a screen of 96 dots per inch and on A4 across.
import { WIDTH_MM } from './rhythm-strip.ts';

export const ECG_STYLE = `
:root { --sheet: #fffafa; --small: #f6d9d9; --large: #e5a5a5; --trace: #111111; --gap: #e3e3e3; }
@media (prefers-color-scheme: dark) { :root { --sheet: #1a1416; --small: #35262a; --large: #5e3d43; --trace: #f2f2f2; --gap: #3a3a3a; } }
header, main, footer { max-width: 70rem; }
.verdict { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0.75rem 2rem; }
.answer h2, .answer h3 { border: 0; margin: 0 0 0.25rem; padding: 0; }
.answer h2 { font-size: 1.35rem; }
.answer ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
.answer p { font-weight: 400; margin: 0.25rem 0 0; }
.answer + .answer { margin-top: 1rem; }
.warning { font-weight: 700; }
.strips { overflow-x: auto; max-width: 100%; }
.strip { width: ${WIDTH_MM}mm; max-width: none; margin: 0 0 0.5rem; font: 3px system-ui, Open Sans, sans-serif; }
.strip .sheet { fill: var(--sheet); }
.strip .small-squares { stroke: var(--small); fill: none; }
.strip .large-squares { stroke: var(--large); fill: none; }
.strip .trace { stroke: var(--trace); fill: none; stroke-width: 1.1px; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.strip .peaks { fill: var(--blue); }
.strip .rr { text-anchor: middle; fill: var(--soft); }
.strip .end { text-anchor: end; fill: var(--soft); }
.strip .halo { text-anchor: middle; paint-order: stroke; stroke: var(--paper); stroke-width: 1.2; }
.strip .lead { font-weight: 700; }
.strip .ticks { stroke: var(--soft); stroke-width: 0.15; fill: none; }
.strip .missing { fill: var(--gap); }
.strip .threshold { stroke: var(--orange); stroke-width: 0.4; stroke-dasharray: 2 1.5; }
.strip .window { stroke: var(--blue); stroke-width: 0.6; fill: none; }
.strip .dots { stroke: var(--blue); stroke-width: 0.6; stroke-linecap: round; fill: none; }
.bars table { width: 100%; max-width: 28rem; }
.bars svg { height: 0.9rem; min-width: 3rem; margin-top: 0.3rem; }
.bars tbody th { min-width: 0; } .bars td:last-child { width: 40%; min-width: 3rem; }
.bars .whole { fill: var(--line); opacity: 0.5; }
.bars .part { fill: var(--blue); }
@page { size: A4 landscape; margin: 12mm; }
@media print { :root, body { font-size: 9pt; } :root { --sheet: #ffffff; --small: #f6d9d9; --large: #e5a5a5; --trace: #000000; --gap: #e3e3e3; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .strips { overflow: visible; } .strip { break-inside: avoid; } main, header, footer { max-width: none; padding: 0; }
  .verdict { grid-template-columns: 2fr 3fr; padding: 0.5rem 0.75rem; } section { margin: 0.5rem 0; padding: 0; } .banner { padding: 0 0 0.25rem; }
  h1 { margin: 0.25rem 0 0; } h2 { margin-top: 0.5rem; padding-top: 0.5rem; } th, td { padding-top: 0.1rem; padding-bottom: 0.1rem; } p { margin: 0.4rem 0; }
  body { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
