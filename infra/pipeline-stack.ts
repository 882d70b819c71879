// Storage, queues, steps and alarms, in the order in which a study meets them.
import {
  CfnOutput,
  CfnResource,
  CustomResource,
  DefaultStackSynthesizer,
  Duration,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge, DEPLOYMENT_FUNCTION, SCHEDULED_FUNCTION } from '#infra/acknowledgements.ts';
import { Alarms } from '#infra/alarms.ts';
import type { Build } from '#infra/build.ts';
import { People } from '#infra/people.ts';
import { type Permissions, type StepName, stepPermissions } from '#infra/permissions.ts';
import { readSettings, type Settings } from '#infra/settings.ts';
import { type QueueTrigger, StepFunction } from '#infra/step-function.ts';
import type { StepQueue } from '#infra/step-queue.ts';
import { Storage } from '#infra/storage.ts';

interface StepShape {
  /** Folder of `functions/`, where it is not named as the step. */
  readonly folder?: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly queue?: QueueTrigger;
}

const single: QueueTrigger = { batchSize: 1, windowSeconds: 0 };
const batch: QueueTrigger = { batchSize: 10, windowSeconds: 0 };

/** 1769 MB is one full processor, 3008 MB is the most that a fresh account allows for a function. */
const SHAPES: Readonly<Record<StepName, StepShape>> = {
  route: { description: 'Receives drops into the ledger', memoryMb: 512, timeoutSeconds: 30, queue: batch },
  intake: { description: 'Reads and de-identifies a drop', memoryMb: 2048, timeoutSeconds: 300, queue: single },
  predict: { description: 'Scores a unit', memoryMb: 1769, timeoutSeconds: 300, queue: single },
  'predict-large': {
    folder: 'predict',
    description: 'Scores a unit with a model that needs more memory',
    memoryMb: 8192,
    timeoutSeconds: 900,
    queue: single,
  },
  publish: {
    description: 'Writes the result of a unit and closes it',
    memoryMb: 1024,
    timeoutSeconds: 120,
    queue: batch,
  },
  settle: { description: 'Writes the receipt of a drop', memoryMb: 512, timeoutSeconds: 60, queue: batch },
  tabulate: {
    description: 'Turns closed units into table parts',
    memoryMb: 1769,
    timeoutSeconds: 300,
    queue: { batchSize: 200, windowSeconds: 5 },
  },
  merge: { description: 'Merges table parts every night', memoryMb: 3008, timeoutSeconds: 900 },
  audit: { description: 'Writes the report of a run', memoryMb: 3008, timeoutSeconds: 900, queue: single },
  sweep: { description: 'Sends again what stays open', memoryMb: 512, timeoutSeconds: 300 },
  'quarantine-inside': {
    folder: 'quarantine',
    description: 'Turns dead letters of the intake boundary into explicit states',
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  'quarantine-archive': {
    folder: 'quarantine',
    description: 'Turns dead letters outside the boundary into explicit states',
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  install: { description: 'Publishes the shipped models at deployment', memoryMb: 1769, timeoutSeconds: 300 },
};

export class PipelineStack extends Stack {
  private readonly settings: Settings;
  private readonly build: Build;
  private readonly storage: Storage;
  private readonly runtimeLayer: LayerVersion;

  constructor(scope: Construct, id: string, build: Build) {
    super(scope, id, {
      description: 'Tricuspid: cardiology studies in, results, receipts and validation reports out',
      // The CDK's command line checks the bootstrap stack by itself; the template stays free of parameters.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    this.settings = readSettings(this.node);
    this.build = build;
    this.storage = new Storage(this, 'Storage', this.settings);
    this.runtimeLayer = this.createRuntimeLayer();

    const steps = Object.fromEntries(Object.keys(SHAPES).map((name) => [name, this.step(name as StepName)])) as Steps;
    connect(steps);
    this.notifyArrivals(steps.route);
    schedule(steps.merge, Schedule.cron({ minute: '30', hour: '2' }));
    schedule(steps.sweep, Schedule.rate(Duration.minutes(15)));
    this.installModels(steps.install);

    const all = Object.values(steps);
    const queues = Object.fromEntries(all.flatMap(({ step, queue }) => (queue ? [[step, queue]] : [])));
    const people = new People(this, 'People', this.storage, {
      all: Object.values(queues),
      intake: queueOf(steps.intake),
      audit: queueOf(steps.audit),
    });
    const alarms = new Alarms(this, 'Alarms', this.storage.archiveQueueKey, all, this.settings.sites);
    this.outputs(people, queues, alarms);
  }

  private step(name: StepName): StepFunction {
    const shape = SHAPES[name];
    const permissions: Permissions = stepPermissions[name];
    const { intake, archive, intakeQueueKey, archiveQueueKey, identityKey } = this.storage;
    const inside = permissions.intake !== undefined;
    const folder = shape.folder ?? name;
    const step = new StepFunction(this, name, {
      ...shape,
      codeFolder: this.build.functionFolder(folder),
      queueKey: inside ? intakeQueueKey : archiveQueueKey,
      logKey: inside ? intake.key : archive.key,
      settings: this.settings,
      ...(this.build.inferenceFunctions.includes(folder) && { layer: this.runtimeLayer }),
    });
    step.mayUse('ARCHIVE_BUCKET', archive, permissions.archive);
    if (permissions.intake) step.mayUse('INTAKE_BUCKET', intake, permissions.intake);
    if (permissions.identifies) step.mayIdentifyWith(identityKey);
    if (name === 'route') step.function.addEnvironment('MAX_DROP_BYTES', String(this.settings.maxDropBytes));
    return step;
  }

  private createRuntimeLayer(): LayerVersion {
    return new LayerVersion(this, 'OnnxRuntime', {
      description: `onnxruntime-node for ${this.settings.architecture}`,
      code: Code.fromAsset(this.build.layerFolder),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [this.settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64],
    });
  }

  /** S3 tells the arrivals queue about every object below `drops/`. Written on the resource itself: no helper function, no further role. */
  private notifyArrivals(route: StepFunction): void {
    const { messages } = queueOf(route);
    messages.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EventsOfTheIntakeBucket',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [messages.queueArn],
        conditions: this.storage.fromIntakeEvents,
      }),
    );
    const bucket = this.storage.intake.bucket.node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new Error('the intake bucket is no resource of this stack');
    const filter = { s3Key: { rules: [{ name: 'prefix', value: 'drops/' }] } };
    bucket.notificationConfiguration = {
      queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: messages.queueArn, filter }],
    };
    // S3 sends a test message when the bucket is made: the queue has to admit it by then.
    const policy = messages.node.findChild('Policy').node.defaultChild;
    if (!CfnResource.isCfnResource(policy)) throw new Error('the arrivals queue has no policy');
    bucket.addResourceDependency(policy);
  }

  /** Runs the install function whenever the shipped models change. */
  private installModels(install: StepFunction): void {
    acknowledge(install.function, DEPLOYMENT_FUNCTION);
    new CustomResource(this, 'ShippedModels', {
      resourceType: 'Custom::ShippedModels',
      serviceToken: install.function.functionArn,
      properties: { ModelsHash: this.build.modelsHash },
    });
  }

  private outputs(people: People, queues: Readonly<Record<string, StepQueue>>, { topic }: Alarms): void {
    const { intake, archive, identityKey } = this.storage;
    const values: Record<string, string> = {
      IntakeBucketName: intake.bucket.bucketName,
      ArchiveBucketName: archive.bucket.bucketName,
      IdentityKeyId: identityKey.keyId,
      UploaderRoleArn: people.uploader.roleArn,
      OperatorRoleArn: people.operator.roleArn,
      ResearcherRoleArn: people.researcher.roleArn,
      AlarmTopicArn: topic.topicArn,
    };
    for (const [step, queue] of Object.entries(queues)) {
      values[`${inPascalCase(step)}QueueUrl`] = queue.messages.queueUrl;
      values[`${inPascalCase(step)}DeadLettersUrl`] = queue.deadLetters.queueUrl;
    }
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

type Steps = Readonly<Record<StepName, StepFunction>>;

/** Who sends to whom, and who consumes whose dead letters. */
function connect(steps: Steps): void {
  const { route, intake, predict, publish, settle, tabulate, audit, sweep } = steps;
  const predictLarge = steps['predict-large'];
  route.sendsTo(intake, settle, tabulate);
  // Intake asks itself again: for the drop whose last missing part has come.
  intake.sendsTo(intake, predict, predictLarge, publish, settle, tabulate);
  // A unit that failed twice is halved and goes back into the queue it came from.
  predict.sendsTo(predict, publish);
  predictLarge.sendsTo(predictLarge, publish);
  publish.sendsTo(settle, tabulate);
  audit.sendsTo(tabulate);
  sweep.sendsTo(intake, predict, predictLarge, publish, settle, tabulate, audit);
  // A drop whose intake died after its plan goes on from there: what intake sends, its dead letters' consumer sends.
  steps['quarantine-inside']
    .consumesDeadLettersOf(batch, route, intake, settle)
    .sendsTo(predict, predictLarge, publish, settle, tabulate);
  steps['quarantine-archive']
    .consumesDeadLettersOf(batch, predict, predictLarge, publish, tabulate, audit)
    .sendsTo(publish, settle, tabulate);
}

function schedule(step: StepFunction, when: Schedule): void {
  const rule = new Rule(step, 'Schedule', { schedule: when, description: `Starts ${step.step}` });
  rule.addTarget(new LambdaTarget(step.function));
  acknowledge(step.function, SCHEDULED_FUNCTION);
}

function queueOf({ step, queue }: StepFunction): StepQueue {
  if (!queue) throw new Error(`${step} has no queue`);
  return queue;
}

function inPascalCase(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
