// The model asked again about disturbed ECGs, by the weights that judged them.
import { createHash } from 'node:crypto';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { decodeEcg, type StoredLead } from '#lib/formats/ecg-object.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { selectLeads } from '#lib/inference/ecg-steps.ts';
import { judgeEcg } from '#lib/inference/judge-ecg.ts';
import { outsidePopulation } from '#lib/inference/population.ts';
import { prepareEcg } from '#lib/inference/prepare-ecg.ts';
import type { LoadedModel } from '#lib/inference/sessions.ts';
import { amplitudeFindings } from '#lib/signal/ecg-quality.ts';
import { recordingFindings } from '#lib/signal/recording-findings.ts';
import { random } from '#lib/simulate/random.ts';
import type { Outcome, RerunStudy, Reruns } from './disturbance.ts';
import { type DisturbedEcg, disturbedEcg, type EcgDisturbance, ecgDisturbances } from './ecg-disturbances.ts';

type EcgModel = LoadedModel<EcgContract>;

export interface EcgRerunOptions {
  readonly seed: string;
  /** The ECG of a row as it is stored; undefined where it is no longer there. */
  readonly objectOf: (row: AnalysedRow) => Promise<Uint8Array | undefined>;
  /** False when the time is over: the rest is then counted as not reached. */
  readonly mayGoOn: () => boolean;
}

/** Disturbs each ECG in every way and asks the model what it says now. An ECG that is not the one that was judged counts as gone. */
export async function rerunEcgs(
  model: EcgModel,
  sample: readonly AnalysedRow[],
  { seed, objectOf, mayGoOn }: EcgRerunOptions,
): Promise<Reruns> {
  const all = ecgDisturbances(model.contract);
  const studies: RerunStudy[] = [];
  let [gone, unreached] = [0, 0];
  for (const row of sample) {
    const object = mayGoOn() ? await objectOf(row) : 'unread';
    if (object === 'unread') unreached++;
    else if (object === undefined || sha256(object) !== row.measurements.signal) gone++;
    else {
      const leads = decodeEcg(object);
      const ecg = disturbedEcg(leads, leadsRead(model, leads), random(`${seed}/${row.site}/${row.studyKey}`));
      const study = await rerunEcg(model, row, ecg, all, mayGoOn);
      if (study === undefined) unreached++;
      else studies.push(study);
    }
  }
  const disturbances = all.map(({ apply: _, exchanges: __, ...disturbance }) => disturbance);
  return { disturbances, drawn: sample.length, studies, gone, unreached };
}

/** Undefined where the time is over before all is asked: a slow model must not cost the report. */
async function rerunEcg(
  model: EcgModel,
  row: AnalysedRow,
  ecg: DisturbedEcg,
  all: readonly EcgDisturbance[],
  mayGoOn: () => boolean,
): Promise<RerunStudy | undefined> {
  const { leads } = ecg;
  const judged = [ecg.read, [...new Set([...ecg.read, ...ARMS])]] as const;
  const before = judged.map((names) => warningsOf(leads, names));
  const outcomes: Outcome[] = [];
  for (const { apply, exchanges } of all) {
    if (!mayGoOn()) return undefined;
    const disturbed = apply(ecg);
    if (disturbed === undefined) outcomes.push(null);
    else {
      const which = exchanges ? 1 : 0;
      const warned = [...warningsOf(disturbed, judged[which])].some((code) => !before[which].has(code));
      outcomes.push({ ...(await outcomeOf(model, row, disturbed)), ...(warned && { warned }) });
    }
  }
  return { site: row.site, studyKey: row.studyKey, undisturbed: await outcomeOf(model, row, leads), outcomes };
}

/** As `predict` answers: silent by the rules of the contract or by the model's own answer, else a score. */
export async function outcomeOf(
  model: EcgModel,
  { file, measurements }: AnalysedRow,
  leads: readonly StoredLead[],
): Promise<{ score: number } | { silent: string }> {
  const { contract } = model;
  const outside = outsidePopulation(contract.accepts, measurements);
  if (outside !== undefined) return { silent: outside };
  const prepared = prepareEcg(contract, leads);
  if ('abstain' in prepared) return { silent: prepared.abstain };
  if (file === null) throw new Error('robustness: found a score without the file that gave it, expected its name');
  const { score, reason } = await judgeEcg(model, file, prepared);
  return reason === undefined ? { score } : { silent: reason };
}

/** Names of the leads that the model reads of these; none where it finds none. */
export function leadsRead({ contract }: EcgModel, leads: readonly StoredLead[]): string[] {
  const [selection] = contract.preprocessing;
  if (selection?.operation !== 'select-lead' && selection?.operation !== 'select-leads')
    throw new Error(`robustness: found ${selection?.operation} first, expected what readContract has checked`);
  const found = selectLeads(selection, leads);
  return typeof found === 'string' ? [] : found.map(({ name }) => name);
}

/** Leads by which exchanged arms are told. */
const ARMS: readonly string[] = ['I', 'V6'];

/** Codes of what the quality check warns of in these leads. */
function warningsOf(leads: readonly StoredLead[], names: readonly string[]): ReadonlySet<string> {
  const judged = leads.filter(({ name }) => names.includes(name));
  const findings = [
    ...amplitudeFindings(judged.map((lead) => ({ ...lead, given: lead.name }))),
    ...recordingFindings(judged),
  ];
  return new Set(findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code));
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
