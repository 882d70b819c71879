// Queue messages, checked once where they come in; anything else is not ours.
import * as z from 'zod/mini';
import { ForeignMessage } from '#functions/errors.ts';
import type { AuditMessage, DropMessage, PredictMessage, TabulateMessage, UnitMessage } from '#functions/study.ts';
import { attemptKey, attemptOf } from './attempt.ts';

const id = z.string().check(z.regex(/^[a-z0-9_-]{1,64}$/));
const run = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,127}$/));
const lane = z.enum(['standard', 'large']);
const slot = z.strictObject({ model: run, version: run, lane });
const row = z.int().check(z.gte(0));

const drop = z.strictObject({ site: id, dropKey: id });
const unit = z.strictObject({ site: id, dropKey: id, unit: id });
const predict = z.strictObject({
  site: id,
  dropKey: id,
  unit: id,
  items: row,
  lane,
  slots: z.array(slot),
  range: z.optional(z.strictObject({ from: row, to: row })),
});
const audit = z.strictObject({ run });

function reader<T>(name: string, schema: z.ZodMiniType<T>): (body: string) => T {
  return (body) => {
    const parsed = schema.safeParse(parseJson(body));
    if (parsed.success) return parsed.data;
    throw new ForeignMessage(`queue message: found ${body.length} characters that are not a ${name} message`);
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new ForeignMessage(`queue message: found ${body.length} characters that are not JSON`, { cause });
  }
}

export const readDropMessage: (body: string) => DropMessage = reader('drop', drop);
export const readUnitMessage: (body: string) => UnitMessage = reader('unit', unit);
export const readPredictMessage: (body: string) => PredictMessage = reader(
  'predict',
  predict as z.ZodMiniType<PredictMessage>,
);
export const readTabulateMessage: (body: string) => TabulateMessage = reader('tabulate', z.union([unit, drop]));
export const readAuditMessage: (body: string) => AuditMessage = reader('audit', audit);

/** What the message is about, as a name: a unit or a drop, of the attempt at it. */
export const aboutOf = (message: TabulateMessage): string =>
  'unit' in message ? attemptKey(message.unit, attemptOf(message.dropKey)) : message.dropKey;
