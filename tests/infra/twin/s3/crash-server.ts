// Run by crash.test.ts in a process of its own, to be killed there.
import { bucket, queueArn, startTwin } from './server.ts';

export const crashBuckets = [
  bucket('intake', {
    notifications: [{ id: 'All', events: ['s3:ObjectCreated:*'], prefix: '', suffix: '', queueArn }],
  }),
];

if (import.meta.main) {
  const twin = await startTwin({ folder: process.argv[2], buckets: crashBuckets });
  process.stdout.write(`${twin.endpoint}\n`);
}
