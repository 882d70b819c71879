// Colours of Okabe and Ito (jfly.uni-koeln.de/color), told apart with any colour vision; contrast as WCAG 2.2 AA in both schemes.
export const STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1b1b; --soft: #555555; --line: #c8c8c8; --band: #f3f5f7;
  --blue: #0072b2; --orange: #b45309; --fill-blue: #56b4e9; --fill-orange: #e69f00; --warn: #fff4d6; --warn-line: #e69f00; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #eceff2; --soft: #b4bac1; --line: #4a5058;
  --band: #21252a; --blue: #7cc4f0; --orange: #f0b44c; --fill-blue: #0072b2; --fill-orange: #b87400; --warn: #33290f; --warn-line: #b87400; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, Open Sans, sans-serif; }
header, main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 0.5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; border-top: 2px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--blue); }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.banner { max-width: none; margin: 0; background: var(--warn); border-bottom: 2px solid var(--warn-line); padding: 0.5rem 1rem; font-weight: 700; text-align: center; }
.answer { background: var(--band); border-left: 4px solid var(--blue); padding: 0.75rem 1rem; }
.answer ol { margin: 0.5rem 0 0; padding-left: 1.25rem; }
.answer p { margin: 0; font-weight: 600; }
header p { margin: 0.25rem 0; }
.front h2 { margin-top: 0.5rem; padding-top: 0.4rem; }
.front .note { margin: 0.25rem 0; }
.front table { margin: 0.25rem 0 0; }
.front th, .front td { padding-top: 0.2rem; padding-bottom: 0.2rem; }
.front h3 { margin: 0.75rem 0 0.25rem; }
.front p, .front li { max-width: 62rem; }
.front dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0; }
.front dt { margin: 0; }
.front dd { grid-column: 2; }
@media (max-width: 40rem) { .front dl { grid-template-columns: 1fr; } .front dd { grid-column: 1; } }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.2rem 0; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; margin: 0.75rem 0 0.25rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.35rem; position: sticky; left: 0; max-width: calc(100vw - 2rem); }
th, td { padding: 0.3rem 0.7rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { min-width: 4rem; }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 400; min-width: 7.5rem; position: sticky; left: 0; background: var(--paper); }
.number { text-align: right; white-space: nowrap; }
th.number { white-space: normal; }
.cannot { display: inline-block; white-space: normal; max-width: 13rem; min-width: 9rem; color: var(--soft); }
.strong th, .strong td { font-weight: 700; }
.detail th { padding-left: 1.25rem; color: var(--soft); }
.detail td { color: var(--soft); }
.note, figcaption { color: var(--soft); font-size: 0.9rem; max-width: 46rem; }
figure { margin: 1rem 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1rem 1.5rem; }
.plots figure { margin: 0; }
.plots svg { max-width: 21rem; }
.forest { max-width: 26rem; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, Open Sans, sans-serif; }
svg text { fill: var(--ink); }
svg .soft { fill: var(--soft); }
svg .axis { stroke: var(--soft); fill: none; }
svg .grid { stroke: var(--line); fill: none; }
svg .ideal { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; }
svg .mark { stroke: var(--blue); fill: var(--blue); stroke-width: 1.6; }
svg .seen { stroke: var(--blue); fill: none; stroke-width: 1.6; }
svg .curve { stroke: var(--orange); fill: none; stroke-width: 2; }
svg .band { fill: var(--fill-orange); opacity: 0.25; }
svg .with-outcome { fill: var(--fill-orange); stroke: var(--orange); stroke-width: 0.5; }
svg .without-outcome { fill: var(--fill-blue); stroke: var(--blue); stroke-width: 0.5; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; color: var(--blue); padding: 0.2rem 0; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
dt { font-weight: 600; margin-top: 0.5rem; }
dd { margin: 0; overflow-wrap: anywhere; }
footer { border-top: 2px solid var(--line); margin-top: 2rem; padding: 1rem; color: var(--soft); }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --band: #f3f5f7; --blue: #0072b2;
    --orange: #b45309; --fill-blue: #56b4e9; --fill-orange: #e69f00; --warn: #ffffff; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  .front { break-after: page; }
  h2, h3, caption { break-after: avoid; }
  tr, figure, .answer { break-inside: avoid; }
  .scroll { overflow: visible; }
  caption, tbody th { position: static; max-width: none; }
  .number { white-space: normal; }
}
`;
