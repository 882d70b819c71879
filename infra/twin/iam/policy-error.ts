/** A policy that the twin cannot evaluate exactly as AWS would: it refuses to start rather than guess. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
