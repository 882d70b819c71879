// Keyed hashes: who or what a key stands for can be checked with the secret, and guessed by nobody without it.
import { createHmac, hkdfSync } from 'node:crypto';
import type { Identity, SiteIdentity } from '#functions/ports.ts';

const PURPOSES = ['drop', 'subject', 'study', 'revision', 'unit'] as const;
type Purpose = (typeof PURPOSES)[number];

/** The text that the key service signs once per site and process; all other hashes derive from its answer. */
export const siteSecretMessage = (site: string): string => `tricuspid/1/${site}`;

/** Ids as people write them: one Unicode form, no surrounding space; leading zeros are part of the id. */
const canonicalId = (id: string): string => id.normalize('NFC').trim();

/**
 * Keyed hashes of one site, 128 bits in hex, from its 32-byte secret: one HKDF-SHA-256 key (RFC 5869) per purpose,
 * HMAC-SHA-256 (RFC 2104) over a JSON array, cut to 16 bytes.
 */
function siteIdentity(site: string, secret: Uint8Array): SiteIdentity {
  const keys = new Map<Purpose, Buffer>(
    PURPOSES.map((purpose) => [purpose, Buffer.from(hkdfSync('sha256', secret, '', `tricuspid/1/${purpose}`, 32))]),
  );
  const mac = (purpose: Purpose, ...parts: readonly string[]): string =>
    createHmac('sha256', keys.get(purpose) as Buffer)
      .update(JSON.stringify([site, ...parts]))
      .digest('hex')
      .slice(0, 32);
  return {
    dropKey: (key, versionId) => mac('drop', key, versionId),
    subjectKey: (patientId) => mac('subject', canonicalId(patientId)),
    studyKey: (kind, patientId, study) => mac('study', kind, canonicalId(patientId), canonicalId(study)),
    revision: (content) => mac('revision', content),
    unit: (content) => mac('unit', content),
  };
}

/** Asks for each site's secret once, when it is first needed. */
export function createIdentity(secretOf: (site: string) => Promise<Uint8Array>): Identity {
  const known = new Map<string, Promise<SiteIdentity>>();
  return {
    forSite(site) {
      const cached = known.get(site);
      if (cached) return cached;
      const made = secretOf(site).then((secret) => siteIdentity(site, secret));
      known.set(site, made);
      made.catch(() => known.delete(site)); // a failed call to the key service is not remembered
      return made;
    },
  };
}
