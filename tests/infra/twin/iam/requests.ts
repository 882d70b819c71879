import type { AccessRequest, Principal } from '#infra/twin/contract.ts';
import { createAuthorizer } from '#infra/twin/iam/authorizer.ts';
import type { PolicyDocument, PolicyStatement } from '#infra/twin/iam/policy.ts';

export const ACCOUNT = '111122223333';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/intake`;
export const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/publish`;
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

export const role = (tags: Record<string, string> = {}, roleArn = ROLE): Principal => ({
  kind: 'role',
  roleArn,
  sessionName: 'session-1',
  tags,
});

export const policy = (...statements: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

export interface Setting {
  readonly identity?: readonly PolicyStatement[];
  readonly resource?: readonly PolicyStatement[];
  readonly resourceArn?: string;
}

export interface Asked {
  readonly principal?: Principal;
  readonly action: string;
  readonly on: string;
  readonly context?: AccessRequest['context'];
}

/** Decides one request under one identity policy of ROLE and one resource policy. */
export function decide({ identity, resource, resourceArn }: Setting, asked: Asked) {
  const authorize = createAuthorizer({
    account: ACCOUNT,
    rolePolicies: new Map(identity === undefined ? [] : [[ROLE, [policy(...identity)]]]),
    resourcePolicies: new Map(resource === undefined ? [] : [[resourceArn ?? asked.on, policy(...resource)]]),
  });
  return authorize({
    principal: asked.principal ?? role(),
    action: asked.action,
    resourceArn: asked.on,
    context: asked.context ?? {},
  });
}
