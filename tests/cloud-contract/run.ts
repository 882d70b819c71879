// Runs the contract suite against another side: npm run contract -- --endpoint http://127.0.0.1:5000 [--keys 300] [--without fair-groups]
// Without --endpoint it is AWS itself: buckets and queues named contract-… are made there, and removed at the end.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    keys: { type: 'string', default: '2500' },
    without: { type: 'string', default: '' },
  },
});
const { endpoint, keys, without } = values;
const root = fileURLToPath(new URL('../../', import.meta.url));
// An emulator takes any key; AWS needs those of the environment.
const anyKeys = { AWS_ACCESS_KEY_ID: 'contract', AWS_SECRET_ACCESS_KEY: 'contract' };
if (endpoint === undefined && process.env.AWS_ACCESS_KEY_ID === undefined) {
  throw new Error('contract: found neither --endpoint nor AWS_ACCESS_KEY_ID, one of them is needed');
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'tests/cloud-contract', '--reporter=verbose'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...(endpoint !== undefined && anyKeys),
      ...process.env,
      CONTRACT_SIDE: endpoint ?? 'AWS',
      CONTRACT_KEYS: keys,
      CONTRACT_WITHOUT: without,
      ...(endpoint !== undefined && { CONTRACT_ENDPOINT: endpoint }),
    },
  },
);
process.exitCode = status ?? 1;
