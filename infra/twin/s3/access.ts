// What the policies are asked for each call, with the condition keys of S3.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
import type { AccessDecision, AccessRequest, Authorize, Principal } from '../contract.ts';
import { S3Error } from './errors.ts';
import type { Tags } from './tags.ts';

export type ConditionKeys = AccessRequest['context'];

export interface Access {
  readonly region: string;
  readonly account: string;
  decide(principal: Principal, action: string, resourceArn: string, context?: ConditionKeys): AccessDecision;
  /** The same, for calls that are signed in another way than by header (`s3:authtype`). */
  signedBy(authType: 'REST-QUERY-STRING' | 'POST'): Access;
  /** Throws 403 AccessDenied when denied. */
  require(principal: Principal, action: string, resourceArn: string, context?: ConditionKeys): void;
}

export function createAccess(authorize: Authorize, region: string, account: string, authType = 'REST-HEADER'): Access {
  const always = {
    'aws:securetransport': 'true',
    's3:authtype': authType,
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:tlsversion': '1.3',
    's3:resourceaccount': account,
  };
  function decide(
    principal: Principal,
    action: string,
    resourceArn: string,
    context: ConditionKeys = {},
  ): AccessDecision {
    const keys = action.startsWith('kms:') ? { 'aws:securetransport': 'true' } : always;
    return authorize({ principal, action, resourceArn, context: { ...keys, ...context } });
  }
  function require(principal: Principal, action: string, resourceArn: string, context?: ConditionKeys): void {
    const { allowed, reason } = decide(principal, action, resourceArn, context);
    if (!allowed) throw accessDenied(principal, action, reason);
  }
  const signedBy: Access['signedBy'] = (other) => createAccess(authorize, region, account, other);
  return { region, account, decide, signedBy, require };
}

export function accessDenied(principal: Principal, action: string, reason: string): S3Error {
  const who =
    principal.kind === 'role' ? `${principal.roleArn.split('/').at(-1)}/${principal.sessionName}` : principal.service;
  return new S3Error('AccessDenied', `${who} is not authorized to perform: ${action} (${reason})`);
}

/** Headers of a write that policies may put conditions on. */
const writeHeaders = [
  'if-match',
  'if-none-match',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
] as const;

/** Condition keys of a write: the headers above as sent (defaults of the bucket do not count) and its tags. */
export function writeKeys(headers: Readonly<Record<string, unknown>>, tags: Tags): ConditionKeys {
  const keys: Record<string, string> = {};
  for (const name of writeHeaders) {
    const value = headers[name];
    if (typeof value === 'string') keys[`s3:${name}`] = value;
  }
  return { 's3:objectcreationoperation': 'true', ...keys, ...requestTagKeys(tags) };
}

/** `s3:RequestObjectTag/<key>` and `s3:RequestObjectTagKeys`. */
export function requestTagKeys(tags: Tags): ConditionKeys {
  const names = Object.keys(tags);
  if (names.length === 0) return {};
  const values = names.map((name) => [`s3:requestobjecttag/${name.toLowerCase()}`, tags[name]] as const);
  return { ...Object.fromEntries(values), 's3:requestobjecttagkeys': names };
}

/** `s3:ExistingObjectTag/<key>` of the object that a call reads or tags. */
export function existingTagKeys(tags: Tags | undefined): ConditionKeys {
  return Object.fromEntries(
    Object.entries(tags ?? {}).map(([name, value]) => [`s3:existingobjecttag/${name.toLowerCase()}`, value]),
  );
}

/** `s3:VersionId`, present only when the call names a version. */
export function versionKeys(versionId: string | undefined): ConditionKeys {
  return versionId === undefined ? {} : { 's3:versionid': versionId };
}
