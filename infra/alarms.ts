// What wakes somebody up: one topic, and an alarm for every way in which a study could stay without an answer.
import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StepFunction } from '#infra/step-function.ts';

/** Namespace of the pipeline's own metrics. */
const METRICS_NAMESPACE = 'Tricuspid';

const HOUR_SECONDS = 3600;
/** A quarantine function empties dead letters at once: whatever stays this long means that it cannot. */
const DEAD_LETTER_AGE_SECONDS = 1800;
const PERIOD = Duration.minutes(5);

export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, topicKey: Key, steps: readonly StepFunction[], sites: readonly string[]) {
    super(scope, id);
    this.topic = encryptedTopic(this, topicKey);
    this.aboveZero('Quarantined', quarantined(), 'Items were quarantined: somebody has to look at them');
    for (const step of steps) this.watch(step);
    for (const site of sites) this.silence(site);
  }

  private watch({ step, function: watched, queue }: StepFunction): void {
    this.aboveZero(`${step}-errors`, watched.metricErrors({ period: PERIOD }), `${step} fails`);
    this.aboveZero(`${step}-throttles`, watched.metricThrottles({ period: PERIOD }), `${step} is refused concurrency`);
    if (!queue) return;
    const age = (of: typeof queue.messages) => of.metricApproximateAgeOfOldestMessage({ period: PERIOD });
    // A message that fails waits for one visibility timeout before each repetition: no alarm before the second.
    const patienceSeconds = Math.max(HOUR_SECONDS, 2 * queue.visibilityTimeoutSeconds);
    this.alarm(`${step}-waiting`, age(queue.messages), patienceSeconds, `Messages wait too long for ${step}`);
    this.alarm(
      `${step}-dead-letters`,
      age(queue.deadLetters),
      DEAD_LETTER_AGE_SECONDS,
      `Dead letters of ${step} are not consumed`,
    );
  }

  private aboveZero(name: string, metric: IMetric, description: string): void {
    this.alarm(name, metric, 0, description);
  }

  private alarm(name: string, metric: IMetric, threshold: number, alarmDescription: string): void {
    new Alarm(this, name, {
      metric,
      threshold,
      alarmDescription,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }

  /** A hospital that sends every day and sent nothing for 24 hours: the fault is on either side, and nobody would notice. */
  private silence(site: string): void {
    new Alarm(this, `${site}-silent`, {
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'DropsReceived',
        dimensionsMap: { service: 'route', site },
        statistic: 'Sum',
        period: Duration.days(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `No drop from ${site} for 24 hours`,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}

/** Quarantined items whatever their dimensions (step, site): a metric of CloudWatch is one combination, a query is their sum. */
function quarantined(): IMetric {
  return new MathExpression({
    expression: `SELECT SUM(Quarantined) FROM "${METRICS_NAMESPACE}"`,
    label: 'Quarantined',
    usingMetrics: {},
    period: PERIOD,
  });
}

function encryptedTopic(scope: Construct, key: Key): Topic {
  const alarmsOfThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
  const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com');
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      effect: Effect.ALLOW,
      principals: [cloudwatch],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: alarmsOfThisAccount,
    }),
  );
  const topic = new Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      effect: Effect.ALLOW,
      principals: [cloudwatch],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: alarmsOfThisAccount,
    }),
  );
  return topic;
}
