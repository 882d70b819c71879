// Is this site, key and size allowed? Receive the drop in the ledger and send it on.
import type { Arrival } from '#lib/ledger/arrival.ts';
import { siteKey, UNKNOWN_SITE } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { createdPlan, wholeDrop } from '#lib/ledger/plan.ts';
import { receive } from '#lib/ledger/receive.ts';
import { sendPlan } from '#lib/ledger/send.ts';
import type { Site } from '#lib/sites/site.ts';
import type { InsidePorts } from '../ports.ts';
import type { Reason } from '../study.ts';

export interface RouteLimits {
  readonly maximumDropBytes: number;
}

/** Receives one object version, and refuses it unread or sends it to intake. Every delivery repeats every effect. */
export async function route(arrival: Arrival, ports: InsidePorts, limits: RouteLimits): Promise<void> {
  const { site, dropKey, refused } = await receive(arrival, ports, async (decided) => {
    const own = await readJson<Pick<Site, 'maximumDropBytes'>>(ports.archive, siteKey(decided));
    const maximumDropBytes = Math.min(limits.maximumDropBytes, own?.maximumDropBytes ?? limits.maximumDropBytes);
    return refusal(arrival, decided, { maximumDropBytes });
  });
  if (refused === undefined) return ports.queues.send('intake', site, [{ site, dropKey }]);
  await sendPlan(await createdPlan(ports.archive, wholeDrop('rejected', site, dropKey, refused)), ports.queues);
}

/** Why the drop is refused unread. */
function refusal({ sizeBytes }: Arrival, site: string, { maximumDropBytes }: RouteLimits): Reason | undefined {
  if (site === UNKNOWN_SITE) {
    const message = 'found a key whose site is not set up here, accepted drops/<site>/<file> of a known site';
    return { code: 'site-unknown', message };
  }
  if (sizeBytes === 0) {
    return { code: 'empty', message: 'found an empty object, accepted a table or an ECG' };
  }
  if (sizeBytes > maximumDropBytes) {
    return {
      code: 'too-large',
      message: `found ${sizeBytes} bytes, accepted up to ${maximumDropBytes} bytes; split the table`,
    };
  }
  return undefined;
}
