// Condition keys: which exist in the twin, and the ones that follow from the caller alone.
import type { AccessRequest, Principal } from '#infra/twin/contract.ts';

/** Value of a condition key (lower case) in one request. */
export type ConditionValue = string | readonly string[] | undefined;
export type Lookup = (key: string) => ConditionValue;

// A key outside this list would always be missing, and a negated operator on a missing key is true: so it is refused.
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'aws:securetransport',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:resourceaccount',
  'aws:sourcearn',
  'aws:sourceaccount',
  'kms:calleraccount',
  'kms:viaservice',
  'kms:grantisforawsresource',
  'kms:macalgorithm',
  's3:prefix',
  's3:delimiter',
  's3:max-keys',
  's3:versionid',
  's3:if-none-match',
  's3:if-match',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-copy-source',
  's3:x-amz-metadata-directive',
  's3:x-amz-storage-class',
  's3:x-amz-acl',
  's3:x-amz-content-sha256',
  's3:signatureversion',
  's3:authtype',
  's3:requestobjecttagkeys',
  's3:resourceaccount',
  's3:objectcreationoperation',
]);
const KNOWN_PREFIXES = ['aws:principaltag/', 's3:requestobjecttag/', 's3:existingobjecttag/', 'kms:encryptioncontext:'];

export function isKnownKey(key: string): boolean {
  return KNOWN_KEYS.has(key) || KNOWN_PREFIXES.some((prefix) => key.startsWith(prefix) && key.length > prefix.length);
}

/**
 * Keys that every request has ("AWS global condition context keys"). `aws:SecureTransport` is true: the twin's
 * loopback stands for TLS, so that policies that demand it are exercised.
 */
function principalKeys(principal: Principal, account: string): ReadonlyMap<string, string> {
  const keys = new Map([
    ['aws:securetransport', 'true'],
    ['aws:resourceaccount', account],
    ['s3:resourceaccount', account],
    ['aws:principalisawsservice', String(principal.kind === 'service')],
  ]);
  if (principal.kind === 'service') return keys.set('aws:principalservicename', principal.service);
  const principalAccount = principal.roleArn.split(':')[4] ?? '';
  keys.set('aws:principalarn', principal.roleArn).set('aws:principalaccount', principalAccount);
  keys.set('aws:principaltype', 'AssumedRole').set('kms:calleraccount', principalAccount);
  for (const [tag, value] of Object.entries(principal.tags)) keys.set(`aws:principaltag/${tag.toLowerCase()}`, value);
  return keys;
}

/** Lookups of condition keys; what follows from the caller cannot be overridden by the request. */
export function createContext(account: string): (request: AccessRequest) => Lookup {
  const cache = new WeakMap<Principal, ReadonlyMap<string, string>>();
  return (request) => {
    let own = cache.get(request.principal);
    if (own === undefined) {
      own = principalKeys(request.principal, account);
      cache.set(request.principal, own);
    }
    const callerKeys = own;
    return (key) => {
      const value = callerKeys.get(key);
      if (value !== undefined || key.startsWith('aws:principal')) return value;
      return Object.hasOwn(request.context, key) ? request.context[key] : undefined;
    };
  };
}
