// The Principal element of resource policies.
import type { Principal } from '#infra/twin/contract.ts';
import { PolicyError } from './policy-error.ts';

/** `account` means that the policy leaves the decision to the account: the identity policies must allow as well. */
export type PrincipalMatch = 'direct' | 'account' | 'none';
export type PrincipalMatcher = (principal: Principal) => PrincipalMatch;

/** Compiles a Principal element ("AWS JSON policy elements: Principal"). */
export function compilePrincipal(element: unknown): PrincipalMatcher {
  if (element === '*') return () => 'direct';
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    throw new PolicyError(
      `Principal ${JSON.stringify(element)} is not supported; allowed are "*", {AWS} and {Service}`,
    );
  }
  const arns = new Set<string>();
  const services = new Set<string>();
  for (const [kind, value] of Object.entries(element)) {
    if (kind !== 'AWS' && kind !== 'Service') {
      throw new PolicyError(`Principal type ${kind} is not supported; allowed are AWS and Service`);
    }
    for (const name of texts(value)) (kind === 'AWS' ? arns : services).add(kind === 'AWS' ? awsName(name) : name);
  }
  if (arns.has('*')) return () => 'direct';
  return (principal) => {
    if (principal.kind === 'service') return services.has(principal.service) ? 'direct' : 'none';
    if (arns.has(principal.roleArn) || arns.has(sessionArn(principal))) return 'direct';
    return arns.has(rootArn(principal.roleArn.split(':')[4] ?? '')) ? 'account' : 'none';
  };
}

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((name) => {
    if (typeof name === 'string' && name !== '') return name;
    throw new PolicyError(`Principal name ${JSON.stringify(name)} is not a text`);
  });
}

function awsName(name: string): string {
  if (/^\d{12}$/.test(name)) return rootArn(name);
  const plain = /^arn:aws:(?:iam::\d{12}:(?:root|role\/.+)|sts::\d{12}:assumed-role\/.+)$/.test(name);
  if (name === '*' || (plain && !/[*?]/.test(name))) return name;
  throw new PolicyError(
    `Principal AWS "${name}" is not supported; allowed are "*", an account, its root, a role, or an assumed role`,
  );
}

const rootArn = (account: string): string => `arn:aws:iam::${account}:root`;

function sessionArn(principal: Extract<Principal, { kind: 'role' }>): string {
  const role = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
  return `arn:aws:sts::${principal.roleArn.split(':')[4]}:assumed-role/${role}/${principal.sessionName}`;
}
