// How much an attacker computes from shareable reports. By hand: node bench/disclosure-attack.ts [cases of each kind, 100 unless told].
import { shareableReaderBody } from '#lib/report/readers/share.ts';
import { randomReaderStudy, readerBodyOf, readerEquations, readerTruth } from './disclosure/readers.ts';
import { leaks } from './disclosure/system.ts';

const cases = Number(process.argv[2] ?? 100);
let found = 0;
for (let i = 0; i < cases; i++) {
  const study = randomReaderStudy(`readers ${i}`);
  const body = readerBodyOf(study);
  const got = leaks(readerEquations(shareableReaderBody(body)), readerTruth(study, body));
  if (got.length > 0) found++;
  if (got.length > 0) console.log(i, body.n, got.slice(0, 6).join('; '), got.length);
}
console.log(`readers: ${found} of ${cases} reports give a small count away`);
