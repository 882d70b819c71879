import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenRules, importsOf } from './layers.ts';

const root = join(import.meta.dirname, '..');

function sources(): readonly string[] {
  return ['functions', 'cli', 'infra'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${room}/${path.replaceAll('\\', '/')}`),
  );
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('no file imports across rooms in a way that the design forbids', () => {
  const files = sources();
  expect(files.flatMap((file) => brokenRules(file, read(file)))).toEqual([]);
  expect(files.filter((file) => importsOf(file, read(file)).length > 0).length).toBeGreaterThan(100);
});

test.each([
  ['functions/lib/ledger/keys.ts', `import { route } from '#functions/route/route.ts';`, 'lib imports no step'],
  ['functions/lib/ledger/keys.ts', `import { route } from '../../route/route.ts';`, 'lib imports no step'],
  ['functions/predict/predict.ts', `import { a } from '../publish/publish.ts';`, 'a step imports no other step'],
  ['functions/audit/x.ts', `export {\n  a,\n} from '#functions/merge/merge.ts';`, 'a step imports no other step'],
  ['functions/route/route.ts', `import type { S3 } from '@aws-sdk/client-s3';`, 'only lib/aws imports cloud packages'],
  ['cli/run.ts', `const s3 = await import('@aws-sdk/client-s3');`, 'only lib/aws imports cloud packages'],
  ['infra/twin/kms.ts', `import type { A } from '@aws-sdk/client-kms';`, 'only lib/aws imports cloud packages'],
  ['functions/lib/sites/site.ts', `import middy from '@middy/core';`, 'only lib/aws imports cloud packages'],
  ['functions/predict/score.ts', `import 'onnxruntime-node';`, 'only lib/inference/session.ts imports onnxruntime'],
  ['functions/predict/x.ts', `import '#lib/aws/ports.ts';`, 'only handlers and cli import lib/aws and lib/local'],
  ['functions/lib/tables/x.ts', `import '../local/m.ts';`, 'only handlers and cli import lib/aws and lib/local'],
])('%s may not say %s', (file, line, rule) => {
  expect(brokenRules(file, `// a file\n${line}\n`)).toEqual([expect.stringContaining(rule)]);
});

test('handlers, the command line and lib/aws itself may import the cloud', () => {
  expect(brokenRules('functions/route/handler.ts', `import { a } from '#lib/aws/ports.ts';`)).toEqual([]);
  expect(brokenRules('cli/cloud.ts', `import { a } from '#lib/aws/ports.ts';`)).toEqual([]);
  expect(brokenRules('functions/lib/aws/bucket.ts', `import { a } from '@aws-sdk/client-s3';`)).toEqual([]);
  expect(brokenRules('functions/lib/aws/bucket.ts', `import { a } from './failure.ts';`)).toEqual([]);
});
