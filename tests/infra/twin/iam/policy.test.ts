import { describe, expect, test } from 'vitest';
import { createAuthorizer } from '#infra/twin/iam/authorizer.ts';
import { type PolicyDocument, parsePolicy } from '#infra/twin/iam/policy.ts';
import { ACCOUNT, policy } from './requests.ts';

const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::archive/*' };
const withCondition = (operator: string, key: string, value: unknown = 'x') => ({
  ...read,
  Condition: { [operator]: { [key]: value } },
});
const forRole = { ...read, Principal: { AWS: '*' } };

describe('loading a policy refuses by name', () => {
  test.each([
    [
      'an unknown operator',
      withCondition('DateLessThan', 'aws:SourceArn'),
      'condition operator DateLessThan is not known to the twin',
    ],
    [
      'an unknown set operator',
      withCondition('ForSome:StringLike', 's3:prefix'),
      'condition operator ForSome:StringLike is not known',
    ],
    [
      'an unknown condition key',
      withCondition('StringEquals', 'aws:PrincipalOrgID'),
      'condition key aws:PrincipalOrgID is not known',
    ],
    [
      'an unknown variable',
      { ...read, Resource: 'arn:aws:s3:::a/$' + '{aws:username}' },
      'policy variable $' + '{aws:username} in',
    ],
    ['an unclosed variable', { ...read, Resource: 'arn:aws:s3:::a/$' + '{aws:PrincipalArn' }, 'is not supported'],
    [
      'a number that is none',
      withCondition('NumericEquals', 's3:max-keys', 'ten'),
      'condition value "ten" is not a number',
    ],
    [
      'a boolean that is none',
      withCondition('Bool', 'aws:SecureTransport', 'yes'),
      'condition value "yes" is not a boolean',
    ],
    [
      'an intrinsic that was left over',
      { ...read, Resource: { Ref: 'Bucket' } },
      'Resource has the value {"Ref":"Bucket"}',
    ],
    ['an empty list', { ...read, Action: [] }, 'Action is an empty list'],
    ['an unknown effect', { ...read, Effect: 'allow' }, 'Effect "allow" is not known; allowed are Allow and Deny'],
    ['both Action and NotAction', { ...read, NotAction: 's3:*' }, 'exactly one of Action and NotAction is needed'],
    ['no Resource', { Effect: 'Allow', Action: 's3:*' }, 'exactly one of Resource and NotResource is needed'],
    [
      'an action without service',
      { ...read, Action: 'GetObject' },
      'Action "GetObject" is not of the form service:Action',
    ],
    ['an ARN cut short', { ...read, Resource: 'arn:aws:s3' }, 'Resource "arn:aws:s3" is not an ARN of six parts'],
    ['an unknown element', { ...read, Conditions: {} }, 'element Conditions is not supported'],
    ['a Principal in an identity policy', forRole, 'Principal stands in an identity policy'],
  ])('%s', (_what, statement, message) => {
    const document = policy(statement as PolicyDocument['Statement'] & typeof read);
    expect(() => parsePolicy(document, 'identity', 'policy of intake')).toThrow(message);
    expect(() => parsePolicy(document, 'identity', 'policy of intake')).toThrow(/^policy of intake: /);
  });

  test.each([
    ['a missing Principal', read, 'Principal is missing in a resource policy'],
    ['NotPrincipal', { ...read, NotPrincipal: '*' }, 'element NotPrincipal is not supported'],
    [
      'a federated principal',
      { ...read, Principal: { Federated: 'accounts.example' } },
      'Principal type Federated is not supported',
    ],
    [
      'a wildcard within a role',
      { ...read, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } },
      'is not supported; allowed are "*"',
    ],
    [
      'a principal that is a text',
      { ...read, Principal: 's3.amazonaws.com' },
      'Principal "s3.amazonaws.com" is not supported',
    ],
  ])('%s in a resource policy', (_what, statement, message) => {
    expect(() => parsePolicy(policy(statement), 'resource', 'policy of archive')).toThrow(message);
  });

  test('a version that AWS does not know', () => {
    expect(() => parsePolicy({ Version: '2020-01-01', Statement: read }, 'identity', 'p')).toThrow(
      'Version 2020-01-01 is not known',
    );
  });

  test('a variable in a policy of the old version, where AWS would take it literally', () => {
    const old = { Statement: { ...read, Resource: 'arn:aws:s3:::a/$' + '{aws:PrincipalArn}' } };
    expect(() => parsePolicy(old, 'identity', 'p')).toThrow('in a policy of Version 2012-10-17');
  });

  test('a role of another account', () => {
    const rolePolicies = new Map([['arn:aws:iam::999999999999:role/x', [policy(read)]]]);
    expect(() => createAuthorizer({ account: ACCOUNT, rolePolicies, resourcePolicies: new Map() })).toThrow(
      `role arn:aws:iam::999999999999:role/x is not of the account ${ACCOUNT}`,
    );
  });
});
