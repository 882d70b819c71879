// The limits file of a model and a cohort: YAML or JSON.
import { parse, YAMLParseError } from 'yaml';
import type * as z from 'zod/mini';
import { RefusedInput } from '#functions/errors.ts';
import { auditsOnly, type LimitPlan, limitPlanSchema } from './limit.ts';
import { nearestWord } from './nearest-word.ts';
import { type LimitNames, parseLimit } from './parse-limit.ts';

const AUDIT_KEYS = Object.keys(auditsOnly.shape);

/**
 * Reads `limits:` (one sentence each) and, for audits that are repeated, `audits:`. Unknown keys and words are refused by name
 * with the nearest one that is allowed.
 */
export function readLimits(file: string, source: string, names: LimitNames): LimitPlan {
  const content = parsed(file, source);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new RefusedInput(`${file}: found no record, allowed "limits" with a list and "audits"`);
  refuseKeys(file, content, ['limits', 'audits']);
  const { limits, audits } = content as { limits?: unknown; audits?: unknown };
  if (!Array.isArray(limits) || limits.length === 0)
    throw new RefusedInput(`${file}: found no list "limits", allowed one sentence or more`);
  return {
    limits: limits.map((line, index) => {
      const place = `${file}: limit ${index + 1}`;
      if (typeof line !== 'string') throw new RefusedInput(`${place}: found ${typeof line}, allowed a sentence`);
      return parseLimit(line, place, names);
    }),
    ...(audits !== undefined && { audits: readAudits(file, audits) }),
  };
}

/** A plan as a cohort holds it, checked again, names too: cohorts are files that people write. */
export function checkedPlan(plan: unknown, { thresholds, sites }: LimitNames): LimitPlan {
  const result = limitPlanSchema.safeParse(plan);
  if (!result.success) throw new RefusedInput(`cohort: limits: ${issueWords(result.error)}`);
  for (const limit of result.data.limits) {
    const places = limit.kind === 'gap' ? [limit.where, limit.first, limit.second] : [limit.where];
    const names: readonly (readonly [string, string | undefined, readonly string[]])[] = [
      ['threshold', limit.threshold, thresholds],
      ...places.map(({ site }) => ['hospital', site, sites] as const),
    ];
    for (const [what, name, allowed] of names) {
      if (name !== undefined && !allowed.includes(name))
        throw new RefusedInput(`cohort: limits: found ${what} "${name}", allowed ${allowed.join(', ') || 'none'}`);
    }
  }
  return result.data;
}

function parsed(file: string, source: string): unknown {
  try {
    return parse(
      source.replaceAll(/^(\s*-\s+)(\|[^\n]*[^\s\d+-][^\n]*)$/gm, (_, dash, rest) => dash + JSON.stringify(rest)),
    );
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    throw new RefusedInput(`${file}: found no YAML at line ${line ?? 'unknown'}, allowed YAML or JSON`, {
      cause: error,
    });
  }
}

function refuseKeys(place: string, record: object, allowed: readonly string[]): void {
  const unknown = Object.keys(record).find((key) => !allowed.includes(key));
  if (unknown === undefined) return;
  const near = nearestWord(unknown, allowed);
  const hint = near === undefined ? ',' : `, did you mean "${near}"?`;
  throw new RefusedInput(`${place}: found "${unknown}"${hint} allowed ${allowed.join(', ')}`);
}

function readAudits(file: string, audits: unknown): LimitPlan['audits'] {
  const place = `${file}: audits`;
  if (typeof audits === 'object' && audits !== null) refuseKeys(place, audits, AUDIT_KEYS);
  const result = auditsOnly.safeParse(audits);
  if (!result.success) throw new RefusedInput(`${place}: ${issueWords(result.error)}`);
  if (result.data.look !== undefined && result.data.look > result.data.perYear)
    throw new RefusedInput(`${place}: found look ${result.data.look}, allowed 1 to ${result.data.perYear}`);
  return result.data;
}

const issueWords = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
