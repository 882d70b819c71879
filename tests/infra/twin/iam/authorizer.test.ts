import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessDecision, AccessRequest } from '#infra/twin/contract.ts';
import { createAuthorizer } from '#infra/twin/iam/authorizer.ts';
import type { PolicyStatement } from '#infra/twin/iam/policy.ts';
import { ACCOUNT, type Asked, decide, OTHER_ROLE, policy, ROLE, ROOT, role, type Setting } from './requests.ts';

const LOGS = 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar-logs';
const OWN = 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:arrivals`;

// "Policy evaluation for requests within a single account", IAM User Guide: the policies of its example, the user
// Carlos being the role here.
const carlos: readonly PolicyStatement[] = [
  {
    Sid: 'AllowS3ListRead',
    Effect: 'Allow',
    Action: ['s3:GetBucketLocation', 's3:GetAccountPublicAccessBlock', 's3:ListAccessPoints', 's3:ListAllMyBuckets'],
    Resource: 'arn:aws:s3:::*',
  },
  { Sid: 'AllowS3Self', Effect: 'Allow', Action: 's3:*', Resource: [`${OWN}/*`, OWN] },
  { Sid: 'DenyS3Logs', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::*log*' },
];
const bucketPolicy: readonly PolicyStatement[] = [
  { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 's3:*', Resource: [OWN, `${OWN}/*`, LOGS, `${LOGS}/*`] },
];
const delegation: PolicyStatement = {
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'kms:*',
  Resource: '*',
};
const useKey: PolicyStatement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY };
const forEveryone = (effect: string): PolicyStatement => ({
  Effect: effect,
  Principal: '*',
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
});
const send: PolicyStatement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };
const fromS3: Asked = {
  principal: { kind: 'service', service: 's3.amazonaws.com' },
  action: 'sqs:SendMessage',
  on: QUEUE,
  context: { 'aws:sourcearn': OWN, 'aws:sourceaccount': ACCOUNT },
};

const EVALUATION = 'Policy evaluation for requests within a single account';
const KEY_POLICIES = 'Default key policy / Key policies in AWS KMS';
const PRINCIPAL = 'AWS JSON policy elements: Principal';
const cases: readonly [page: string, what: string, setting: Setting, asked: Asked, allowed: boolean][] = [
  [EVALUATION, 'nothing allows', {}, { action: 's3:GetObject', on: `${OWN}/a` }, false],
  [EVALUATION, 'his own bucket', { identity: carlos }, { action: 's3:PutObject', on: `${OWN}/a` }, true],
  [EVALUATION, 'the bucket itself', { identity: carlos }, { action: 's3:ListBucket', on: OWN }, true],
  [
    EVALUATION,
    'an object without a statement',
    { identity: carlos },
    { action: 's3:PutObject', on: 'arn:aws:s3:::b/a' },
    false,
  ],
  [
    EVALUATION,
    'the denied bucket, although the bucket policy allows it',
    { identity: carlos, resource: bucketPolicy, resourceArn: LOGS },
    { action: 's3:PutObject', on: `${LOGS}/a` },
    false,
  ],
  [
    EVALUATION,
    'a bucket policy alone suffices',
    { resource: bucketPolicy, resourceArn: OWN },
    { action: 's3:GetObject', on: `${OWN}/a/b:c` },
    true,
  ],
  [
    EVALUATION,
    'a bucket policy for another role does not',
    { resource: bucketPolicy, resourceArn: OWN },
    { principal: role({}, OTHER_ROLE), action: 's3:GetObject', on: `${OWN}/a` },
    false,
  ],
  [
    EVALUATION,
    'a policy of another bucket',
    { resource: bucketPolicy, resourceArn: LOGS },
    { action: 's3:GetObject', on: `${OWN}/a` },
    false,
  ],
  [
    KEY_POLICIES,
    'identity policy without key policy',
    { identity: [useKey] },
    { action: 'kms:Decrypt', on: KEY },
    false,
  ],
  [
    KEY_POLICIES,
    'delegation and identity policy',
    { identity: [useKey], resource: [delegation] },
    { action: 'kms:Decrypt', on: KEY },
    true,
  ],
  [KEY_POLICIES, 'delegation alone', { resource: [delegation] }, { action: 'kms:Decrypt', on: KEY }, false],
  [
    KEY_POLICIES,
    'delegation, another action',
    { identity: [useKey], resource: [delegation] },
    { action: 'kms:GenerateMac', on: KEY },
    false,
  ],
  [
    KEY_POLICIES,
    'a key policy that names the role needs no identity policy',
    { resource: [{ ...delegation, Principal: { AWS: [OTHER_ROLE, ROLE] } }] },
    { action: 'kms:Decrypt', on: KEY },
    true,
  ],
  [
    KEY_POLICIES,
    'a key policy that denies',
    { identity: [useKey], resource: [delegation, { ...delegation, Effect: 'Deny', Action: 'kms:Dec*' }] },
    { action: 'kms:Decrypt', on: KEY },
    false,
  ],
  [
    PRINCIPAL,
    'the account leaves it to IAM, which allows',
    { identity: [send], resource: [{ ...forEveryone('Allow'), Principal: { AWS: ACCOUNT } }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
  [
    PRINCIPAL,
    'the account leaves it to IAM, which is silent',
    { resource: [{ ...forEveryone('Allow'), Principal: { AWS: ROOT } }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    false,
  ],
  [
    PRINCIPAL,
    'the account is denied',
    { identity: [send], resource: [{ ...forEveryone('Deny'), Principal: { AWS: ROOT } }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    false,
  ],
  [
    PRINCIPAL,
    'everyone is allowed',
    { resource: [forEveryone('Allow')] },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
  [
    PRINCIPAL,
    'everyone, written as AWS',
    { resource: [{ ...forEveryone('Allow'), Principal: { AWS: '*' } }] },
    fromS3,
    true,
  ],
  [
    PRINCIPAL,
    'an assumed-role session',
    {
      resource: [
        { ...forEveryone('Allow'), Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/intake/session-1` } },
      ],
    },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
  [
    PRINCIPAL,
    'another session',
    { resource: [{ ...forEveryone('Allow'), Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/intake/x` } }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    false,
  ],
  [
    PRINCIPAL,
    'a service that is named',
    { resource: [{ ...forEveryone('Allow'), Principal: { Service: 's3.amazonaws.com' } }] },
    fromS3,
    true,
  ],
  [
    PRINCIPAL,
    'another service',
    { resource: [{ ...forEveryone('Allow'), Principal: { Service: 'sns.amazonaws.com' } }] },
    fromS3,
    false,
  ],
  [PRINCIPAL, 'a service has no identity policy', { identity: [send] }, fromS3, false],
  [
    PRINCIPAL,
    'a denial of everyone meets services',
    { resource: [{ ...forEveryone('Allow'), Principal: { Service: 's3.amazonaws.com' } }, forEveryone('Deny')] },
    fromS3,
    false,
  ],
  [
    'IAM JSON policy elements: Action',
    'letters of any case',
    { identity: [{ ...send, Action: 'SQS:sendmessage' }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
  [
    'IAM JSON policy elements: Action',
    'a single-letter wildcard',
    { identity: [{ ...send, Action: 'sqs:Send?essage' }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
  [
    'IAM JSON policy elements: NotAction',
    'the exception',
    { identity: [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    false,
  ],
  [
    'IAM JSON policy elements: NotAction',
    'everything else',
    { identity: [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }] },
    { action: 's3:GetObject', on: `${OWN}/a` },
    true,
  ],
  [
    'IAM JSON policy elements: NotResource',
    'everything else is denied',
    { identity: [send, { Effect: 'Deny', Action: '*', NotResource: OWN }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    false,
  ],
  [
    'IAM JSON policy elements: NotResource',
    'the exception',
    { identity: [send, { Effect: 'Deny', Action: '*', NotResource: QUEUE }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
  [
    'IAM JSON policy elements: Resource',
    'a wildcard stays in its segment',
    { identity: [{ ...send, Resource: 'arn:aws:sqs:*:arrivals:*' }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    false,
  ],
  [
    'IAM JSON policy elements: Resource',
    'a wildcard for region and account',
    { identity: [{ ...send, Resource: 'arn:aws:sqs:*:*:arriv*' }] },
    { action: 'sqs:SendMessage', on: QUEUE },
    true,
  ],
];

describe('the decision within one account', () => {
  test.each(cases)('%s: %s', (_page, _what, setting, asked, allowed) => {
    expect(decide(setting, asked).allowed).toBe(allowed);
  });

  test('names the statement that decided, and no resource', () => {
    expect(decide({ identity: carlos }, { action: 's3:PutObject', on: `${LOGS}/a` }).reason).toBe(
      'explicit Deny by identity policy 0, statement DenyS3Logs',
    );
    expect(
      decide({ resource: bucketPolicy, resourceArn: OWN }, { action: 's3:PutObject', on: `${OWN}/a` }).reason,
    ).toBe('Allow by resource policy, statement 0');
    expect(decide({ identity: carlos }, { action: 'sqs:SendMessage', on: QUEUE }).reason).toBe(
      'no policy allows sqs:SendMessage',
    );
    expect(decide({ identity: [useKey] }, { action: 'kms:Decrypt', on: KEY }).reason).toBe(
      'no statement of the key policy allows kms:Decrypt',
    );
  });

  test('writes each decision to the log that it is given', () => {
    const lines: [AccessRequest, AccessDecision][] = [];
    const authorize = createAuthorizer({
      account: ACCOUNT,
      rolePolicies: new Map([[ROLE, [policy(send)]]]),
      resourcePolicies: new Map(),
      log: (request, decision) => lines.push([request, decision]),
    });
    const request = { principal: role(), action: 'sqs:SendMessage', resourceArn: QUEUE, context: {} };
    const decision = authorize(request);
    expect(lines).toEqual([[request, decision]]);
  });
});

describe('properties of the decision', () => {
  const bucket = fc.constantFrom('alpha', 'beta');
  const name = fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:*', 's3:Get*', '*', 'sqs:SendMessage');
  const on = fc.tuple(bucket, fc.constantFrom('', '/*', '/x/*', '/x/1')).map(([b, rest]) => `arn:aws:s3:::${b}${rest}`);
  const conditions = fc.constantFrom(
    undefined,
    { StringEquals: { 'aws:PrincipalTag/site': 'leipzig' } },
    { StringNotEquals: { 's3:prefix': 'x' } },
    { Bool: { 'aws:SecureTransport': 'false' } },
  );
  const statement = (effect: fc.Arbitrary<string>, withPrincipal: boolean) =>
    fc.record({ effect, action: name, resource: on, condition: conditions, everyone: fc.boolean() }).map(
      (made): PolicyStatement => ({
        Effect: made.effect,
        Action: made.action,
        Resource: made.resource,
        ...(made.condition !== undefined && { Condition: made.condition }),
        ...(withPrincipal && { Principal: made.everyone ? '*' : { AWS: ROLE } }),
      }),
    );
  const either = fc.constantFrom('Allow', 'Deny');
  const identity = fc.array(statement(either, false), { maxLength: 5 });
  const resource = fc.array(statement(either, true), { maxLength: 4 });
  const asked = fc.record({
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'sqs:SendMessage'),
    on: fc.tuple(bucket, fc.constantFrom('', '/x/1', '/y')).map(([b, rest]) => `arn:aws:s3:::${b}${rest}`),
  });
  const decideAll = (ofRole: PolicyStatement[], ofBucket: PolicyStatement[], request: Asked) =>
    decide({ identity: ofRole, resource: ofBucket, resourceArn: request.on.split('/')[0] }, request).allowed;

  test('adding a Deny never turns a denial into an Allow', () => {
    fc.assert(
      fc.property(
        identity,
        resource,
        statement(fc.constant('Deny'), false),
        asked,
        (ofRole, ofBucket, deny, request) => {
          if (!decideAll(ofRole, ofBucket, request))
            expect(decideAll([...ofRole, deny], ofBucket, request)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('adding an Allow never turns an Allow into a denial', () => {
    fc.assert(
      fc.property(
        identity,
        resource,
        statement(fc.constant('Allow'), true),
        asked,
        (ofRole, ofBucket, more, request) => {
          if (decideAll(ofRole, ofBucket, request)) expect(decideAll(ofRole, [...ofBucket, more], request)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the order of statements does not matter', () => {
    fc.assert(
      fc.property(identity, resource, asked, (ofRole, ofBucket, request) => {
        const reversed = decideAll([...ofRole].reverse(), [...ofBucket].reverse(), request);
        expect(reversed).toBe(decideAll(ofRole, ofBucket, request));
      }),
      { numRuns: 500 },
    );
  });

  test('without an Allow nothing is allowed', () => {
    fc.assert(
      fc.property(identity, asked, (ofRole, request) => {
        const onlyDenies = ofRole.filter((made) => made.Effect === 'Deny');
        expect(decideAll(onlyDenies, [], request)).toBe(false);
      }),
    );
  });
});
