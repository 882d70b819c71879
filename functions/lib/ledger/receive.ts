// A drop enters the ledger: by route, or by quarantine when route could not finish.
import type { InsidePorts } from '#functions/ports.ts';
import type { DropLink, DropMessage, Received } from '#functions/study.ts';
import { isSiteId } from '#lib/sites/site.ts';
import type { Arrival } from './arrival.ts';
import { linkKey, openKey, parseDropKey, receivedKey, siteKey, UNKNOWN_SITE } from './keys.ts';
import { toJson } from './once.ts';

/** Link, hint and received record of one object version; whether it was new or not, all of them exist afterwards. */
export async function receive(arrival: Arrival, ports: InsidePorts): Promise<DropMessage> {
  const { key, versionId, sizeBytes, receivedAt } = arrival;
  const site = await knownSite(key, ports);
  const dropKey = (await ports.identity.forSite(site)).dropKey(key, versionId);
  const link: DropLink = { site, dropKey, key, versionId };
  await ports.intake.create(linkKey(site, dropKey), toJson(link));
  await ports.archive.put(openKey(site, dropKey), '');
  const received: Received = { site, dropKey, receivedAt, versionId, sizeBytes };
  if (await ports.archive.create(receivedKey(site, dropKey), toJson(received)))
    ports.metrics.count('DropsReceived', 1, site);
  return { site, dropKey };
}

/** The site of the key when it is set up here; the keeper of strangers otherwise. */
async function knownSite(key: string, ports: InsidePorts): Promise<string> {
  const site = parseDropKey(key)?.site;
  if (site === undefined || !isSiteId(site)) return UNKNOWN_SITE;
  return (await ports.archive.has(siteKey(site))) ? site : UNKNOWN_SITE;
}
