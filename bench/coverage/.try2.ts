import { gapFamilies } from './gaps.ts';
import { hospitalFamilies } from './hospitals.ts';
import { resampledFamilies } from './resampled.ts';
import { coverageTable, familyCoverage } from './table.ts';

const reps = Number(process.argv[2]);
for (const fs of [hospitalFamilies(), gapFamilies(), resampledFamilies()]) {
  const res = [];
  for (const f of fs) {
    const t = process.cpuUsage().user;
    res.push(...familyCoverage(f, reps));
    console.error(f.name, ((process.cpuUsage().user - t) / 1e6).toFixed(1));
  }
  console.log(coverageTable(res));
}
