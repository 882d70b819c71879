import { hash } from 'node:crypto';

/** Hexadecimal digits of a key. */
export const KEY_DIGITS = 32;

/**
 * By which a study is known again in another table: 128 bits of SHA-256 of site, subject and study as the table writes them,
 * null where it has no such column. No secret goes in, so that whoever has the identifiers can find them: a key stays inside.
 */
export const studyKey = (identifiers: readonly (string | null)[]): string =>
  hash('sha256', JSON.stringify(identifiers)).slice(0, KEY_DIGITS);
