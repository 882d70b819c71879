// The whole of `tricuspid evaluate` on a table, with what it cost: node bench/grouped/command.ts <file> <evaluation.yaml> <folder>.
import { evaluateCommand } from '../../cli/evaluate.ts';

const [file = '', rule = '', folder = ''] = process.argv.slice(2);
const start = performance.now();
await evaluateCommand().parseAsync([file, '--as', rule, '--out', folder, '--json'], { from: 'user' });
const wallSeconds = (performance.now() - start) / 1000;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cost = { wallSeconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024 };
process.stderr.write(`${JSON.stringify(cost)}\n`);
