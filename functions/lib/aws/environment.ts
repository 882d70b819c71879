// The environment of a function, read once at its start and checked; nothing below the handlers looks at process.env.
import * as z from 'zod/mini';
import type { QueueName } from '#functions/ports.ts';

const text = z.string().check(z.minLength(1));

const schema = z.object({
  ARCHIVE_BUCKET: text,
  INTAKE_BUCKET: z.optional(text),
  IDENTITY_KEY_ID: z.optional(text),
  MAX_DROP_BYTES: z.optional(z.string().check(z.regex(/^\d+$/))),
  DEAD_LETTERS: z.optional(text),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.optional(z.string().check(z.regex(/^\d+$/))),
  LAMBDA_TASK_ROOT: z.optional(text),
});

export type Environment = z.infer<typeof schema>;

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`environment: found no usable ${names}, expected what the template sets`);
}

/** A variable that only some functions have. */
export function required<Name extends keyof Environment>(environment: Environment, name: Name): string {
  const value = environment[name];
  if (value === undefined) throw new Error(`environment: found no ${name}, expected what the template sets`);
  return value;
}

const QUEUES: readonly QueueName[] = ['intake', 'predict', 'predict-large', 'publish', 'settle', 'tabulate', 'audit'];

/** URLs of the queues that this function may send to: `<NAME>_QUEUE_URL`. */
export function queueUrls(variables: NodeJS.ProcessEnv = process.env): Partial<Record<QueueName, string>> {
  const urls: Partial<Record<QueueName, string>> = {};
  for (const queue of QUEUES) {
    const url = variables[`${queue.toUpperCase().replaceAll('-', '_')}_QUEUE_URL`];
    if (url) urls[queue] = url;
  }
  return urls;
}
