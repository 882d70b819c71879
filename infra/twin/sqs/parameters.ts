// Parameters of a request in the AWS JSON protocol, checked by name.
import { invalidParameter, missingParameter, notImplemented, SqsError } from './errors.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** Parses a JSON record and refuses fields that the operation does not know, so that nothing is ignored silently. */
export function parseParameters(body: Buffer, allowed: readonly string[]): Parameters {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new SqsError('SerializationException', `The request is not JSON: ${(cause as SyntaxError).name}`);
  }
  return checkFields(parsed, allowed);
}

export function checkFields(value: unknown, allowed: readonly string[]): Parameters {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SqsError('SerializationException', 'The request is not a JSON record');
  }
  for (const name of Object.keys(value)) {
    if (!allowed.includes(name)) throw notImplemented(`parameter ${name}`);
  }
  return value as Parameters;
}

export function optionalText(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidParameter(name, value, 'must be a text');
  return value;
}

export function text(parameters: Parameters, name: string): string {
  const value = optionalText(parameters, name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

export function texts(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name] ?? [];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw invalidParameter(name, value, 'must be a list of texts');
  }
  return value;
}

export function optionalInteger(
  parameters: Parameters,
  name: string,
  [least, most]: readonly [number, number],
): number | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw invalidParameter(name, value, `must be between ${least} and ${most}, if provided`);
  }
  return value as number;
}

export function integer(parameters: Parameters, name: string, range: readonly [number, number]): number {
  const value = optionalInteger(parameters, name, range);
  if (value === undefined) throw missingParameter(name);
  return value;
}
