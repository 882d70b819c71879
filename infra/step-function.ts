// One function with all that belongs to it: role, policy, log group, queue, dead letters, mappings, environment and grants.
// Whoever connects two steps does it here, so that a permission and the setting that uses it cannot drift apart.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  type LayerVersion,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  acknowledge,
  acknowledgeKeyPattern,
  FUNCTION_REASONS,
  QUEUE_FED_FUNCTION,
  TRACE_WILDCARD,
  UNRESERVED_CONCURRENCY,
} from '#infra/acknowledgements.ts';
import {
  keyStatements,
  type ObjectAccess,
  objectStatements,
  type Store,
  wildcardPatterns,
} from '#infra/object-access.ts';
import type { StepName } from '#infra/permissions.ts';
import type { Settings } from '#infra/settings.ts';
import { StepQueue } from '#infra/step-queue.ts';

/** The messages that start a step, if a queue does. */
export interface QueueTrigger {
  readonly batchSize: number;
  readonly windowSeconds: number;
}

export interface StepFunctionProps {
  /** Folder with the bundled `index.js`. */
  readonly codeFolder: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly queue?: QueueTrigger;
  /** Encrypts the step's messages: one key inside the intake boundary, another outside. */
  readonly queueKey: IKey;
  /** Encrypts the step's log: the key of the data that the step works on. */
  readonly logKey: IKey;
  readonly layer?: LayerVersion;
  readonly settings: Settings;
}

/** A step of the pipeline in the cloud. */
export class StepFunction extends Construct {
  readonly step: StepName;
  readonly function: LambdaFunction;
  readonly policy: ManagedPolicy;
  /** The queue that feeds the step; undefined when a schedule or a deployment starts it, or other steps' dead letters do. */
  readonly queue: StepQueue | undefined;
  private readonly settings: Settings;
  private readonly deadLetters: string[] = [];

  constructor(scope: Construct, id: StepName, props: StepFunctionProps) {
    super(scope, id);
    this.step = id;
    this.settings = props.settings;
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.settings.logRetentionDays,
      encryptionKey: props.logKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of the ${id} function`,
    });
    this.policy = new ManagedPolicy(this, 'Policy', { roles: [role], description: `What ${id} may do, and no more` });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    this.allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');
    acknowledge(this.policy, TRACE_WILDCARD);
    this.function = this.createFunction(props, role, logGroup);
    // Mappings and deployments use the role at once: its policy has to exist before.
    this.function.node.addDependency(this.policy);
    this.queue =
      props.queue &&
      new StepQueue(this, 'Queue', { ...props.queue, key: props.queueKey, timeoutSeconds: props.timeoutSeconds });
    if (this.queue && props.queue) this.consume('Messages', this.queue.messages.queueArn, props.queueKey, props.queue);
  }

  private createFunction(props: StepFunctionProps, role: Role, logGroup: LogGroup): LambdaFunction {
    const reserved = this.settings.reservedConcurrency[this.step];
    const created = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: this.settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      code: Code.fromAsset(props.codeFolder),
      handler: 'index.handler',
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      // The CDK would add statements of its own to a role that it may change.
      role: role.withoutPolicyUpdates(),
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: this.step,
        POWERTOOLS_METRICS_NAMESPACE: 'Tricuspid',
      },
      ...(props.layer && { layers: [props.layer] }),
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
    });
    acknowledge(created, FUNCTION_REASONS);
    if (reserved === undefined) acknowledge(created, UNRESERVED_CONCURRENCY);
    return created;
  }

  /** May use the objects of a bucket and knows its name. */
  mayUse(variable: 'ARCHIVE_BUCKET' | 'INTAKE_BUCKET', store: Store, access: ObjectAccess): this {
    this.function.addEnvironment(variable, store.bucket.bucketName);
    this.policy.addStatements(...objectStatements(store, access));
    for (const pattern of wildcardPatterns(access)) acknowledgeKeyPattern(this.policy, store.bucket, pattern);
    return this;
  }

  /** May send to the queues of these steps and knows their addresses. */
  sendsTo(...steps: readonly StepFunction[]): this {
    for (const { step, queue } of steps) {
      if (!queue) throw new Error(`${this.step} cannot send to ${step}, which has no queue`);
      this.function.addEnvironment(queueVariable(step), queue.messages.queueUrl);
      this.allow(['sqs:SendMessage'], queue.messages.queueArn);
      this.policy.addStatements(...keyStatements(queue.key, { reads: true, writes: true }));
    }
    return this;
  }

  /** Consumes the dead letters of these steps and knows which queue belongs to which step. */
  consumesDeadLettersOf(trigger: QueueTrigger, ...steps: readonly StepFunction[]): this {
    for (const { step, queue } of steps) {
      if (!queue) throw new Error(`${step} has no queue, so it leaves no dead letters for ${this.step}`);
      this.consume(`DeadLettersOf-${step}`, queue.deadLetters.queueArn, queue.key, trigger);
      this.deadLetters.push(`"${queue.deadLetters.queueArn}":"${step}"`);
    }
    // Written as text: an ARN is known only when the stack is deployed, and the CDK takes no such name for a field.
    this.function.addEnvironment('DEAD_LETTERS', `{${this.deadLetters.join(',')}}`);
    return this;
  }

  /** May derive keys with the secret that never leaves KMS. */
  mayIdentifyWith(identityKey: IKey): this {
    this.function.addEnvironment('IDENTITY_KEY_ID', identityKey.keyId);
    return this.allow(['kms:GenerateMac'], identityKey.keyArn);
  }

  private consume(id: string, queueArn: string, key: IKey, trigger: QueueTrigger): void {
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: what an event source mapping needs
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queueArn);
    this.policy.addStatements(...keyStatements(key, { reads: true, writes: false }));
    new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queueArn,
      batchSize: trigger.batchSize,
      maxBatchingWindow: Duration.seconds(trigger.windowSeconds),
      reportBatchItemFailures: true,
      maxConcurrency: this.settings.maximumConcurrency[this.step] ?? DEFAULT_MAXIMUM_CONCURRENCY,
    });
    acknowledge(this.function, QUEUE_FED_FUNCTION);
  }

  private allow(actions: string[], resource: string): this {
    this.policy.addStatements(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] }));
    return this;
  }
}

/** Invocations that one queue starts at a time, unless context `maximumConcurrency` says otherwise. */
export const DEFAULT_MAXIMUM_CONCURRENCY = 10;

/** Name of the environment variable with the address of a step's queue, for instance PREDICT_LARGE_QUEUE_URL. */
function queueVariable(step: StepName): string {
  return `${step.toUpperCase().replaceAll('-', '_')}_QUEUE_URL`;
}
