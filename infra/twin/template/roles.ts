import type { RoleDescription } from './descriptions.ts';
import { type JsonObject, listAt, objectAt, stringAt, TemplateError } from './json.ts';
import { AWS_MANAGED_POLICIES } from './managed-policies.ts';
import { checkProperties, type ResolvedResource, type Stack } from './stack.ts';

type Policy = RoleDescription['policies'][number];

/** Roles with every policy that is attached to them from either side. */
export function describeRoles(stack: Stack): RoleDescription[] {
  return stack.ofType('AWS::IAM::Role').map((role) => {
    checkProperties(
      role,
      ['RoleName', 'AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns'],
      ['Description', 'MaxSessionDuration', 'Path', 'Tags'],
    );
    const at = `${role.logicalId}.AssumeRolePolicyDocument`;
    return {
      logicalId: role.logicalId,
      name: role.name,
      arn: role.arn,
      trustPolicy: objectAt(role.properties.AssumeRolePolicyDocument, at),
      policies: [...inline(role), ...managed(stack, role), ...attached(stack, role)],
    };
  });
}

function inline({ logicalId, properties }: ResolvedResource): Policy[] {
  return listAt(properties.Policies ?? [], `${logicalId}.Policies`).map((item) => {
    const policy = objectAt(item, `${logicalId}.Policies`);
    return { name: stringAt(policy.PolicyName, logicalId), document: document(policy, logicalId) };
  });
}

function managed(stack: Stack, { logicalId, properties }: ResolvedResource): Policy[] {
  return listAt(properties.ManagedPolicyArns ?? [], `${logicalId}.ManagedPolicyArns`).map((item) => {
    const arn = stringAt(item, `${logicalId}.ManagedPolicyArns`);
    const own = stack.ofType('AWS::IAM::ManagedPolicy').find((policy) => policy.arn === arn);
    if (own) return { name: own.name, document: document(own.properties, own.logicalId) };
    const name = arn.replace(/^arn:aws:iam::aws:policy\//, '');
    if (!Object.hasOwn(AWS_MANAGED_POLICIES, name)) {
      const known = Object.keys(AWS_MANAGED_POLICIES).join(', ');
      throw new TemplateError(`${logicalId}: managed policy ${name} is not known to the twin (it knows ${known})`);
    }
    return { name, document: AWS_MANAGED_POLICIES[name] };
  });
}

/** Policies that name the role, instead of being named by it. */
function attached(stack: Stack, role: ResolvedResource): Policy[] {
  const policies = [...stack.ofType('AWS::IAM::Policy'), ...stack.ofType('AWS::IAM::ManagedPolicy')];
  return policies.flatMap((policy) => {
    checkProperties(
      policy,
      ['PolicyName', 'ManagedPolicyName', 'PolicyDocument', 'Roles'],
      policy.type === 'AWS::IAM::ManagedPolicy' ? ['Description', 'Path'] : [],
    );
    const names = listAt(policy.properties.Roles ?? [], `${policy.logicalId}.Roles`);
    return names.includes(role.name)
      ? [{ name: policy.name, document: document(policy.properties, policy.logicalId) }]
      : [];
  });
}

function document(policy: JsonObject, at: string): JsonObject {
  return objectAt(policy.PolicyDocument, `${at}.PolicyDocument`);
}
