import { cohortFamilies } from './families.ts';
import { coverageTable, familyCoverage } from './table.ts';

const reps = Number(process.argv[2]);
const res = [];
for (const f of cohortFamilies()) {
  const t = performance.now();
  res.push(...familyCoverage(f, reps));
  console.error(f.name, ((performance.now() - t) / 1000).toFixed(1));
}
console.log(coverageTable(res));
