import { readEnvironment, required } from '#lib/aws/environment.ts';
import { messageHandler } from '#lib/aws/handler.ts';
import { archivePorts, insidePorts } from '#lib/aws/ports.ts';
import { type DeadLetter, quarantineArchive, quarantineInside } from './quarantine.ts';

const environment = readEnvironment();
/** Dead-letter queue ARN → step. */
const steps = JSON.parse(required(environment, 'DEAD_LETTERS')) as Readonly<Record<string, string>>;

const consume = environment.INTAKE_BUCKET === undefined ? archiveConsumer() : insideConsumer();

function archiveConsumer(): (letter: DeadLetter) => Promise<void> {
  const ports = archivePorts();
  return (letter) => quarantineArchive(letter, ports);
}

function insideConsumer(): (letter: DeadLetter) => Promise<void> {
  const ports = insidePorts();
  return (letter) => quarantineInside(letter, ports);
}

export const handler = messageHandler(async ({ eventSourceARN, body }) => {
  const step = steps[eventSourceARN];
  if (step === undefined)
    throw new Error('quarantine: found a queue that the template does not name, expected a dead-letter queue');
  await consume({ step, body });
});
