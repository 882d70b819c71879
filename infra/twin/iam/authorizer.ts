// The decision: explicit Deny wins, then an Allow is needed; within one account.
import type { AccessDecision, AccessRequest, Authorize } from '#infra/twin/contract.ts';
import { createContext, type Lookup } from './context.ts';
import { type PolicyDocument, type PolicyKind, parsePolicy, type Statement } from './policy.ts';
import { PolicyError } from './policy-error.ts';

interface NamedStatement {
  /** For instance `identity policy 0, statement Read`: no name of a resource, so that a 403 can show it. */
  readonly label: string;
  readonly statement: Statement;
}

/** The statements that could cover an action; the set of actions is small, so the answer is kept. */
type Policies = (action: string) => readonly NamedStatement[];

interface Verdict {
  readonly deny?: string;
  /** Allows the caller itself. */
  readonly allow?: string;
  /** Allows the account, which must then allow its role. */
  readonly delegate?: string;
}

export interface AuthorizerOptions {
  readonly rolePolicies: ReadonlyMap<string, readonly PolicyDocument[]>;
  readonly resourcePolicies: ReadonlyMap<string, PolicyDocument>;
  readonly account: string;
  readonly log?: (request: AccessRequest, decision: AccessDecision) => void;
}

const NO_STATEMENTS: Policies = () => [];

/**
 * IAM for one account, denying by default ("Policy evaluation for requests within a single account", IAM User Guide;
 * "Key policies in AWS KMS"). All policies are compiled here, and what the twin cannot evaluate is a PolicyError.
 */
export function createAuthorizer({ rolePolicies, resourcePolicies, account, log }: AuthorizerOptions): Authorize {
  const identity = new Map([...rolePolicies].map(([role, documents]) => [role, compileRole(role, documents, account)]));
  const resource = new Map(
    [...resourcePolicies].map(([arn, document]) => [arn, compile([document], 'resource', `resource policy of ${arn}`)]),
  );
  const context = createContext(account);
  return (request) => {
    const lookup = context(request);
    const ofRole = request.principal.kind === 'role' ? identity.get(request.principal.roleArn) : undefined;
    const ofResource = resource.get(policyOwner(request.resourceArn));
    const decision = decide(
      evaluate(ofRole ?? NO_STATEMENTS, request, lookup),
      evaluate(ofResource ?? NO_STATEMENTS, request, lookup),
      request,
    );
    log?.(request, decision);
    return decision;
  };
}

function compileRole(role: string, documents: readonly PolicyDocument[], account: string): Policies {
  if (role.split(':')[4] !== account) throw new PolicyError(`role ${role} is not of the account ${account}`);
  return compile(documents, 'identity', `identity policy of ${role}`);
}

function compile(documents: readonly PolicyDocument[], kind: PolicyKind, name: string): Policies {
  const all = documents.flatMap((document, index) =>
    parsePolicy(document, kind, name).map((statement) => ({
      label: `${kind} policy${kind === 'identity' ? ` ${index}` : ''}, ${statement.label}`,
      statement,
    })),
  );
  const byAction = new Map<string, readonly NamedStatement[]>();
  return (action) => {
    const known = byAction.get(action);
    if (known !== undefined) return known;
    const covering = all.filter(({ statement }) => statement.coversAction(action));
    byAction.set(action, covering);
    return covering;
  };
}

/** Objects have no policy of their own: the bucket's stands for them. */
function policyOwner(resourceArn: string): string {
  if (!resourceArn.startsWith('arn:aws:s3:::')) return resourceArn;
  const slash = resourceArn.indexOf('/');
  return slash < 0 ? resourceArn : resourceArn.slice(0, slash);
}

function evaluate(policies: Policies, request: AccessRequest, lookup: Lookup): Verdict {
  let allow: string | undefined;
  let delegate: string | undefined;
  for (const { label, statement } of policies(request.action)) {
    const match = statement.applies(request, lookup);
    if (match === 'none') continue;
    if (statement.effect === 'Deny') return { deny: label };
    if (match === 'direct') allow ??= label;
    else delegate ??= label;
  }
  return { ...(allow !== undefined && { allow }), ...(delegate !== undefined && { delegate }) };
}

function decide(identity: Verdict, resource: Verdict, request: AccessRequest): AccessDecision {
  const deny = identity.deny ?? resource.deny;
  if (deny !== undefined) return { allowed: false, reason: `explicit Deny by ${deny}` };
  if (resource.allow !== undefined) return { allowed: true, reason: `Allow by ${resource.allow}` };
  const isKey = request.resourceArn.startsWith('arn:aws:kms:');
  if (isKey && resource.delegate === undefined) {
    return { allowed: false, reason: `no statement of the key policy allows ${request.action}` };
  }
  if (identity.allow === undefined) {
    return {
      allowed: false,
      reason: `no ${request.principal.kind === 'role' ? '' : 'resource '}policy allows ${request.action}`,
    };
  }
  return { allowed: true, reason: `Allow by ${identity.allow}${isKey ? ` with ${resource.delegate}` : ''}` };
}
