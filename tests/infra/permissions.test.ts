// STATE of "who may touch what", written down a second time and asked of the synthesized policies by IAM's rules.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { policies, type Question, removeSyntheses, type Synthesized, synthesizeForTest } from './synthesized.ts';

let synthesized: Synthesized;
let roleArns: ReadonlyMap<string, string>;
let ask: ReturnType<typeof policies>;

beforeAll(async () => {
  synthesized = await synthesizeForTest();
  const { stack } = synthesized;
  ask = policies(stack);
  const outputs = synthesized.loaded.outputs();
  roleArns = new Map([
    ...stack.functions.map(({ environment, roleArn }) => [environment.POWERTOOLS_SERVICE_NAME, roleArn] as const),
    ['uploader', outputs.UploaderRoleArn],
    ['operator', outputs.OperatorRoleArn],
    ['researcher', outputs.ResearcherRoleArn],
  ]);
});

// Bundling and synthesis take seconds of processor time, more where test files share it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(removeSyntheses);

const STEPS = [
  'route',
  'intake',
  'predict',
  'predict-large',
  'publish',
  'settle',
  'tabulate',
  'merge',
  'audit',
  'sweep',
  'quarantine-inside',
  'quarantine-archive',
  'install',
];
const INSIDE = ['route', 'intake', 'settle', 'quarantine-inside'];

/** One key of every kind of object in the archive. */
const ARCHIVE_OBJECTS = {
  sites: 'sites/north.json',
  received: 'ledger/north/d1/received.json',
  plan: 'ledger/north/d1/plan.json',
  resend: 'ledger/north/d1/resend-6h.json',
  open: 'ledger/open/north/d1',
  owner: 'units/north/u1/owner.json',
  ownerAfter: 'units/north/u1/owner-after-d1.json',
  closed: 'units/north/u1/closed.json',
  studies: 'studies/north/u1/study.json',
  studyRows: 'studies/north/u1/rows.parquet',
  studySignals: 'studies/north/u1/ecg.bin',
  labels: 'labels/north/d1.parquet',
  predictions: 'predictions/north/u1/risk@1.parquet',
  results: 'results/north/u1/index.html',
  tables: 'tables/studies/_current.json',
  models: 'models/risk/1/model.onnx',
  disabled: 'models/disabled/risk@1',
  runs: 'runs/r1/plan.json',
  runClosed: 'runs/r1/_CLOSED',
  runReruns: 'runs/r1/_RERUNS',
  runSuccess: 'runs/r1/_SUCCESS',
  runFailed: 'runs/r1/_FAILED',
  reports: 'reports/c1/r1/index.html',
  cohorts: 'cohorts/c1.json',
  quarantine: 'quarantine/predict/m1.json',
};
type Kind = keyof typeof ARCHIVE_OBJECTS;
const KINDS = Object.keys(ARCHIVE_OBJECTS) as Kind[];

const LEDGER: readonly Kind[] = ['received', 'plan', 'resend', 'open'];
const UNITS: readonly Kind[] = ['owner', 'ownerAfter', 'closed'];
const MODELS: readonly Kind[] = ['models', 'disabled'];
const STUDIES: readonly Kind[] = ['studies', 'studyRows', 'studySignals'];
const RUNS: readonly Kind[] = ['runs', 'runClosed', 'runReruns', 'runSuccess', 'runFailed'];

const READS: Readonly<Record<string, readonly Kind[]>> = {
  route: ['sites', 'received', 'plan', 'open'],
  intake: ['sites', ...MODELS, ...LEDGER, ...UNITS, ...STUDIES, 'labels'],
  predict: [...STUDIES, ...MODELS, 'predictions'],
  'predict-large': [...STUDIES, ...MODELS, 'predictions'],
  publish: ['plan', ...STUDIES, 'predictions', ...MODELS, 'results', 'closed'],
  settle: [...LEDGER, 'closed'],
  tabulate: [...LEDGER, ...UNITS, ...STUDIES, 'predictions', 'labels', 'tables'],
  merge: ['tables'],
  audit: ['tables', ...RUNS, ...MODELS, 'plan', 'studySignals', 'reports'],
  sweep: [...LEDGER, ...UNITS],
  'quarantine-inside': ['sites', ...LEDGER, 'closed', 'quarantine'],
  'quarantine-archive': ['plan', ...UNITS, 'studyRows', 'predictions', 'runFailed', 'quarantine'],
  install: MODELS,
  uploader: [],
  operator: ['sites', ...MODELS, ...LEDGER, ...UNITS, 'quarantine'],
  researcher: ['cohorts', ...RUNS, 'reports', 'tables'],
};

const CREATES: Readonly<Record<string, readonly Kind[]>> = {
  route: ['received', 'plan', 'open'],
  intake: ['owner', 'ownerAfter', ...STUDIES, 'labels', 'plan'],
  predict: ['predictions'],
  'predict-large': ['predictions'],
  publish: ['results', 'closed'],
  settle: [],
  tabulate: ['tables'],
  merge: ['tables'],
  audit: ['reports', 'runClosed', 'runReruns', 'runSuccess'],
  sweep: ['resend', 'plan', 'closed'],
  'quarantine-inside': ['received', 'plan', 'open', 'quarantine'],
  'quarantine-archive': ['predictions', 'closed', 'runFailed', 'quarantine'],
  install: MODELS,
  uploader: [],
  operator: ['sites', ...MODELS],
  researcher: ['cohorts', 'runs'],
};

const DELETES: Readonly<Record<string, readonly Kind[]>> = {
  settle: ['open'],
  merge: ['tables'],
  operator: ['disabled'],
};

/** What may be written over, and by whom: hints, marks, what people correct, and the table's list that merge replaces. */
const OVERWRITES: Readonly<Record<string, readonly Kind[]>> = {
  route: ['open'],
  merge: ['tables'],
  'quarantine-inside': ['open'],
  operator: ['sites', 'disabled'],
  researcher: ['cohorts'],
};

const may = (name: string, question: Question): boolean => ask(roleArns.get(name) ?? 'missing', question);
const bucket = (output: 'ArchiveBucketName' | 'IntakeBucketName'): string =>
  `arn:aws:s3:::${synthesized.loaded.outputs()[output]}`;
const archived = (kind: Kind): string => `${bucket('ArchiveBucketName')}/${ARCHIVE_OBJECTS[kind]}`;
const dropped = (key: string): string => `${bucket('IntakeBucketName')}/${key}`;
const conditional = { 's3:if-none-match': '*' };

describe.each(Object.keys(READS))('in the archive, %s', (name) => {
  test('reads what it needs and nothing else', () => {
    const readable = KINDS.filter((kind) => may(name, { action: 's3:GetObject', resource: archived(kind) }));
    expect(readable.sort()).toEqual([...READS[name]].sort());
  });

  test('creates what it answers for and nothing else', () => {
    const writable = KINDS.filter((kind) =>
      may(name, { action: 's3:PutObject', resource: archived(kind), context: conditional }),
    );
    expect(writable.sort()).toEqual([...CREATES[name]].sort());
  });

  test('cannot write over what is created once', () => {
    const overwritable = KINDS.filter((kind) => may(name, { action: 's3:PutObject', resource: archived(kind) }));
    expect(overwritable.sort()).toEqual([...(OVERWRITES[name] ?? [])].sort());
  });

  test('deletes only what is a hint, a merged part or a mark', () => {
    const deletable = KINDS.filter((kind) => may(name, { action: 's3:DeleteObject', resource: archived(kind) }));
    expect(deletable).toEqual(DELETES[name] ?? []);
  });

  test('may list what it reads, so that a missing key is not mistaken for a forbidden one', () => {
    for (const kind of READS[name]) {
      const context = { 's3:prefix': ARCHIVE_OBJECTS[kind] };
      expect([kind, may(name, { action: 's3:ListBucket', resource: bucket('ArchiveBucketName'), context })]).toEqual([
        kind,
        true,
      ]);
    }
  });

  test('cannot list the whole bucket, nor delete versions of objects', () => {
    expect(may(name, { action: 's3:ListBucket', resource: bucket('ArchiveBucketName') })).toBe(false);
    const versions = KINDS.filter((kind) => may(name, { action: 's3:DeleteObjectVersion', resource: archived(kind) }));
    expect(versions).toEqual([]);
  });

  test('uses the key of the archive exactly when it uses objects of the archive', () => {
    const resource = keyOf('ArchiveBucketName');
    expect(may(name, { action: 'kms:Decrypt', resource })).toBe(READS[name].length > 0);
    expect(may(name, { action: 'kms:GenerateDataKey', resource })).toBe(CREATES[name].length > 0);
  });
});

describe('a further attempt at a drop', () => {
  const attempt = 'ledger/north/d1-attempt-2';
  const writers = (key: string, context: Record<string, string>) =>
    [...roleArns.keys()]
      .filter((name) =>
        may(name, { action: 's3:PutObject', resource: `${bucket('ArchiveBucketName')}/${key}`, context }),
      )
      .sort();

  test('is begun by the operator, once, with its hint and a message to intake', () => {
    const resource = `${bucket('ArchiveBucketName')}/${attempt}/received.json`;
    expect(may('operator', { action: 's3:PutObject', resource, context: conditional })).toBe(true);
    expect(writers(`${attempt}/received.json`, {})).toEqual([]);
    const hint = `${bucket('ArchiveBucketName')}/ledger/open/north/d1-attempt-2`;
    expect(may('operator', { action: 's3:PutObject', resource: hint })).toBe(true);
    const reachable = synthesized.stack.queues.filter(({ arn }) =>
      may('operator', { action: 'sqs:SendMessage', resource: arn }),
    );
    expect(reachable.map(({ name }) => name)).toEqual([expect.stringContaining('intakeQueueMessages')]);
    const received = synthesized.stack.queues.filter(({ arn }) =>
      may('operator', { action: 'sqs:ReceiveMessage', resource: arn }),
    );
    expect(received).toEqual([]);
  });

  test('belongs to the steps that answer for a first one, from its plan on', () => {
    expect(writers(`${attempt}/plan.json`, conditional)).toEqual(['intake', 'quarantine-inside', 'route', 'sweep']);
    expect(writers(`${attempt}/resend-6h.json`, conditional)).toEqual(['sweep']);
    expect(writers('units/north/u1/attempt-2/closed.json', conditional)).toEqual([
      'publish',
      'quarantine-archive',
      'sweep',
    ]);
    expect(writers('predictions/north/u1/attempt-2/risk@1.parquet', conditional)).toEqual([
      'predict',
      'predict-large',
      'quarantine-archive',
    ]);
    expect(writers('labels/north/d1-attempt-2.parquet', conditional)).toEqual(['intake']);
  });
});

describe('the intake boundary', () => {
  const drop = 'drops/north/ecg.zip';
  const receipt = 'receipts/north/ecg.zip.v1.json';
  const link = 'links/north/d1.json';
  const names = 'names/d1.json';
  const set = 'sets/d1.json';
  const mark = 'waiting/5f2c/d1.json';
  const objectActions = [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:PutObject',
    's3:DeleteObject',
    's3:PutObjectVersionTagging',
  ];

  test('admits no step from outside to objects, names or key', () => {
    for (const step of STEPS.filter((name) => !INSIDE.includes(name))) {
      for (const action of objectActions) {
        for (const key of [drop, receipt, link, names, set, mark])
          expect(may(step, { action, resource: dropped(key), context: conditional })).toBe(false);
      }
      for (const action of ['s3:ListBucket', 's3:ListBucketVersions']) {
        const context = { 's3:prefix': 'drops/' };
        expect(may(step, { action, resource: bucket('IntakeBucketName'), context })).toBe(false);
      }
      expect(may(step, { action: 'kms:Decrypt', resource: keyOf('IntakeBucketName') })).toBe(false);
    }
  });

  test('lets only intake read what hospitals dropped', () => {
    const readers = (action: string) =>
      [...STEPS, 'operator', 'researcher'].filter((name) => may(name, { action, resource: dropped(drop) }));
    expect(readers('s3:GetObjectVersion')).toEqual(['intake']);
    expect(readers('s3:GetObject')).toEqual(['intake']);
  });

  test('lets only settle tag a drop, and nobody change or delete one', () => {
    const doers = (action: string) =>
      [...STEPS, 'operator', 'researcher'].filter((name) => may(name, { action, resource: dropped(drop) }));
    expect(doers('s3:PutObjectVersionTagging')).toEqual(['settle']);
    expect(doers('s3:PutObject')).toEqual([]);
    expect(doers('s3:DeleteObject')).toEqual([]);
    expect(doers('s3:DeleteObjectVersion')).toEqual([]);
  });

  test('keeps the way back to a drop among its own steps', () => {
    const readers = [...roleArns.keys()].filter((name) =>
      may(name, { action: 's3:GetObject', resource: dropped(link) }),
    );
    expect(readers.sort()).toEqual([...INSIDE].sort());
    const writing = (context: Record<string, string>) =>
      [...roleArns.keys()].filter((name) => may(name, { action: 's3:PutObject', resource: dropped(link), context }));
    expect(writing(conditional).sort()).toEqual(['quarantine-inside', 'route']);
    expect(writing({})).toEqual([]);
  });

  test('keeps names, sets and marks to intake, which writes each once, and to settle, which writes none', () => {
    const doing = (action: string, key: string, context: Record<string, string>) =>
      [...roleArns.keys()].filter((name) => may(name, { action, resource: dropped(key), context })).sort();
    for (const key of [names, set, mark]) {
      expect(doing('s3:PutObject', key, conditional)).toEqual(['intake']);
      expect(doing('s3:PutObject', key, {})).toEqual([]);
      expect(doing('s3:DeleteObject', key, {})).toEqual([]);
    }
    expect([names, set].map((key) => doing('s3:GetObject', key, {}))).toEqual([
      ['intake', 'settle'],
      ['intake', 'settle'],
    ]);
    expect(doing('s3:GetObject', mark, {})).toEqual(['intake']);
    const context = { 's3:prefix': 'waiting/5f2c/' };
    expect(may('intake', { action: 's3:ListBucket', resource: bucket('IntakeBucketName'), context })).toBe(true);
  });

  test('lets a receipt be written once, by settle or by the consumer of its dead letters', () => {
    const writing = (context: Record<string, string>) =>
      [...roleArns.keys()].filter((name) => may(name, { action: 's3:PutObject', resource: dropped(receipt), context }));
    expect(writing(conditional).sort()).toEqual(['quarantine-inside', 'settle']);
    expect(writing({})).toEqual([]);
  });

  test('lets only its own steps derive keys of people', () => {
    const resource = synthesized.stack.keys.find(({ keySpec }) => keySpec === 'HMAC_256')?.arn ?? 'missing';
    const deriving = [...roleArns.keys()].filter((name) => may(name, { action: 'kms:GenerateMac', resource }));
    expect(deriving.sort()).toEqual(['intake', 'quarantine-inside', 'route']);
  });

  test('shows the operator names of drops and receipts, and no content', () => {
    for (const prefix of ['drops/', 'receipts/']) {
      const context = { 's3:prefix': prefix };
      expect(may('operator', { action: 's3:ListBucket', resource: bucket('IntakeBucketName'), context })).toBe(true);
    }
    for (const key of [drop, receipt])
      expect(may('operator', { action: 's3:GetObject', resource: dropped(key) })).toBe(false);
    expect(may('operator', { action: 'kms:Decrypt', resource: keyOf('IntakeBucketName') })).toBe(false);
  });

  test('is closed to researchers, who send audits and nothing else', () => {
    const context = { 's3:prefix': 'drops/' };
    expect(may('researcher', { action: 's3:ListBucket', resource: bucket('IntakeBucketName'), context })).toBe(false);
    const reachable = synthesized.stack.queues.filter(({ arn }) =>
      may('researcher', { action: 'sqs:SendMessage', resource: arn }),
    );
    expect(reachable.map(({ name }) => name)).toEqual([expect.stringContaining('auditQueueMessages')]);
  });
});

describe('a hospital', () => {
  const tags = { site: 'north' };

  test('puts its own drops, gets none of them back, and reads its own receipts', () => {
    expect(may('uploader', { action: 's3:PutObject', resource: dropped('drops/north/a.zip'), tags })).toBe(true);
    expect(may('uploader', { action: 's3:GetObject', resource: dropped('drops/north/a.zip'), tags })).toBe(false);
    expect(may('uploader', { action: 's3:GetObject', resource: dropped('receipts/north/a.zip.v1.json'), tags })).toBe(
      true,
    );
    const context = { 's3:prefix': 'receipts/north/' };
    expect(may('uploader', { action: 's3:ListBucket', resource: bucket('IntakeBucketName'), context, tags })).toBe(
      true,
    );
  });

  test('reaches nothing of another hospital, also one whose name begins like its own', () => {
    for (const other of ['south', 'north-east', 'nort', '*']) {
      for (const action of ['s3:PutObject', 's3:GetObject']) {
        expect(may('uploader', { action, resource: dropped(`drops/${other}/a.zip`), tags })).toBe(false);
      }
      const context = { 's3:prefix': `drops/${other}/` };
      expect(may('uploader', { action: 's3:ListBucket', resource: bucket('IntakeBucketName'), context, tags })).toBe(
        false,
      );
    }
  });

  test('reaches nothing when its session carries no site or one made of wildcards', () => {
    for (const odd of [{}, { site: '*' }, { site: '' }]) {
      expect(may('uploader', { action: 's3:PutObject', resource: dropped('drops/north/a.zip'), tags: odd })).toBe(
        false,
      );
    }
  });

  test('cannot write its own receipts nor take a drop back', () => {
    expect(may('uploader', { action: 's3:PutObject', resource: dropped('receipts/north/a.json'), tags })).toBe(false);
    expect(may('uploader', { action: 's3:DeleteObject', resource: dropped('drops/north/a.zip'), tags })).toBe(false);
  });
});

test('an object encrypted with another key is refused, one that leaves the choice to the bucket is not', () => {
  const header = 's3:x-amz-server-side-encryption';
  const write = (context: Record<string, string>) =>
    may('uploader', {
      action: 's3:PutObject',
      resource: dropped('drops/north/a.zip'),
      tags: { site: 'north' },
      context,
    });
  expect(write({})).toBe(true);
  expect(write({ [header]: 'aws:kms' })).toBe(true);
  expect(write({ [header]: 'aws:kms', [`${header}-aws-kms-key-id`]: keyOf('IntakeBucketName') })).toBe(true);
  expect(write({ [header]: 'AES256' })).toBe(false);
  expect(write({ [header]: 'aws:kms', [`${header}-aws-kms-key-id`]: keyOf('ArchiveBucketName') })).toBe(false);
});

test('each step may send to exactly the queues whose address it has', () => {
  const { queues, functions } = synthesized.stack;
  for (const { environment, roleArn } of functions) {
    const addressed = Object.entries(environment)
      .filter(([name]) => name.endsWith('_QUEUE_URL'))
      .map(([, url]) => url.split('/').at(-1));
    const allowed = queues.filter(({ arn }) => ask(roleArn, { action: 'sqs:SendMessage', resource: arn }));
    expect(allowed.map(({ name }) => name).sort()).toEqual(addressed.sort());
    for (const { kmsKeyArn = 'missing' } of allowed) {
      expect(ask(roleArn, { action: 'kms:GenerateDataKey', resource: kmsKeyArn })).toBe(true);
      expect(ask(roleArn, { action: 'kms:Decrypt', resource: kmsKeyArn })).toBe(true);
    }
  }
});

test('intake may tell the drop that waits for others that one of them has come', () => {
  const { queues } = synthesized.stack;
  const own = queues.find(({ name }) => name.includes('intakeQueueMessages'))?.arn ?? 'missing';
  expect(may('intake', { action: 'sqs:SendMessage', resource: own })).toBe(true);
});

test('who consumes the dead letters of intake may send what intake sends after its plan', () => {
  const sentBy = (step: Parameters<typeof may>[0]) =>
    synthesized.stack.queues
      .filter(({ arn }) => may(step, { action: 'sqs:SendMessage', resource: arn }))
      .map(({ name }) => name);
  const ownQueue = (name: string) => name.includes('intakeQueueMessages');
  const after = sentBy('intake').filter((name) => !ownQueue(name));
  expect(after).toHaveLength(5);
  expect(sentBy('quarantine-inside').sort()).toEqual(after.sort());
});

test('each step may receive from exactly the queues that start it', () => {
  const { queues, functions, mappings } = synthesized.stack;
  for (const { arn: functionArn, roleArn } of functions) {
    const starting = mappings.filter((mapping) => mapping.functionArn === functionArn).map(({ queueArn }) => queueArn);
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
      const allowed = queues.filter(({ arn }) => ask(roleArn, { action, resource: arn })).map(({ arn }) => arn);
      expect(allowed.sort()).toEqual([...starting].sort());
    }
  }
});

function keyOf(output: 'ArchiveBucketName' | 'IntakeBucketName'): string {
  const name = synthesized.loaded.outputs()[output];
  return synthesized.stack.buckets.find((candidate) => candidate.name === name)?.kmsKeyArn ?? 'missing';
}
