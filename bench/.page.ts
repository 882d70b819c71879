import { mkdirSync, writeFileSync } from 'node:fs';
import { writeReport } from '#functions/audit/report.ts';
import { LABEL, MODEL, simulatedTables } from '../tests/cohort-tables.ts';
import { simulatedInput } from '../tests/simulated-report.ts';

const H = [
  { site: 'cedar', studies: 900, prevalence: 0.35, separation: 2.2 },
  { site: 'birch', studies: 420, prevalence: 0.25, separation: 1.6, shift: 0.8 },
  { site: 'aspen', studies: 160, prevalence: 0.12, separation: 2, women: 0.6 },
  { site: 'willow', studies: 800, prevalence: 0.4, separation: 1.4, shift: -0.7, studiesPerSubject: 3 },
];
const tables = simulatedTables('usefulness', H as never);
console.time('write');
const w = writeReport({
  ...simulatedInput(),
  tables,
  cohort: {
    name: 'looks',
    title: 'Simulated hospitals',
    model: MODEL,
    label: LABEL,
    sites: H.map((h) => h.site),
  } as never,
  publicData: false,
});
console.timeEnd('write');
mkdirSync('/tmp/looks', { recursive: true });
for (const [n, t] of w.files) {
  const p = '/tmp/looks/' + n;
  mkdirSync(p.slice(0, p.lastIndexOf('/')), { recursive: true });
  writeFileSync(p, t as never);
}
