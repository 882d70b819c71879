// Sends, receives and acknowledges on stdout until it is killed; the test then looks at what is left on disk.
import { createClock } from '#infra/twin/clock.ts';
import { openDatabase } from '#infra/twin/database.ts';
import { createSqs } from '#infra/twin/sqs/service.ts';
import { ARRIVALS, allowAll, queue, ROLE } from './setting.ts';

const queues = [queue('arrivals')];
const sqs = createSqs({ database: openDatabase(process.argv[2]), clock: createClock(), authorize: allowAll, queues });
for (let i = 0; ; i++) {
  const messageId = sqs.send(ROLE, ARRIVALS, `body ${i}`, { messageGroupId: `site-${i % 3}` });
  if (i % 5 === 0) await sqs.receive(ROLE, ARRIVALS, { maxMessages: 1, waitSeconds: 0 });
  await new Promise<void>((resolve) => process.stdout.write(`${messageId} body ${i}\n`, () => resolve()));
}
