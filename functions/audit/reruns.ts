// The model asked again about disturbed studies, once per run: what the first delivery comes to is stored, and every later one goes
// on from it. Whatever happens here, the report is written and says what happened.

import type { LedgerTableRow } from '#lib/cohort/rows.ts';
import type { RunPlan } from '#lib/cohort/run.ts';
import { runKey } from '#lib/cohort/run.ts';
import type { Selection } from '#lib/cohort/select.ts';
import { isDisabled } from '#lib/inference/catalogue.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import type { ModelLoader } from '#lib/inference/sessions.ts';
import { once, readJson } from '#lib/ledger/once.ts';
import { primaryRows } from '#lib/report/body.ts';
import { exampleRows } from '#lib/report/chapters/examples/examples.ts';
import type { RerunResult } from '#lib/robustness/disturbance.ts';
import { InvalidModel } from '../errors.ts';
import type { Clock, Ports } from '../ports.ts';

export interface AuditPorts extends Ports {
  readonly models: ModelLoader;
  /** Time as this machine spends it: the clock of a twin may run faster. */
  readonly stopwatch: Clock;
}

/** Of the 900 s that an audit has: the report needs the rest. */
const MOST_MILLISECONDS = 240_000;
/** A function that was ended in the middle (memory, time) says nothing: its marks do. One attempt is left for the report alone. */
const ATTEMPTS = [1, 2] as const;

export interface RerunsInput {
  readonly plan: RunPlan;
  readonly selection: Selection;
  readonly ledger: readonly LedgerTableRow[];
  readonly model: ModelContract;
  readonly seed: string;
}

/** What the model says of disturbed studies, or why it was not asked. */
export async function rerunsOf(input: RerunsInput, ports: AuditPorts): Promise<RerunResult> {
  const { archive } = ports;
  const { run } = input.plan;
  const stored = await readJson<RerunResult>(archive, runKey(run, '_RERUNS'));
  if (stored !== undefined) return stored;
  const notRun = await whyNot(input, ports);
  const result = notRun === undefined ? await attempted(input, ports) : { notRun };
  return once(archive, runKey(run, '_RERUNS'), result);
}

async function whyNot({ plan, selection, model }: RerunsInput, { archive, clock }: AuditPorts) {
  const { name, version, lane } = model;
  if (plan.cohort.robustness?.studies === 0) return "the cohort's rule asks for none";
  if (primaryRows(selection).length === 0) return 'no study is in the primary analysis';
  if (lane === 'large') return 'the model needs more memory than an audit has (lane large of its contract)';
  if (await isDisabled(archive, { model: name, version })) return 'the model is switched off';
  for (const attempt of ATTEMPTS) {
    const mark = JSON.stringify({ begunAt: new Date(clock.now()).toISOString() });
    if (await archive.create(runKey(plan.run, `_RERUNS-begun-${attempt}`), mark)) return undefined;
  }
  return `${ATTEMPTS.length} attempts ended in the middle: an error, memory or time, as the log of the audit says`;
}

async function attempted(
  { plan, selection, ledger, model, seed }: RerunsInput,
  { archive, models, stopwatch, log }: AuditPorts,
): Promise<RerunResult> {
  const until = stopwatch.now() + MOST_MILLISECONDS;
  // With the ONNX runtime, which waiting runs do not need.
  const { rerun } = await import('#lib/robustness/rerun.ts');
  const { explainExamples } = await import('#lib/attribution/explain-examples.ts');
  try {
    const rows = primaryRows(selection);
    const loaded = await models({ model: model.name, version: model.version });
    const shared = { model: loaded, archive, ledger, mayGoOn: () => stopwatch.now() < until };
    const reruns = await rerun({ ...shared, rows, seed, studies: plan.cohort.robustness?.studies });
    const explanations = await explainExamples({ ...shared, rows: exampleRows(rows, selection.sites, model) });
    return { ...reruns, explanations };
  } catch (error) {
    if (!(error instanceof InvalidModel)) throw error;
    log.warn('model refused', { model: `${model.name}@${model.version}`, reason: error.message });
    return { notRun: `the model was refused: ${error.message}` };
  }
}
