// Detect, parse, de-identify, check; write the studies and the plan; then, and only then, send.

import { readTable, type TableReading } from '#lib/formats/table.ts';
import { slotsFor } from '#lib/inference/catalogue.ts';
import {
  labelsKey,
  linkKey,
  parseDropKey,
  planKey,
  receivedKey,
  siteKey,
  studyKey,
  studyRowsKey,
} from '#lib/ledger/keys.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import { createdPlan, rejectedBy, wholeDrop } from '#lib/ledger/plan.ts';
import { sendPlan } from '#lib/ledger/send.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { LABEL_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { writeParquet } from '#lib/tables/parquet.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropLink, DropMessage, Plan, PlannedUnit, Received, RepeatedUnit, StudyRecord } from '../study.ts';
import { claim } from './claim.ts';
import { standingResults } from './standing.ts';
import { labelsOf, type UnitRows, unitsOf } from './units.ts';

/** Plans a drop and sends its units on; a drop that has its plan is only sent on again. */
export async function intake({ site, dropKey }: DropMessage, ports: InsidePorts): Promise<void> {
  const stored = await readJson<Plan>(ports.archive, planKey(site, dropKey));
  const plan = stored ?? (await createdPlan(ports.archive, await makePlan(site, dropKey, ports)));
  await sendPlan(plan, ports.queues);
}

async function makePlan(site: string, dropKey: string, ports: InsidePorts): Promise<Plan> {
  try {
    const received = await readJson<Received>(ports.archive, receivedKey(site, dropKey));
    if (received?.refused !== undefined) return wholeDrop('rejected', site, dropKey, received.refused);
    const link = await readJson<DropLink>(ports.intake, linkKey(dropKey));
    if (link === undefined)
      throw new Error('intake: found a drop without its link, expected the link that route writes');
    const config = await siteOf(site, ports);
    const reading = readTable(await bytesOf(link, ports), parseDropKey(link.key)?.path ?? '', config);
    return await fileTable(reading, config, dropKey, ports);
  } catch (error) {
    return rejectedBy(error, site, dropKey);
  }
}

async function siteOf(site: string, ports: InsidePorts): Promise<Site> {
  const config = await readJson<unknown>(ports.archive, siteKey(site));
  if (config === undefined)
    throw new RejectedDrop('site-unknown', 'found a site that is no longer set up, accepted a known site');
  return parseSite(config);
}

async function bytesOf(link: DropLink, ports: InsidePorts): Promise<Uint8Array> {
  const bytes = await ports.intake.getVersion(link.key, link.versionId);
  if (bytes) return bytes;
  throw new RejectedDrop(
    'gone',
    'found an object version that was deleted before it was read, accepted versions that stay',
  );
}

/** Files studies and labels of the table; returns the plan, which nothing has seen yet. */
async function fileTable(reading: TableReading, site: Site, dropKey: string, ports: InsidePorts): Promise<Plan> {
  const identity = await ports.identity.forSite(site.site);
  const slots = await slotsFor('measurements', ports.archive, (error) => {
    ports.log.warn('model refused', { model: error.model, reason: error.message });
    ports.metrics.count('Quarantined', 1);
  });
  const standing = await standingResults(site.site, dropKey, ports.archive);
  const units: PlannedUnit[] = [];
  const repeatedUnits: RepeatedUnit[] = [];
  for (const part of unitsOf(reading, identity)) {
    const owner = await claim(ports.archive, site.site, part.unit, dropKey);
    const items = part.rows.length;
    const stands = owner === dropKey ? await standing(part.unit) : undefined;
    if (owner !== dropKey) repeatedUnits.push({ unit: part.unit, items, owner });
    else if (stands) units.push({ unit: part.unit, items, slots: stands.slots, keptFrom: stands.dropKey });
    else {
      await fileUnit(part, site.site, ports);
      units.push({ unit: part.unit, items, slots });
    }
  }
  const labels = labelsOf(reading, identity);
  if (labels.length > 0) {
    await ports.archive.create(labelsKey(site.site, dropKey), writeParquet(LABEL_COLUMNS, labels));
  }
  return {
    site: site.site,
    dropKey,
    state: 'planned',
    items: reading.items,
    units,
    repeatedUnits,
    repeatedRows: reading.repeatedRows,
    rejected: reading.rejected,
    filed: reading.filed,
    findings: reading.findings,
  };
}

async function fileUnit({ unit, rows }: UnitRows, site: string, ports: InsidePorts): Promise<void> {
  const record: StudyRecord = { site, unit, kind: 'measurements', items: rows.length };
  await ports.archive.create(studyRowsKey(site, unit), writeParquet(STUDY_COLUMNS, rows));
  await ports.archive.create(studyKey(site, unit), toJson(record));
}
