// ECGs of nobody with the answers that a model could give, for the tests of pages and tables.
import { readFileSync } from 'node:fs';
import type { AnswerDetail, Finding, PredictionRow, Slot, StudyRow } from '#functions/study.ts';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { isEcgContract, readContract } from '#lib/inference/contract.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { slotName } from '#lib/ledger/keys.ts';
import type { EcgResultInput } from '#lib/report/ecg/ecg-result-page.ts';
import { type EcgsResultInput, shownEcg } from '#lib/report/ecg/ecgs-result-page.ts';
import { type EcgOptions, simulateEcg } from '#lib/simulate/ecg.ts';

export const ECG_AF: EcgContract = ecgAf();
export const ECG_AF_SLOT: Slot = { model: ECG_AF.name, version: ECG_AF.version, lane: ECG_AF.lane };

function ecgAf(): EcgContract {
  const path = new URL('../models/ecg-af/model.json', import.meta.url);
  const contract = readContract('ecg-af', JSON.parse(readFileSync(path, 'utf8')));
  if (!isEcgContract(contract)) throw new Error('models/ecg-af: found a contract of another kind');
  return contract;
}

/** Simulated leads as the archive holds them. */
export function storedLeads(options: EcgOptions, names: readonly string[] = ['I']): readonly StoredLead[] {
  const { leads, samplingRateHz } = simulateEcg(options);
  return leads.filter(({ name }) => names.includes(name)).map((lead) => ({ ...lead, samplingRateHz }));
}

export interface AnswerOptions {
  /** Of normal rhythm, fibrillation, another rhythm and noise. */
  readonly probabilities?: readonly [number, number, number, number];
  readonly lead?: string;
  readonly windows?: AnswerDetail['windows'];
}

/** What stands behind an answer. */
export function detail({ probabilities = [0.02, 0.91, 0.06, 0.01], lead = 'I', windows }: AnswerOptions): AnswerDetail {
  const named = ECG_AF.classes.map((name, n): [string, number] => [name, probabilities[n]]);
  const whole = [{ startSeconds: 0, endSeconds: 10, score: probabilities[1] }];
  return { lead, probabilities: Object.fromEntries(named), windows: windows ?? whole };
}

/** A row with a score, or one without for this reason; `detail: null` where the model was not even run. */
export function answer(
  options: AnswerOptions & { readonly reason?: string; readonly ran?: boolean } = {},
): PredictionRow {
  const { reason, ran = true } = options;
  const said = detail(options);
  const score = reason === undefined ? said.probabilities[ECG_AF.positive] : null;
  return {
    row: 1,
    studyKey: 'study-1',
    status: reason === undefined ? 'scored' : 'abstained',
    reason: reason ?? null,
    score,
    file: ran ? 'all.onnx' : null,
    relation: score === null ? null : 'external',
    detail: ran ? JSON.stringify(said) : null,
  };
}

export const STUDY_ROW: StudyRow = {
  row: 1,
  studyKey: 'study-1',
  subjectKey: 'subject-1',
  revision: 'revision-1',
  payload: JSON.stringify({ durationSeconds: 10, leads: 'I', samplingRateHz: 500, signal: 'a'.repeat(64) }),
};

export interface UnitOptions {
  readonly leads?: readonly StoredLead[];
  readonly answers?: readonly PredictionRow[];
  readonly withdrawn?: boolean;
  readonly findings?: readonly Finding[];
}

/** Several answers are of models with several names. */
const slotOf = (n: number): Slot => (n === 0 ? ECG_AF_SLOT : { ...ECG_AF_SLOT, model: `${ECG_AF.name}-${n + 1}` });

/** What the page of a unit is made from: one slot per answer. */
export function ecgUnit({
  leads,
  answers = [answer()],
  withdrawn = false,
  findings = [],
}: UnitOptions): EcgResultInput {
  return {
    site: 'north',
    unit: '0123456789abcdef',
    row: STUDY_ROW,
    leads: leads ?? storedLeads({ seed: 'page', fibrillation: 'always' }),
    findings,
    slots: answers.map((row, n) => ({ slot: slotOf(n), withdrawn, rows: [row] })),
    contracts: new Map(answers.map((_, n) => [slotName(slotOf(n)), { ...ECG_AF, name: slotOf(n).model }])),
  };
}

/** What the page of a unit of several ECGs is made from, in the order of their rows. */
export function shownEcgs(...ecgs: readonly (UnitOptions | 'not shown')[]): EcgsResultInput {
  const shown = ecgs.map((options, n) => {
    const row = { ...STUDY_ROW, row: n + 1, studyKey: `study-${n + 1}` };
    return options === 'not shown' ? { row } : shownEcg({ ...ecgUnit(options), row });
  });
  const outcomes = shown.map((ecg) => ('sections' in ecg ? ('published' as const) : ('quarantined' as const)));
  return { site: 'north', unit: '0123456789abcdef', ecgs: shown, outcomes };
}
