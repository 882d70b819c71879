// Expectations from "IAM JSON policy elements: Condition operators", "Multivalued context keys" and
// "IAM policy elements: Variables and tags" in the IAM User Guide.
import { describe, expect, test } from 'vitest';
import { decide, role } from './requests.ts';

const BUCKET = 'arn:aws:s3:::archive';
type Values = Readonly<Record<string, string | readonly string[]>>;

/** Whether an Allow with this condition holds for these context values. */
function holds(condition: Record<string, Record<string, unknown>>, context: Values, tags: Record<string, string> = {}) {
  const identity = [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: BUCKET, Condition: condition }];
  return decide({ identity }, { principal: role(tags), action: 's3:ListBucket', on: BUCKET, context }).allowed;
}

const prefix = (value: string | readonly string[]): Values => ({ 's3:prefix': value });
const maxKeys = (value: string): Values => ({ 's3:max-keys': value });
const source = (value: string): Values => ({ 'aws:sourcearn': value });
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:arrivals';

const operators: readonly [operator: string, key: string, expected: unknown, context: Values, outcome: boolean][] = [
  ['StringEquals', 's3:prefix', 'drops/', prefix('drops/'), true],
  ['StringEquals', 's3:prefix', 'drops/', prefix('Drops/'), false],
  ['StringEquals', 's3:prefix', 'drops/*', prefix('drops/a'), false],
  ['StringEquals', 's3:prefix', ['a', 'b'], prefix('b'), true],
  ['StringEquals', 's3:prefix', '', prefix(''), true],
  ['StringEquals', 's3:prefix', 'a', {}, false],
  ['StringEquals', 'S3:PREFIX', 'a', prefix('a'), true],
  ['StringNotEquals', 's3:prefix', ['a', 'b'], prefix('c'), true],
  ['StringNotEquals', 's3:prefix', ['a', 'b'], prefix('b'), false],
  ['StringNotEquals', 's3:prefix', 'a', {}, true],
  ['StringEqualsIgnoreCase', 's3:prefix', 'A', prefix('a'), true],
  ['StringNotEqualsIgnoreCase', 's3:prefix', 'A', prefix('a'), false],
  ['StringLike', 's3:prefix', 'drops/*/?', prefix('drops/leipzig/x'), true],
  ['StringLike', 's3:prefix', 'drops/*/?', prefix('drops/leipzig/xy'), false],
  ['StringLike', 's3:prefix', 'a.c', prefix('abc'), false],
  ['StringNotLike', 's3:prefix', 'drops/*', prefix('drops/a'), false],
  ['StringNotLike', 's3:prefix', 'drops/*', {}, true],
  ['ArnEquals', 'aws:SourceArn', QUEUE, source(QUEUE), true],
  ['ArnEquals', 'aws:SourceArn', 'arn:aws:sqs:*:*:arr*', source(QUEUE), true],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:sqs:*:arrivals:*', source(QUEUE), false],
  ['ArnLike', 'aws:SourceArn', QUEUE, {}, false],
  ['ArnNotEquals', 'aws:SourceArn', QUEUE, source(QUEUE), false],
  ['ArnNotLike', 'aws:SourceArn', QUEUE, {}, true],
  ['Bool', 'aws:SecureTransport', 'true', {}, true],
  ['Bool', 'aws:SecureTransport', false, {}, false],
  ['Bool', 'kms:GrantIsForAWSResource', 'true', {}, false],
  ['NumericEquals', 's3:max-keys', 10, maxKeys('10'), true],
  ['NumericEquals', 's3:max-keys', '10', maxKeys('10.0'), true],
  ['NumericEquals', 's3:max-keys', '10', {}, false],
  ['NumericNotEquals', 's3:max-keys', '10', maxKeys('10'), false],
  ['NumericNotEquals', 's3:max-keys', '10', {}, true],
  ['NumericLessThan', 's3:max-keys', '10', maxKeys('10'), false],
  ['NumericLessThanEquals', 's3:max-keys', '10', maxKeys('10'), true],
  ['NumericLessThanEquals', 's3:max-keys', '10', maxKeys('ten'), false],
  ['NumericGreaterThan', 's3:max-keys', '9', maxKeys('10'), true],
  ['NumericGreaterThanEquals', 's3:max-keys', '11', maxKeys('10'), false],
  ['Null', 's3:prefix', 'true', {}, true],
  ['Null', 's3:prefix', 'true', prefix('a'), false],
  ['Null', 's3:prefix', 'false', prefix('a'), true],
  ['Null', 's3:prefix', 'false', {}, false],
  ['StringEqualsIfExists', 's3:prefix', 'a', {}, true],
  ['StringEqualsIfExists', 's3:prefix', 'a', prefix('b'), false],
  ['NumericLessThanIfExists', 's3:max-keys', '10', {}, true],
  ['BoolIfExists', 'kms:GrantIsForAWSResource', 'true', {}, true],
  [
    'ForAllValues:StringEquals',
    's3:RequestObjectTagKeys',
    ['done', 'site'],
    { 's3:requestobjecttagkeys': ['done'] },
    true,
  ],
  [
    'ForAllValues:StringEquals',
    's3:RequestObjectTagKeys',
    ['done'],
    { 's3:requestobjecttagkeys': ['done', 'x'] },
    false,
  ],
  ['ForAllValues:StringEquals', 's3:RequestObjectTagKeys', ['done'], {}, true],
  ['ForAllValues:StringEquals', 's3:RequestObjectTagKeys', ['done'], { 's3:requestobjecttagkeys': [] }, true],
  ['ForAnyValue:StringEquals', 's3:RequestObjectTagKeys', ['done'], { 's3:requestobjecttagkeys': ['x', 'done'] }, true],
  ['ForAnyValue:StringEquals', 's3:RequestObjectTagKeys', ['done'], {}, false],
  [
    'ForAnyValue:StringNotEquals',
    's3:RequestObjectTagKeys',
    ['done'],
    { 's3:requestobjecttagkeys': ['x', 'done'] },
    true,
  ],
  [
    'ForAllValues:StringNotEquals',
    's3:RequestObjectTagKeys',
    ['done'],
    { 's3:requestobjecttagkeys': ['x', 'done'] },
    false,
  ],
  ['StringNotEquals', 's3:RequestObjectTagKeys', 'done', { 's3:requestobjecttagkeys': ['x', 'done'] }, false],
];

describe('a condition', () => {
  test.each(operators)('%s on %s with %j given %j is %s', (operator, key, expected, context, outcome) => {
    expect(holds({ [operator]: { [key]: expected } }, context)).toBe(outcome);
  });

  test('needs all its operators and all their keys', () => {
    const both = { StringEquals: { 's3:prefix': 'a', 's3:delimiter': '/' }, NumericLessThan: { 's3:max-keys': '10' } };
    const met = { 's3:prefix': 'a', 's3:delimiter': '/', 's3:max-keys': '1' };
    expect(holds(both, met)).toBe(true);
    for (const key of Object.keys(met)) expect(holds(both, { ...met, [key]: '99' })).toBe(false);
  });
});

describe('a policy variable', () => {
  const SITE = '$' + '{aws:PrincipalTag/site}';
  const object = (key: string) => `arn:aws:s3:::intake/${key}`;
  const identity = [{ Effect: 'Allow', Action: 's3:PutObject', Resource: object(`drops/${SITE}/*`) }];
  const put = (tags: Record<string, string>, key: string) =>
    decide({ identity }, { principal: role(tags), action: 's3:PutObject', on: object(key) }).allowed;

  test('confines a site to its own folder', () => {
    expect(put({ site: 'leipzig' }, 'drops/leipzig/a.csv')).toBe(true);
    expect(put({ Site: 'leipzig' }, 'drops/leipzig/a.csv')).toBe(true);
    expect(put({ site: 'leipzig' }, 'drops/lyon/a.csv')).toBe(false);
  });

  test('without a value matches nothing', () => {
    expect(put({}, 'drops//a.csv')).toBe(false);
    expect(put({}, `drops/${SITE}/a.csv`)).toBe(false);
  });

  test('is literal text: a tag with a wildcard widens nothing', () => {
    expect(put({ site: '*' }, 'drops/leipzig/a.csv')).toBe(false);
    expect(put({ site: '*' }, 'drops/*/a.csv')).toBe(true);
    expect(put({ site: '.+' }, 'drops/leipzig/a.csv')).toBe(false);
  });

  test('takes its default where the tag is missing', () => {
    const withDefault = { StringEquals: { 's3:prefix': '$' + "{aws:PrincipalTag/site, 'public'}" } };
    expect(holds(withDefault, prefix('public'))).toBe(true);
    expect(holds(withDefault, prefix('public'), { site: 'leipzig' })).toBe(false);
    expect(holds(withDefault, prefix('leipzig'), { site: 'leipzig' })).toBe(true);
  });

  test('without a value in a negated test closes an Allow and keeps a Deny', () => {
    expect(holds({ StringNotEquals: { 's3:prefix': SITE } }, prefix('a'))).toBe(false);
    const deny = {
      Effect: 'Deny',
      Action: 's3:PutObject',
      NotResource: object(`drops/${SITE}/*`),
    };
    const all = { Effect: 'Allow', Action: 's3:PutObject', Resource: object('*') };
    expect(decide({ identity: [all, deny] }, { action: 's3:PutObject', on: object('drops/x/a') }).allowed).toBe(false);
  });

  test('of the form $' + '{*} stands for the letter itself', () => {
    expect(holds({ StringLike: { 's3:prefix': 'a$' + '{*}' } }, prefix('a*'))).toBe(true);
    expect(holds({ StringLike: { 's3:prefix': 'a$' + '{*}' } }, prefix('ab'))).toBe(false);
  });

  test('what follows from the caller cannot be claimed by the request', () => {
    const tagged = { StringEquals: { 'aws:PrincipalTag/site': 'leipzig' } };
    expect(holds(tagged, { 'aws:principaltag/site': 'leipzig' })).toBe(false);
    expect(holds(tagged, {}, { site: 'leipzig' })).toBe(true);
    const arn = { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/admin' } };
    expect(holds(arn, { 'aws:principalarn': 'arn:aws:iam::111122223333:role/admin' })).toBe(false);
  });
});
