import type { PolicyDocument, PolicyStatement } from './iam/policy.ts';
import type { ResourcePolicy, RoleDescription } from './template/descriptions.ts';

/** Policy documents of a role as the authorizer takes them; it checks every element of them itself. */
export function policiesOf(role: RoleDescription): PolicyDocument[] {
  return role.policies.map(({ document }) => document as unknown as PolicyDocument);
}

/** One policy for each resource: the statements of all documents that stand at it. */
export function mergePolicies(policies: readonly ResourcePolicy[]): Map<string, PolicyDocument> {
  const merged = new Map<string, PolicyDocument>();
  for (const { resourceArn, document } of policies) {
    const known = merged.get(resourceArn);
    const added = document as unknown as PolicyDocument;
    merged.set(resourceArn, known ? { ...added, Statement: [...statements(known), ...statements(added)] } : added);
  }
  return merged;
}

function statements({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return Array.isArray(Statement) ? Statement : [Statement as PolicyStatement];
}
