// A drop enters the ledger: by route, or by quarantine when route could not finish.
import type { InsidePorts } from '#functions/ports.ts';
import type { DropLink, Reason, Received } from '#functions/study.ts';
import { isSiteId } from '#lib/sites/site.ts';
import type { Arrival } from './arrival.ts';
import { DROP_SCOPE, linkKey, openKey, parseDropKey, receivedKey, siteKey, UNKNOWN_SITE } from './keys.ts';
import { once, readJson, toJson } from './once.ts';

/** Why a drop of this site is refused unread; undefined when it may be read. */
export type Refuse = (site: string) => Promise<Reason | undefined>;

/**
 * Link, hint and received record of one object version; returns the record that is stored. The first delivery decides site
 * and refusal: a site that is set up between two deliveries, or a changed limit, does not make the version come twice.
 */
export async function receive(arrival: Arrival, ports: InsidePorts, refuse: Refuse): Promise<Received> {
  const { key, versionId, sizeBytes, receivedAt } = arrival;
  const dropKey = (await ports.identity.forSite(DROP_SCOPE)).dropKey(key, versionId);
  const proposed: DropLink = { site: await knownSite(key, ports), dropKey, key, versionId };
  const { site } = await once(ports.intake, linkKey(dropKey), proposed);
  await ports.archive.put(openKey(site, dropKey), '');
  const stored = await readJson<Received>(ports.archive, receivedKey(site, dropKey));
  if (stored) return stored;
  const refused = await refuse(site);
  const received: Received = {
    site,
    dropKey,
    receivedAt,
    versionId,
    sizeBytes,
    ...(refused !== undefined && { refused }),
  };
  if (await ports.archive.create(receivedKey(site, dropKey), toJson(received))) {
    ports.metrics.count('DropsReceived', 1, site);
  }
  return once(ports.archive, receivedKey(site, dropKey), received);
}

/** The site of the key when it is set up here; the keeper of strangers otherwise. */
async function knownSite(key: string, ports: InsidePorts): Promise<string> {
  const site = parseDropKey(key)?.site;
  if (site === undefined || !isSiteId(site)) return UNKNOWN_SITE;
  return (await ports.archive.has(siteKey(site))) ? site : UNKNOWN_SITE;
}
