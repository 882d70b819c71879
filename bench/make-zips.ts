// Zips of ECGs for bench/twin.ts: `<folder>/<n>.zip`, each of so many ECGs, for each pair of a first number and a count.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ecgZip } from './ecg-drops.ts';

const [folder = '.', perZip, ...ranges] = process.argv.slice(2);
for (let pair = 0; pair < ranges.length; pair += 2) {
  const [first, count] = ranges.slice(pair, pair + 2).map(Number);
  for (let n = first; n < first + count; n++) writeFileSync(join(folder, `${n}.zip`), ecgZip(n, Number(perZip)));
}
