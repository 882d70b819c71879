import { randomBytes } from 'node:crypto';
import type { Principal } from './contract.ts';
import type { Credentials } from './lambda/environment.ts';

export interface Sessions {
  /** Makes access keys for a principal, as sts:AssumeRole does; they are forgotten when the twin ends. */
  open(principal: Principal): Credentials;
  principalOf(accessKeyId: string): Principal | undefined;
}

export function createSessions(): Sessions {
  const principals = new Map<string, Principal>();
  return {
    open(principal) {
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      principals.set(accessKeyId, principal);
      return {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      };
    },
    principalOf: (accessKeyId) => principals.get(accessKeyId),
  };
}
