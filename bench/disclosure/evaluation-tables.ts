// Random tables of answers for an attack: few people at some hospitals, rare grades, several studies of a person.
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { readDescription } from '#lib/cohort/evaluation/description.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { evaluationBody } from '#lib/report/evaluation/body.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { type Random, random } from '#lib/simulate/random.ts';

type Column = readonly (string | number)[];

async function bodyOf(yaml: string, columns: Readonly<Record<string, Column>>): Promise<EvaluationBody> {
  const names = Object.keys(columns);
  const rows = columns[names[0]].map((_, row) => names.map((name) => columns[name][row]).join(','));
  const table = await readAnswers('t.csv', new TextEncoder().encode([names.join(','), ...rows].join('\n')));
  return evaluationBody({
    answers: await evaluatedAnswers(readDescription('e.yaml', yaml), table, async () => undefined),
    publicData: false,
    command: '',
    software: '',
    inputs: [{ name: 't.csv', sha256: 'abc' }],
  });
}

/** Whose studies they are, where and of which sex; some answers and references are missing. */
function people(source: Random) {
  const studies = source.integer(30, 500);
  const perPerson = source.pick([1, 1, 3]);
  const shares = source.pick([
    [0.5, 0.5, 0],
    [0.6, 0.37, 0.03],
    [0.85, 0.1, 0.05],
  ]);
  const unknown = source.pick([0, 0.02, 0.1]);
  const ofPerson = Array.from({ length: studies }, () => ({
    site: ['cedar', 'elm', 'ash'][placeOf(source, shares)],
    sex: source.bernoulli(unknown) ? '' : source.bernoulli(0.4) ? 'F' : 'M',
  }));
  const person = Array.from({ length: studies }, (_, row) => Math.floor(row / perPerson));
  const missing = source.pick([0, 0.02, 0.1]);
  return {
    studies,
    perPerson,
    isMissing: () => source.bernoulli(missing),
    columns: {
      id: person.map((_, row) => `s${row}`),
      person: person.map((of) => `p${of}`),
      hospital: person.map((of) => ofPerson[of].site),
      sex: person.map((of) => ofPerson[of].sex),
    },
  };
}

export function placeOf(source: Random, shares: readonly number[]): number {
  let left = source.uniform() * shares.reduce((sum, share) => sum + share, 0);
  const place = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return place < 0 ? 0 : place;
}

const COMMON = 'study: id, subject: person, site: hospital';

export async function randomContinuous(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { studies, isMissing, columns } = people(source);
  const spread = source.pick([2, 5, 10]);
  const truth = Array.from({ length: studies }, () => source.normal(52, 10));
  const yaml = `
title: Ejection fraction by a model
answer: continuous
quantity: Ejection fraction
unit: "%"
columns: { ${COMMON}, answer: model, reference: reader }
groups: [{ column: sex, title: Sex }]
acceptableDifference: 5
classes: { cutPoints: ${source.pick(['[50]', '[40, 55]'])}, names: ${''} }
`;
  const withNames = yaml.includes('[50]')
    ? yaml.replace('names: ', 'names: [low, high]')
    : yaml.replace('names: ', 'names: [low, middle, high]');
  const cell = (value: number): string => (isMissing() ? '' : value.toFixed(1));
  return bodyOf(withNames, {
    ...columns,
    model: truth.map((value) => cell(value + source.normal(1, spread))),
    reader: truth.map((value) => cell(value + source.normal(0, 3))),
  });
}

export async function randomOrdinal(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { studies, isMissing, columns } = people(source);
  const grades = ['none', 'mild', 'moderate', 'severe'].slice(0, source.integer(2, 4));
  const shares = grades.map((_, k) => source.pick([1, 0.5, 0.1]) / (k + 1));
  const skill = source.pick([0.6, 0.85, 0.97]);
  const truth = Array.from({ length: studies }, () => placeOf(source, shares));
  const near = (grade: number): number =>
    source.bernoulli(skill)
      ? grade
      : Math.min(grades.length - 1, Math.max(0, grade + source.pick([-1, 1, 1, source.integer(-3, 3)])));
  const yaml = `
title: Aortic stenosis by a model
answer: ordinal
quantity: Aortic stenosis
grades: [${grades.join(', ')}]
columns: { ${COMMON}, answer: model, reference: reader }
groups: [{ column: sex, title: Sex }]
`;
  const cell = (grade: number): string => (isMissing() ? '' : grades[grade]);
  return bodyOf(yaml, { ...columns, model: truth.map((grade) => cell(near(grade))), reader: truth.map(cell) });
}

export async function randomTimes(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { studies, columns } = people(source);
  const hasCompeting = source.bernoulli(0.5);
  const hazard = source.pick([0.02, 0.1, 0.4]);
  const censoring = source.pick([0.005, 0.05, 0.3]);
  const rows = Array.from({ length: studies }, () => {
    const logit = source.normal();
    const wait = (rate: number): number => -Math.log(1 - source.uniform()) / rate;
    const ends = [wait(censoring), wait(hazard * Math.exp(logit)), hasCompeting ? wait(hazard / 3) : Infinity];
    const time = Math.min(...ends, 12);
    const status = time === 12 ? 0 : ends.indexOf(time);
    return { time: Math.max(0.01, time).toFixed(2), status, logit };
  });
  const risk = (logit: number, at: number): string => (1 - Math.exp(-hazard * at * Math.exp(logit))).toFixed(4);
  const yaml = `
title: Death by a model
answer: time-to-event
event: Death
timeUnit: years
columns: { ${COMMON}, time: time, event: status }
codes: { censored: 0, event: 1${hasCompeting ? ', competing: [2]' : ''} }
horizons: [{ at: 2, risk: two }, { at: 5, risk: five }, { at: 10, risk: ten }]
groups: [{ column: sex, title: Sex }]
${source.bernoulli(0.5) ? 'riskGroups: [0.1, 0.3]' : ''}
`;
  return bodyOf(yaml, {
    ...columns,
    time: rows.map(({ time }) => time),
    status: rows.map(({ status }) => status),
    two: rows.map(({ logit }) => risk(logit, 2)),
    five: rows.map(({ logit }) => risk(logit, 5)),
    ten: rows.map(({ logit }) => risk(logit, 10)),
  });
}

/** Probabilities of an event at two thresholds, the event rare in some tables. */
export function randomProbabilities(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { columns, isMissing, studies } = people(source);
  const shift = source.pick([-3, -1, 0]);
  const logits = Float64Array.from({ length: studies }, () => shift + 1.2 * source.normal());
  const age = Array.from({ length: studies }, () => source.integer(20, 90));
  return bodyOf(
    `title: Fibrillation
answer: probability
event: fibrillation
columns: { ${COMMON}, score: score, label: label }
groups: [{ column: sex }, { column: age, bands: [40, 65] }]
thresholds: [{ name: low, value: ${source.pick([0.1, 0.2])} }, { name: high, value: ${source.pick([0.25, 0.5])} }]`,
    {
      ...columns,
      age,
      score: Array.from(logits, (logit) => (isMissing() ? '' : (1 / (1 + Math.exp(-logit))).toFixed(6))),
      label: Array.from(logits, (logit) => (isMissing() ? '' : Number(source.bernoulli(1 / (1 + Math.exp(-logit)))))),
    },
  );
}
