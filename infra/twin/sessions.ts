import { randomBytes } from 'node:crypto';
import type { Principal, SessionKeys } from './contract.ts';
import type { Credentials } from './lambda/environment.ts';

export interface Sessions {
  /** Makes access keys for a principal, as sts:AssumeRole does; they are forgotten when the twin ends. */
  open(principal: Principal): Credentials;
  principalOf(accessKeyId: string): Principal | undefined;
  /** What a signature that is the caller's only credential is checked with. */
  keysOf(accessKeyId: string): SessionKeys | undefined;
}

export function createSessions(): Sessions {
  const sessions = new Map<string, SessionKeys>();
  return {
    open(principal) {
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      const secretAccessKey = randomBytes(30).toString('base64');
      const sessionToken = randomBytes(48).toString('base64');
      sessions.set(accessKeyId, { principal, secretAccessKey, sessionToken });
      return { accessKeyId, secretAccessKey, sessionToken };
    },
    principalOf: (accessKeyId) => sessions.get(accessKeyId)?.principal,
    keysOf: (accessKeyId) => sessions.get(accessKeyId),
  };
}
