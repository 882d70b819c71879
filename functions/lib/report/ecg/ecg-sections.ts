// What a page shows of one ECG: what was found, how sure, whether to trust it here, and the trace to check it by eye.
import type { VNode } from 'preact';
import type { EcgDescription, Finding, StudyRow } from '#functions/study.ts';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { isEcgContract, type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { slotName } from '#lib/ledger/keys.ts';
import { element } from '../element.ts';
import { capitalised, formatAge, formatPlain } from '../format.ts';
import type { ResultSlot } from '../result-page.ts';
import { beatsOf, rhythmNumbers } from './beats.ts';
import { findingsList } from './findings-list.ts';
import { durationSeconds, leadNames, leadSheet } from './lead-sheet.ts';
import type { EcgPlace } from './place.ts';
import { probabilitiesTable } from './probabilities-table.ts';
import { type TracedLead, traceSection } from './trace-section.ts';
import { measuredPoints, trainingPoints } from './trust.ts';
import { detailOf, type EcgAnswer, leadsRead, verdictOf } from './verdict.ts';
import { classWords, durationWords, rhythmWords } from './words.ts';

/** An ECG and what was said of it. */
export interface ReadEcg {
  readonly row: StudyRow;
  readonly leads: readonly StoredLead[];
  readonly findings: readonly Finding[];
  /** One answer each. */
  readonly slots: readonly ResultSlot[];
  /** By `<model>@<version>`. */
  readonly contracts: ReadonlyMap<string, ModelContract>;
}

/** The answers of the models, in the order of the slots. */
export const answersOf = (ecg: ReadEcg): readonly EcgAnswer[] => ecg.slots.map((slot) => answerOf(slot, ecg));

/** The answers and the traces of one ECG. */
export function ecgSections(ecg: ReadEcg, answers: readonly EcgAnswer[], place: EcgPlace): readonly (VNode | null)[] {
  const traced = tracedLeads(ecg, answers);
  return [
    ...(answers.length === 0
      ? [noModel(ecg, traced, place)]
      : answers.map((answer, n) => answerSection(answer, n, ecg, traced, place))),
    ...traced.map((lead) => traceSection(lead, place)),
    allLeads(ecg.leads, place),
  ];
}

function answerOf({ slot, withdrawn, rows }: ResultSlot, { contracts }: ReadEcg): EcgAnswer {
  const contract = contracts.get(slotName(slot));
  if (contract === undefined || !isEcgContract(contract))
    throw new Error(`result page of an ECG: found ${slotName(slot)}, expected a model of ECGs`);
  return { contract, withdrawn, row: rows[0] };
}

export function statusOf(answers: readonly EcgAnswer[]): string {
  const statuses = [...new Set(answers.map(({ contract }) => contract.regulatoryStatus))].join('; ');
  return statuses === '' ? 'Research use only' : capitalised(statuses);
}

/** "30 s, 1 lead (I) at 300 Hz; age 63, female; device ge-mac". */
export function recordingWords({ row, leads }: ReadEcg): string {
  const { age, sex, device, samplingRateHz } = JSON.parse(row.payload) as EcgDescription;
  const named = leads.length > 12 ? '' : ` (${leadNames(leads)})`;
  const person = [
    age === undefined ? 'age not given' : `age ${formatAge(Number(age))}`,
    sex === undefined ? 'sex not given' : sex === 'F' ? 'woman' : 'man',
    ...(device === undefined ? [] : [`device ${device}`]),
  ];
  return `${durationWords(durationSeconds(leads))}, ${leads.length} ${leads.length === 1 ? 'lead' : 'leads'}${named}, ${formatPlain(samplingRateHz)} Hz; ${person.join(', ')}.`;
}

/** Leads that a model read; where none did, the one that shows the rhythm best. */
function tracedLeads({ leads }: ReadEcg, answers: readonly EcgAnswer[]): TracedLead[] {
  const read = new Set(answers.flatMap((answer) => leadsRead(detailOf(answer))));
  const shown = leads.filter(({ name }) => read.has(name));
  const rhythm = ['II', 'MLII', 'I'].flatMap((name) => leads.find((lead) => lead.name === name) ?? [])[0] ?? leads[0];
  const chosen = shown.length > 0 ? shown : rhythm === undefined ? [] : [rhythm];
  return chosen.map((lead) => ({
    lead,
    beats: beatsOf(lead),
    isRead: read.has(lead.name),
    answers: answers.flatMap((answer) => windowsOf(answer, lead.name)),
  }));
}

function windowsOf(answer: EcgAnswer, lead: string): TracedLead['answers'][number][] {
  const detail = detailOf(answer);
  const [threshold] = answer.contract.thresholds;
  if (detail === undefined || leadsRead(detail)[0] !== lead || threshold === undefined) return [];
  const value = thresholdOf(threshold, answer.row.file);
  return [
    {
      model: modelWords(answer),
      windows: detail.windows,
      of: classWords(answer.contract.positive),
      threshold: { name: threshold.name, value },
    },
  ];
}

/** The first ten seconds: verdict and probability on one side, what speaks for and against trusting it on the other. */
function answerSection(
  answer: EcgAnswer,
  n: number,
  input: ReadEcg,
  traced: readonly TracedLead[],
  { prefix, of }: EcgPlace,
): VNode {
  const { contract } = answer;
  const detail = detailOf(answer);
  const { headline, points } = verdictOf(answer, durationSeconds(input.leads));
  const [first] = leadsRead(detail);
  const lead = input.leads.find(({ name }) => name === first);
  const read = lead && { lead: lead.name, seconds: lead.samplesMv.length / lead.samplingRateHz };
  const id = `${prefix}answer-${n}`;
  return element('section', { class: 'answer verdict', 'aria-labelledby': id }, [
    element('div', null, [
      element('h2', { id }, `${headline}${input.slots.length > 1 ? ` (${modelWords(answer)})` : ''}${of}`),
      element(
        'ul',
        null,
        points.map((text) => element('li', null, text)),
      ),
      detail === undefined
        ? null
        : probabilitiesTable(`${id}-classes`, detail, contract, { isAnswer: answer.row.score !== null, of }),
    ]),
    element('div', null, [
      element('h3', null, 'Can it be trusted here?'),
      findingsList(input.findings, new Set(leadsRead(detail))),
      element(
        'ul',
        null,
        [
          ...(detail === undefined ? [] : [rhythmPoint(`Lead ${detail.lead} was read`, first, traced)]),
          ...trainingPoints(contract, read),
          ...(answer.row.score === null ? [] : measuredPoints(contract)),
          `Model: ${contract.title} (${modelWords(answer)}). ${statusOf([answer])}.`,
          ...(answer.row.score === null ? [] : [`Not for: ${contract.notFor.join('; ')}.`]),
        ].map((text) => element('li', null, text)),
      ),
    ]),
  ]);
}

const modelWords = ({ contract: { name, version } }: EcgAnswer): string => `${name} ${version}`;

/** The rhythm of a lead in numbers, to hold against the answer. */
function rhythmPoint(start: string, name: string, traced: readonly TracedLead[]): string {
  const beats = traced.find(({ lead }) => lead.name === name)?.beats;
  const numbers = beats && rhythmNumbers(beats);
  return numbers === undefined
    ? `${start}; too few beats were found in it.`
    : `${start}; beats found in it by a program: ${rhythmWords(numbers)}.`;
}

function noModel({ findings }: ReadEcg, traced: readonly TracedLead[], { prefix, of }: EcgPlace): VNode {
  const id = `${prefix}answer-0`;
  return element('section', { class: 'answer verdict', 'aria-labelledby': id }, [
    element('div', null, [
      element('h2', { id }, `No answer: no model was asked${of}`),
      element('p', null, 'None that is switched on accepts this recording.'),
    ]),
    element('div', null, [
      element('h3', null, 'The recording'),
      findingsList(findings, new Set()),
      ...traced.map(({ lead }) => element('p', null, rhythmPoint(`Lead ${lead.name} is shown`, lead.name, traced))),
    ]),
  ]);
}

function allLeads(leads: readonly StoredLead[], place: EcgPlace): VNode | null {
  if (leads.length < 2) return null;
  return element('details', null, [
    element('summary', null, `All ${leads.length} leads, first 10 s`),
    leadSheet(leads, place),
  ]);
}
