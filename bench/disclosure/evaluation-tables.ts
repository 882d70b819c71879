// Random tables of answers for an attack: few people at some hospitals, rare grades, several studies of a person.
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { evaluatedStudies } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import { evaluationBody } from '#lib/report/evaluation/body.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import type { StructureComparison } from '#lib/validation/segmentation/compare-structure.ts';

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

/** Masks that are there or not, with or without a known spacing; figures are drawn, no mask is read. */
export async function randomSegmentations(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { columns } = people(source);
  const description = readDescription(
    'e.yaml',
    `
title: Ventricles by a model
answer: segmentation
toleranceMm: 2
structures: [{ name: LV, value: 1 }, { name: RV, value: 2 }]
columns: { ${COMMON}, answer: model, reference: reader }
groups: [{ column: sex, title: Sex }]
`,
  );
  if (description.answer !== 'segmentation') throw new Error('attack: found another kind of answer');
  const names = [...Object.keys(columns), 'model', 'reader'];
  const cells: Record<string, Column> = { ...columns, model: columns.id, reader: columns.id };
  const lines = columns.id.map((_, row) => names.map((name) => cells[name][row]).join(','));
  const table = await readAnswers('t.csv', new TextEncoder().encode([names.join(','), ...lines].join('\n')));
  const unreadable = source.pick([0, 0.03]);
  const isRead = columns.id.map(() => !source.bernoulli(unreadable));
  const studies = evaluatedStudies(description, table, {
    answer: (row) => (isRead[row] ? 'there' : 'unreadable'),
    reference: () => 'there',
    content: [],
  });
  const shares = source.pick([
    [0.9, 0.05, 0.05, 0],
    [0.6, 0.2, 0.1, 0.1],
    [1, 0, 0, 0],
  ]);
  const unspaced = source.pick([0, 0.05, 0.3]);
  const spaced = Array.from(studies.rows, () => !source.bernoulli(unspaced));
  const comparisons = spaced.map((isSpaced) =>
    description.structures.map((): StructureComparison => {
      const presence = (['both', 'missed', 'invented', 'absent'] as const)[placeOf(source, shares)];
      const dice = presence === 'absent' ? null : presence === 'both' ? 0.7 + 0.3 * source.uniform() : 0;
      return {
        ...{ presence, dice, jaccard: dice === null ? null : dice / (2 - dice) },
        hausdorff95: presence === 'both' && isSpaced ? 1 + 9 * source.uniform() : null,
        surfaceDice: presence === 'absent' || !isSpaced ? null : presence === 'both' ? source.uniform() : 0,
      };
    }),
  );
  const withoutSpacing = spaced.filter((is) => !is).length;
  const masks = { files: isRead.filter(Boolean).length + isRead.length, sha256: 'abc' };
  return evaluationBody({
    answers: { description, studies, comparisons, withoutSpacing, masks },
    ...{ publicData: false, command: '', software: '', inputs: [{ name: 't.csv', sha256: 'abc' }] },
  });
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

/** One of four classes, some rare and some studies without an answer; with probabilities, a column of answers, or both. */
export async function randomClasses(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { studies, isMissing, columns } = people(source);
  const classes = ['normal', 'fibrillation', 'other', 'noise'].slice(0, source.pick([3, 4]));
  const shares = source.pick([
    [5, 3, 2, 2],
    [10, 1, 3, 0.5],
  ]);
  const [skill, silent] = [source.pick([0.5, 2, 4]), source.pick([0, 0.02, 0.15])];
  const reference = Array.from({ length: studies }, () => placeOf(source, shares.slice(0, classes.length)));
  const isSilent = reference.map(() => source.bernoulli(silent));
  const probabilities = reference.map((of) => {
    const weights = classes.map((_, k) => Math.exp(skill * Number(k === of) + source.normal()));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  });
  const named = source.bernoulli(0.3);
  const given = source.bernoulli(0.7);
  const isLost = reference.map(() => isMissing());
  const withPerson = source.bernoulli(0.7);
  const yaml = `
title: Rhythm
answer: classes
classes: [${classes.join(', ')}]
columns: { study: id${withPerson ? ', subject: person' : ''}, site: hospital, reference: reader${given ? `, probabilities: { ${classes.map((name) => `${name}: ${name}`).join(', ')} }` : ', answer: model'} }
groups: [{ column: sex }]
${named ? `namedBySilence: [${classes[classes.length - 1]}]` : ''}`;
  const likeliest = probabilities.map((row) => classes[row.indexOf(Math.max(...row))]);
  return bodyOf(yaml, {
    ...columns,
    reader: reference.map((of, row) => (isLost[row] ? '' : classes[of])),
    model: likeliest.map((name, row) => (isSilent[row] ? '' : name)),
    ...Object.fromEntries(classes.map((name, k) => [name, probabilities.map((row, i) => (isSilent[i] ? '' : row[k]))])),
  });
}

/** Two to five findings, some rare, some unknown or without an answer. */
export async function randomFindings(seed: string): Promise<EvaluationBody> {
  const source = random(seed);
  const { studies, isMissing, columns } = people(source);
  const [unknown, skill] = [source.pick([0, 0.03, 0.2]), source.pick([1, 3, 6])];
  const names = ['block', 'fibrillation', 'ischaemia', 'paced', 'low'].slice(0, source.integer(2, 5));
  const table: Record<string, Column> = { ...columns };
  const lines = names.map((name) => {
    const share = source.pick([0.02, 0.1, 0.3, 0.5]);
    const truth = Array.from({ length: studies }, () => Number(source.bernoulli(share)));
    table[`${name}_ref`] = truth.map((of) => (source.bernoulli(unknown) ? '' : of));
    table[name] = truth.map((of) => (isMissing() ? '' : 1 / (1 + Math.exp(-(skill * (of - 0.5) + source.normal())))));
    return `  - { name: ${name}, reference: ${name}_ref, score: ${name}${source.bernoulli(0.9) ? ', threshold: 0.5' : ''} }`;
  });
  const withPerson = source.bernoulli(0.7);
  const yaml = `
title: Findings
answer: labels
columns: { study: id${withPerson ? ', subject: person' : ''}, site: hospital }
labels:
${lines.join('\n')}
groups: [{ column: sex }]`;
  return bodyOf(yaml, table);
}
