import { createHash } from 'node:crypto';
import type { Occasion } from './provenance.ts';

/** Nobody chooses it: other inputs give another seed, the same inputs the same. */
export function seedOf(inputs: Occasion['inputs']): string {
  const text = inputs.map(({ name, sha256 }) => `${name} ${sha256}`).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
