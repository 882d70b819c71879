// The roles of people and of hospitals' systems. Whoever may assume one is the account's decision; what it may do is decided here.
import {
  AccountRootPrincipal,
  Effect,
  type IPrincipal,
  ManagedPolicy,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeKeyPattern } from '#infra/acknowledgements.ts';
import { keyStatements, objectStatements, type Store, wildcardPatterns } from '#infra/object-access.ts';
import { type Permissions, type PersonName, peoplePermissions } from '#infra/permissions.ts';
import type { StepQueue } from '#infra/step-queue.ts';

/** One role per kind of person, assumable by principals of the account that their own policy lets assume it. */
export class People extends Construct {
  readonly uploader: Role;
  readonly operator: Role;
  readonly researcher: Role;

  constructor(
    scope: Construct,
    id: string,
    stores: { readonly intake: Store; readonly archive: Store },
    queues: { readonly all: readonly StepQueue[]; readonly intake: StepQueue; readonly audit: StepQueue },
  ) {
    super(scope, id);
    const account = new AccountRootPrincipal();
    // A session without a site, or with further tags, is not a hospital's session.
    const hospital = account.withConditions({
      StringLike: { 'aws:RequestTag/site': '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['site'] },
    });
    this.uploader = this.person('uploader', hospital.withSessionTags(), stores, []);
    this.operator = this.person('operator', account, stores, [
      allow(
        ['sqs:GetQueueAttributes'],
        queues.all.flatMap(({ messages, deadLetters }) => [messages.queueArn, deadLetters.queueArn]),
      ),
      // A drop that is tried again goes to intake by its key; nobody but intake receives from there.
      ...maySendTo(queues.intake),
    ]);
    this.researcher = this.person('researcher', account, stores, [...maySendTo(queues.audit)]);
  }

  private person(
    name: PersonName,
    assumedBy: IPrincipal,
    stores: { readonly intake: Store; readonly archive: Store },
    statements: readonly PolicyStatement[],
  ): Role {
    const role = new Role(this, name, { assumedBy, description: `Role of the ${name}` });
    const policy = new ManagedPolicy(this, `${name}-policy`, {
      roles: [role],
      description: `What the ${name} may do, and no more`,
    });
    policy.addStatements(...statements);
    const { archive, intake = {} }: Permissions = peoplePermissions[name];
    for (const [store, access] of [
      [stores.archive, archive],
      [stores.intake, intake],
    ] as const) {
      policy.addStatements(...objectStatements(store, access));
      for (const pattern of wildcardPatterns(access)) acknowledgeKeyPattern(policy, store.bucket, pattern);
    }
    return role;
  }
}

function maySendTo({ messages, key }: StepQueue): PolicyStatement[] {
  return [allow(['sqs:SendMessage'], [messages.queueArn]), ...keyStatements(key, { reads: true, writes: true })];
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
}
