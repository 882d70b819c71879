// The result page of a unit: what was found, by which model, whether it may be trusted here, row by row.
import type { VNode } from 'preact';
import type { Measurements, PredictionRow, Slot, StudyRow } from '#functions/study.ts';
import { isEcgContract, type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { slotName } from '#lib/ledger/keys.ts';
import { element } from './element.ts';
import { capitalised, formatCount, formatNumber } from './format.ts';
import { htmlPage } from './html-page.ts';
import { reasonWords, relationWords, sexWords } from './reasons.ts';
import { STYLE } from './style.ts';
import { dataTable } from './table.ts';

export interface ResultSlot {
  readonly slot: Slot;
  readonly withdrawn: boolean;
  readonly rows: readonly PredictionRow[];
}

export interface ResultInput {
  readonly site: string;
  readonly unit: string;
  readonly rows: readonly StudyRow[];
  readonly slots: readonly ResultSlot[];
  readonly outcomes: readonly string[];
  /** By `<model>@<version>`. */
  readonly contracts: ReadonlyMap<string, ModelContract>;
}

/** result.html: one file, no scripts, no clock. */
export function resultPage(input: ResultInput): string {
  const body = [
    element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, statusOf(input)),
    element('header', null, [
      element('h1', null, `Results: ${formatCount(input.rows.length)} studies of ${input.site}`),
      element('div', { class: 'answer' }, [
        element('p', null, countsSentence(input.outcomes)),
        element(
          'ol',
          null,
          input.slots.flatMap((slot) => foundSentences(slot, input)).map((text) => element('li', null, text)),
        ),
      ]),
    ]),
    element('main', null, input.slots.length === 0 ? noModel() : input.slots.map((slot) => slotSection(slot, input))),
  ];
  return htmlPage({ title: `Results of ${input.site}, unit ${input.unit.slice(0, 8)}`, style: STYLE, body });
}

function statusOf({ contracts }: ResultInput): string {
  const statuses = [...new Set([...contracts.values()].map(({ regulatoryStatus }) => regulatoryStatus))];
  return capitalised(statuses.join('; ')) || 'Research use only';
}

function countsSentence(outcomes: readonly string[]): string {
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)].map(
    ([outcome, all]) => `${formatCount(all.length)} ${outcome}`,
  );
  return `${counts.sort().join(', ')}.`;
}

/** What each model found, in counts: the page's first ten seconds. */
function foundSentences({ slot, withdrawn, rows }: ResultSlot, { contracts }: ResultInput): string[] {
  const contract = contracts.get(slotName(slot)) as ModelContract;
  if (withdrawn) return [`${contract.title}: withdrawn, the model has been switched off.`];
  const scored = rows.filter(({ score }) => score !== null);
  return contract.thresholds.map((at) => {
    const positive = scored.filter(({ score, file }) => (score as number) >= thresholdOf(at, file)).length;
    return `${contract.title}: ${formatCount(positive)} of ${formatCount(scored.length)} with a score are positive at “${at.name}”.`;
  });
}

const noModel = (): VNode => element('p', null, 'No model was asked: none that is switched on accepts these studies.');

function slotSection({ slot, withdrawn, rows }: ResultSlot, input: ResultInput): VNode {
  const contract = input.contracts.get(slotName(slot)) as ModelContract;
  const id = slotName(slot).replaceAll(/[^a-z0-9]/g, '-');
  return element('section', { 'aria-labelledby': id }, [
    element('h2', { id }, `${contract.title} (${slotName(slot)})`),
    element('p', null, `What a score says: ${contract.outputs[0]?.meaning}. ${contract.intendedUse}`),
    withdrawn ? element('p', { class: 'answer' }, 'This model has been switched off: its scores are withdrawn.') : null,
    trustSection(contract),
    withdrawn ? null : scoresTable(`${id}-scores`, contract, input.rows, rows),
  ]);
}

/** May it be trusted here? Whom it learned from, and what it is not for. */
function trustSection(contract: ModelContract): VNode {
  const people = isEcgContract(contract)
    ? [`${formatCount(contract.training.n)} recordings of ${contract.training.source}`]
    : contract.training.sites.map(
        ({ site, n, women, ageMinimum, ageMaximum }) =>
          `${site} (${formatCount(n)} people, ${formatCount(women)} women, age ${ageMinimum} to ${ageMaximum})`,
      );
  return element('details', null, [
    element('summary', null, 'Whom the model learned from, and what it is not for'),
    element(
      'p',
      null,
      `Trained on ${people.join('; ')}. How well it does elsewhere is in the validation report of the site.`,
    ),
    element(
      'ul',
      null,
      contract.notFor.map((text) => element('li', null, text)),
    ),
  ]);
}

function scoresTable(
  id: string,
  contract: ModelContract,
  rows: readonly StudyRow[],
  answers: readonly PredictionRow[],
): VNode {
  const numeric = true;
  return dataTable({
    id,
    caption: 'Row by row',
    note: `Positive: the score is at or above the threshold of the weights that gave it (${thresholdsInUse(contract, answers)}).`,
    columns: [
      { heading: 'Row of the table' },
      { heading: 'Age, sex' },
      { heading: 'Score', numeric },
      ...contract.thresholds.map(({ name }) => ({ heading: `At ${name}` })),
      { heading: 'Measured', numeric },
      { heading: 'What the score rests on' },
    ],
    rows: rows.map((row, n) => ({
      heading: String(row.row),
      cells: cellsOf(contract, row, answers[n] as PredictionRow),
    })),
  });
}

/** "balanced 0.58, sensitive 0.28": the values that were used for these rows. */
function thresholdsInUse({ thresholds }: ModelContract, answers: readonly PredictionRow[]): string {
  const files = [...new Set(answers.flatMap(({ file }) => (file === null ? [] : [file])))];
  const values = (at: ModelContract['thresholds'][number]) => [...new Set(files.map((file) => thresholdOf(at, file)))];
  return thresholds.map((at) => `${at.name} ${values(at).join(' or ') || at.value}`).join(', ');
}

function cellsOf(contract: ModelContract, row: StudyRow, answer: PredictionRow): string[] {
  const measured = JSON.parse(row.payload) as Measurements;
  const fields = isEcgContract(contract) ? [] : contract.accepts.fields;
  const present = fields.filter(({ name }) => measured[name] !== undefined).length;
  return [
    [measured.age ?? 'age not given', sexWords(String(measured.sex ?? 'unknown'))].join(', '),
    answer.score === null ? '–' : formatNumber(answer.score, 'fraction'),
    ...contract.thresholds.map((at) => thresholdWords(answer, thresholdOf(at, answer.file))),
    `${present} of ${fields.length}`,
    answer.relation === null ? whyNot(answer) : relationWords(answer.relation),
  ];
}

const thresholdWords = ({ score }: PredictionRow, threshold: number): string => {
  if (score === null) return 'no answer';
  return score >= threshold ? 'positive' : 'negative';
};

const whyNot = ({ status, reason }: PredictionRow): string => `${status}: ${reasonWords(reason ?? 'no reason given')}`;
