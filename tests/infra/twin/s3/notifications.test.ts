import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { BucketNotification } from '#infra/twin/contract.ts';
import { account, bucket, failure, queueArn, region, startTwin } from './server.ts';

const notification = (extra: Partial<BucketNotification> = {}): BucketNotification => ({
  id: 'Arrivals',
  events: ['s3:ObjectCreated:*'],
  prefix: '',
  suffix: '',
  queueArn,
  ...extra,
});
const withNotification = (...notifications: BucketNotification[]) =>
  startTwin({ buckets: [bucket('intake', { notifications }), bucket('quiet')] });
const records = (twin: Awaited<ReturnType<typeof startTwin>>) =>
  twin.sent().map(({ body }) => JSON.parse(body).Records[0]);

describe('a notification', () => {
  test('carries the S3 event of the written version to the queue, sent by the S3 service for the bucket', async () => {
    await using twin = await withNotification(notification({ prefix: 'drops/' }));
    const Key = 'drops/north/Jürgen + Söhne/a (1)~100%.csv';
    const { VersionId, ETag } = await twin.client.send(new PutObjectCommand({ Bucket: 'intake', Key, Body: 'hello' }));
    const [sent] = twin.sent();
    expect(sent).toMatchObject({
      principal: { kind: 'service', service: 's3.amazonaws.com' },
      queueArn,
      context: { 'aws:sourcearn': 'arn:aws:s3:::intake', 'aws:sourceaccount': account },
    });
    const [record] = records(twin);
    expect(record).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventName: 'ObjectCreated:Put',
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'Arrivals',
        bucket: { name: 'intake', arn: 'arn:aws:s3:::intake' },
        object: { size: 5, eTag: ETag?.replaceAll('"', ''), versionId: VersionId },
      },
    });
    expect(record.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(record.userIdentity.principalId).toMatch(/^AWS:AROA[0-9A-F]{17}:north$/);
    // python3 -c "import urllib.parse; print(urllib.parse.quote_plus('drops/north/Jürgen + Söhne/a (1)~100%.csv', safe='/*').replace('~', '%7E'))"
    expect(record.s3.object.key).toBe('drops/north/J%C3%BCrgen+%2B+S%C3%B6hne/a+%281%29%7E100%25.csv');
    expect(twin.sent()).toHaveLength(1);
  });

  test('comes for the keys of its prefix and suffix only', async () => {
    await using twin = await withNotification(notification({ prefix: 'drops/', suffix: '.csv' }));
    for (const Key of ['drops/a.csv', 'drops/a.txt', 'other/a.csv', 'drops/.csv']) {
      await twin.client.send(new PutObjectCommand({ Bucket: 'intake', Key, Body: 'x' }));
    }
    await twin.client.send(new PutObjectCommand({ Bucket: 'quiet', Key: 'drops/a.csv', Body: 'x' }));
    expect(records(twin).map((record) => record.s3.object.key)).toEqual(['drops/a.csv', 'drops/.csv']);
  });

  test('numbers events so that those of a key sort as text, across a restart', async () => {
    await using twin = await withNotification(notification());
    for (let n = 0; n < 20; n++)
      await twin.client.send(new PutObjectCommand({ Bucket: 'intake', Key: 'k', Body: String(n) }));
    const again = await startTwin({
      folder: twin.folder,
      buckets: [bucket('intake', { notifications: [notification()] })],
    });
    await again.client.send(new PutObjectCommand({ Bucket: 'intake', Key: 'k', Body: 'x' }));
    await again.close();
    const sequencers = records(twin).map((record) => record.s3.object.sequencer as string);
    expect(sequencers).toHaveLength(21);
    expect(new Set(sequencers).size).toBe(21);
    expect(sequencers).toEqual(sequencers.toSorted());
    for (const sequencer of sequencers) expect(sequencer).toMatch(/^[0-9A-F]{16}$/);
  });

  test('tells copies, delete markers and deletions apart', async () => {
    await using twin = await withNotification(
      notification({ id: 'Copies', events: ['s3:ObjectCreated:Copy'] }),
      notification({ id: 'Removed', events: ['s3:ObjectRemoved:*'] }),
    );
    const where = { Bucket: 'intake', Key: 'k' };
    const { VersionId } = await twin.client.send(new PutObjectCommand({ ...where, Body: 'x' }));
    await twin.client.send(new CopyObjectCommand({ Bucket: 'intake', Key: 'copy', CopySource: 'intake/k' }));
    const marker = await twin.client.send(new DeleteObjectCommand(where));
    await twin.client.send(new DeleteObjectCommand({ ...where, VersionId }));
    await twin.client.send(new DeleteObjectCommand({ ...where, VersionId }));
    expect(records(twin).map(({ eventName, s3 }) => [eventName, s3.configurationId, s3.object.versionId])).toEqual([
      ['ObjectCreated:Copy', 'Copies', expect.stringMatching(/^.{32}$/)],
      ['ObjectRemoved:DeleteMarkerCreated', 'Removed', marker.VersionId],
      ['ObjectRemoved:Delete', 'Removed', VersionId],
    ]);
  });

  test('does not come for a write that fails', async () => {
    await using twin = await withNotification(notification());
    const write = () =>
      twin.client.send(new PutObjectCommand({ Bucket: 'intake', Key: 'k', Body: 'x', IfNoneMatch: '*' }));
    await write();
    expect(await failure(write())).toMatchObject({ name: 'PreconditionFailed' });
    expect(twin.sent()).toHaveLength(1);
  });

  test('that its queue refuses is counted and logged, and the object stays', async () => {
    let refuses = true;
    const buckets = [bucket('intake', { notifications: [notification()] })];
    await using twin = await startTwin({ buckets, queueRefuses: () => refuses });
    await twin.client.send(new PutObjectCommand({ Bucket: 'intake', Key: 'patient.csv', Body: 'x' }));
    await twin.client.send(new GetObjectCommand({ Bucket: 'intake', Key: 'patient.csv' }));
    expect(twin.s3.undeliveredEvents()).toBe(1);
    expect(twin.sent()).toEqual([]);
    expect(twin.log).toEqual([
      `s3: event ObjectCreated:Put of intake not delivered to ${queueArn}: AccessDenied: the queue policy does not allow sqs:SendMessage`,
    ]);
    const again = await startTwin({ folder: twin.folder, buckets });
    expect(again.s3.undeliveredEvents()).toBe(1);
    await again.close();
    refuses = false;
    await twin.client.send(new PutObjectCommand({ Bucket: 'intake', Key: 'next.csv', Body: 'x' }));
    expect(twin.s3.undeliveredEvents()).toBe(1);
    expect(twin.sent()).toHaveLength(1);
  });

  test('for an event that the twin never sends is refused at the start', async () => {
    const starting = withNotification(notification({ events: ['s3:ObjectRestore:*'] }));
    await expect(starting).rejects.toThrow(
      'notification Arrivals of bucket intake: found s3:ObjectRestore:*, allowed are s3:ObjectCreated:*',
    );
  });
});
