/** A value of a template, before or after its intrinsics are resolved. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A template that the twin cannot run as it stands; the message names the logical id. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows to an object, or names the place where something else was found. */
export function objectAt(value: Json | undefined, at: string): JsonObject {
  if (!isObject(value)) throw new TemplateError(`${at}: found ${JSON.stringify(value)}, expected an object`);
  return value;
}

export function listAt(value: Json | undefined, at: string): readonly Json[] {
  if (!Array.isArray(value)) throw new TemplateError(`${at}: found ${JSON.stringify(value)}, expected a list`);
  return value;
}

/** CloudFormation takes numbers and booleans where a string is due. */
export function stringAt(value: Json | undefined, at: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${at}: found ${JSON.stringify(value)}, expected a string`);
}

/** CloudFormation takes strings of digits where a number is due. */
export function numberAt(value: Json | undefined, at: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new TemplateError(`${at}: found ${JSON.stringify(value)}, expected a number`);
  }
  return number;
}

/** CloudFormation takes the strings true and false where a boolean is due. */
export function booleanAt(value: Json | undefined, at: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new TemplateError(`${at}: found ${JSON.stringify(value)}, expected true or false`);
}
