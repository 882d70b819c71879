// Zips of simulated twelve-lead ECGs (10 s, 500 Hz), as a hospital drops them, for benchmarks of the whole way.
import { writeWfdb } from '#lib/formats/wfdb-write.ts';
import { writeZip } from '#lib/formats/zip-write.ts';
import { simulateEcg } from '#lib/simulate/ecg.ts';
import { parseSite } from '#lib/sites/site.ts';

export const BENCH_SITE = parseSite({
  site: 'bench',
  name: 'Bench',
  timeZone: 'Europe/Zurich',
  datePolicy: 'none',
  tables: [],
});

/** The nth zip: `studies` records, no two of all zips alike. */
export function ecgZip(number: number, studies: number): Uint8Array {
  const members = Array.from({ length: studies }, (_, n) => {
    const place = number * studies + n;
    const { leads, samplingRateHz } = simulateEcg({
      seed: place,
      heartRateBpm: 55 + (place % 50),
      ...(place % 5 === 0 && { fibrillation: 'always' }),
    });
    return writeWfdb({ recordName: `r${place}`, samplingRateHz, leads });
  });
  return writeZip(members.flat().map(({ name, body }) => ({ path: name, body })));
}
