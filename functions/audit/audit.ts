// A run over the tables: the exact objects that count, then its report, then its end. Every delivery goes on from what is stored.
import { createHash } from 'node:crypto';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { type RunClosed, type RunPlan, type RunSuccess, reportPrefix, runKey } from '#lib/cohort/run.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { contractOf } from '#lib/inference/catalogue.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { once, readJson } from '#lib/ledger/once.ts';
import { seedOf } from '#lib/report/seed.ts';
import { SOFTWARE_VERSION } from '#lib/report/software-version.ts';
import { readObjects } from '#lib/tables/read.ts';
import { RefusedInput } from '../errors.ts';
import type { Bucket, Ports } from '../ports.ts';
import type { AuditMessage } from '../study.ts';
import { snapshot } from './completeness.ts';
import { inputHashes } from './inputs.ts';
import { pastOf, takePlace } from './order.ts';
import { readPast } from './past.ts';
import { writeSelected } from './report.ts';
import { type AuditPorts, rerunsOf } from './reruns.ts';

/** Writes the report of a run once the tables hold the whole ledger; before that the run waits, at most until its deadline. */
export async function audit({ run }: AuditMessage, ports: AuditPorts): Promise<void> {
  const { archive } = ports;
  if (await archive.has(runKey(run, '_SUCCESS'))) return;
  // A failed run has ended too: later ones were held against what it had written by then.
  if (await archive.has(runKey(run, '_FAILED'))) return ports.log.info('failed run left alone', { run });
  const plan = await readJson<RunPlan>(archive, runKey(run, 'plan.json'));
  if (plan === undefined) throw new RefusedInput(`run: found no plan, expected ${runKey('<run>', 'plan.json')}`);
  const closed = await closeRun(plan, ports);
  if (closed === undefined) return;
  const files = await reportOf(plan, closed, ports);
  const report = reportPrefix(plan.cohort.name, run);
  for (const [path, body] of files) await archive.create(`${report}${path}`, body);
  const success: RunSuccess = { run, report, sha256: hashOf(files) };
  await once(archive, runKey(run, '_SUCCESS'), success);
}

/** Names the objects that count; undefined while the tables lack something and the deadline is still to come. */
async function closeRun(plan: RunPlan, ports: Ports): Promise<RunClosed | undefined> {
  const { run, cohort, deadline } = plan;
  const { archive, queues, clock, log } = ports;
  const stored = await readJson<RunClosed>(archive, runKey(run, '_CLOSED'));
  if (stored) return stored;
  const { closed, untabled } = await snapshot(run, cohort.sites, archive);
  const isDue = clock.now() >= Date.parse(deadline);
  if (!closed.complete && !isDue) {
    log.info('run waits for the ledger', { run, drops: closed.drops, units: closed.units, missing: closed.missing });
    for (const [site, messages] of Map.groupBy(untabled, (message) => message.site)) {
      await queues.send('tabulate', site, messages); // a message may be lost after four days; twice does no harm
    }
    return undefined;
  }
  const past = await pastOf(await takePlace(plan, ports), archive);
  if (past.unended.length > 0 && !isDue) {
    log.info('run waits for earlier audits of the same studies', { run, audits: past.unended.length });
    return undefined;
  }
  return once(archive, runKey(run, '_CLOSED'), { ...closed, past });
}

async function reportOf(
  plan: RunPlan,
  closed: RunClosed,
  ports: AuditPorts,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const { archive } = ports;
  const { cohort, publicData, command } = plan;
  const model = await contractOf(archive, { model: cohort.model.name, version: cohort.model.version });
  const { selection, ledger, inputs } = await selected(closed, cohort, model, archive);
  const provenance = { command, software: SOFTWARE_VERSION, inputs, missing: closed.missing };
  const seed = seedOf(provenance.inputs);
  const reruns = await rerunsOf({ plan, selection, ledger, model, seed }, ports);
  const past = closed.past && (await readPast(closed.past, plan, archive));
  const frame = { cohort, model, publicData, provenance, reruns, ...(past && { past }) };
  const { editions, files, predictions } = writeSelected(selection, frame);
  const { reportPdfs } = await import('#lib/report/pdf/papers.ts'); // much code that waiting runs do not need
  const papers = await reportPdfs(editions);
  return new Map<string, string | Uint8Array>([...files, ...papers, ['internal/predictions.parquet', predictions]]);
}

/** The tables end here: of a million studies they are three times what is selected of them. */
async function selected(closed: RunClosed, cohort: Cohort, model: ModelContract, archive: Bucket) {
  const tables = await readTables(closed, archive);
  const inputs = inputHashes(tables, cohort, model);
  return { selection: selectCohort(tables, cohort), ledger: tables.ledger, inputs };
}

async function readTables({ objects }: RunClosed, archive: Bucket): Promise<CohortTables> {
  return {
    studies: await readObjects(archive, 'studies', objects.studies),
    predictions: await readObjects(archive, 'predictions', objects.predictions),
    labels: await readObjects(archive, 'labels', objects.labels),
    ledger: await readObjects(archive, 'ledger', objects.ledger),
  };
}

function hashOf(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [path, body] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(JSON.stringify([path, createHash('sha256').update(body).digest('hex')]));
  return hash.digest('hex');
}
