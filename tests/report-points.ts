import type { Report } from '#lib/report/record.ts';

/** What the report says in full of the thing to know that begins so. */
export function pointOf({ answer }: Report, start: string): string {
  const found = answer.also.find(({ text }) => text.startsWith(start));
  if (found === undefined)
    throw new Error(
      `found no point “${start}”, allowed: ${answer.also.map(({ text }) => text.slice(0, 20)).join('; ')}`,
    );
  return found.text;
}
