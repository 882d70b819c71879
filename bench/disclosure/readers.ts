// An attacker on the shareable report of a reader study: everything that it prints about counts, as one system of equations.

import type { StudyDescription } from '#lib/cohort/readers/description.ts';
import { openReaderStudy, type ReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { readerBody } from '#lib/report/readers/body.ts';
import type { Comparison, RaterResult, ReaderBody, ReaderGroup } from '#lib/report/readers/record.ts';
import { REFERENCE } from '#lib/report/readers/record.ts';
import type { Count, Figure } from '#lib/report/record.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { over, told } from './said.ts';
import { type Equation, printed, sumOf } from './system.ts';

const RHYTHMS = ['sinus', 'flutter', 'other'];
const LABELS = ['AF', 'LBBB'];
const RATERS = ['model', 'residents', 'nurses'];

const description: StudyDescription = {
  title: 'Simulated readers',
  studies: 'simulated ECGs',
  labels: LABELS.map((column) => ({ column, title: column })),
  classes: [{ column: 'rhythm', title: 'Rhythm', values: RHYTHMS }],
  reference: { file: 'reference.csv', method: 'drawn by a random number generator' },
  raters: [
    { id: 'model', title: 'Model', kind: 'model', file: 'model.csv', scores: 'scores.csv' },
    { id: 'residents', title: 'Residents', kind: 'readers', file: 'residents.csv' },
    { id: 'nurses', title: 'Nurses', kind: 'readers', file: 'nurses.csv' },
  ],
  attributes: { file: 'attributes.csv', sex: 'sex', ageYears: 'age' },
};

/** A study whose findings may be rare and whose readers may be good or bad. */
export function randomReaderStudy(seed: string): ReaderStudy {
  const source = random(seed);
  const studies = source.integer(40, 600);
  const shares = LABELS.map(() => source.pick([0.02, 0.08, 0.2, 0.5]));
  const ofRhythm = source.pick([
    [0.5, 0.3, 0.2],
    [0.9, 0.07, 0.03],
    [0.6, 0.38, 0.02],
  ]);
  const skills = new Map(RATERS.map((id) => [id, source.pick([0.7, 0.9, 0.97, 1])]));
  const unknownSex = source.pick([0, 0.02, 0.2]);
  const others = source.pick([0.2, 0.9]);
  const rows = Array.from({ length: studies }, () => {
    const truth = shares.map((share) => Number(source.bernoulli(share)));
    const rhythm = rhythmOf(source, ofRhythm);
    const answers = new Map(RATERS.map((id) => [id, answered(source, truth, rhythm, skills.get(id) ?? 1, others)]));
    return { truth: [...truth, RHYTHMS[rhythm]], answers, ...about(source, unknownSex) };
  });
  const table = (header: string, cells: (row: (typeof rows)[number]) => readonly (string | number)[]) =>
    new TextEncoder().encode(`${[header, ...rows.map((row) => cells(row).join(','))].join('\n')}\n`);
  const header = [...LABELS, 'rhythm'].join(',');
  const scoreHeader = [...LABELS, ...RHYTHMS.map((value) => `rhythm=${value}`)].join(',');
  const files = new Map([
    ['reference.csv', table(header, ({ truth }) => truth)],
    ...RATERS.map((id) => [`${id}.csv`, table(header, ({ answers }) => answers.get(id) ?? [])] as const),
    ['scores.csv', table(scoreHeader, () => [...LABELS, ...RHYTHMS].map(() => source.uniform()))],
    ['attributes.csv', table('sex,age', ({ sex, age }) => [sex, age])],
  ]);
  return openReaderStudy(description, files);
}

function rhythmOf(source: Random, shares: readonly number[]): number {
  const place = source.uniform();
  return place < shares[0] ? 0 : place < shares[0] + shares[1] ? 1 : 2;
}

function answered(source: Random, truth: readonly number[], rhythm: number, skill: number, others: number) {
  const findings = truth.map((label) => (source.bernoulli(skill) ? label : 1 - label));
  const wrong = source.bernoulli(others) ? (rhythm + 1) % 3 : (rhythm + 2) % 3;
  return [...findings, RHYTHMS[source.bernoulli(skill) ? rhythm : wrong]];
}

function about(source: Random, unknownSex: number) {
  return {
    sex: source.bernoulli(unknownSex) ? '' : source.bernoulli(0.5) ? 'F' : 'M',
    age: source.bernoulli(0.03) ? '' : source.integer(30, 90),
  };
}

export const readerBodyOf = (study: ReaderStudy): ReaderBody =>
  readerBody({
    study,
    publicData: false,
    command: '',
    software: '',
    inputs: [{ name: 'reference.csv', sha256: 'ab' }],
  });

const groupOf = ({ sex, ageBand }: ReaderGroup): string => `${sex ?? '*'}/${ageBand ?? '*'}`;
const FOUR = ['truePositives', 'falseNegatives', 'trueNegatives', 'falsePositives'] as const;
const PAIRED = ['both', 'onlyFirst', 'onlySecond', 'neither'] as const;
const cell = (result: RaterResult, name: string): string =>
  `${groupOf(result)}/${result.label}/${result.rater}/${name}`;
const pairCell = (label: string, first: string, second: string, of: string, name: string): string =>
  `pair/${label}/${first}/${second}/${of}/${name}`;

/** Every count that stands behind the report, whether it is printed or not. */
export function readerTruth(study: ReaderStudy, body: ReaderBody): Map<string, number> {
  const truth = new Map<string, number>();
  for (const group of body.groups) {
    truth.set(`${groupOf(group)}/n`, Number(group.n));
    group.events.forEach((events, k) => {
      truth.set(`${groupOf(group)}/${body.labels[k].id}/events`, Number(events));
      truth.set(`${groupOf(group)}/${body.labels[k].id}/nonEvents`, Number(group.n) - Number(events));
    });
  }
  for (const result of body.results) for (const name of FOUR) truth.set(cell(result, name), Number(result[name]));
  for (const { column, rater, matrix } of body.classes)
    matrix.forEach((row, r) => {
      row.forEach((count, a) => {
        truth.set(`matrix/${column}/${rater}/${r}/${a}`, Number(count));
      });
    });
  const answersOf = new Map(study.raters.map(({ id, answers }) => [id, answers]));
  study.description.labels.forEach(({ column }, k) => {
    for (const [first, second] of pairsOf(body)) {
      const [a, b] = [answersOf.get(first)?.[k], answersOf.get(second)?.[k]];
      for (const [of, wanted] of [
        ['sensitivity', 1],
        ['specificity', 0],
      ] as const) {
        const counts = new Map<string, number>(PAIRED.map((name) => [name, 0]));
        study.reference[k].forEach((label, row) => {
          if (label !== wanted) return;
          const [x, y] = [a?.[row] === wanted, b?.[row] === wanted];
          const name = x && y ? 'both' : x ? 'onlyFirst' : y ? 'onlySecond' : 'neither';
          counts.set(name, (counts.get(name) ?? 0) + 1);
        });
        for (const [name, count] of counts) truth.set(pairCell(column, first, second, of, name), count);
      }
    }
  });
  return truth;
}

/** Pairs of raters that stand in the agreements, without the reference. */
function pairsOf({ agreements }: ReaderBody): (readonly [string, string])[] {
  const pairs = agreements.filter(({ first }) => first !== REFERENCE).map(({ first, second }) => `${first} ${second}`);
  return [...new Set(pairs)].map((pair) => pair.split(' ') as [string, string]);
}

const isNumber = (count: Count): count is number => typeof count === 'number';

/** What anyone may write down who has the shareable report. */
export function readerEquations(shared: ReaderBody): Equation[] {
  return [
    ...structure(shared),
    ...shared.groups.flatMap((group) => [
      ...(isNumber(group.n) ? [printed(`${groupOf(group)}/n`, group.n)] : []),
      ...group.events.flatMap((events, k) =>
        isNumber(events) ? [printed(`${groupOf(group)}/${shared.labels[k].id}/events`, events)] : [],
      ),
    ]),
    ...shared.results.flatMap(resultEquations),
    ...shared.classes.flatMap(({ column, rater, matrix, accuracy, values }) => [
      ...matrix.flatMap((row, r) =>
        row.flatMap((count, a) => (isNumber(count) ? [printed(`matrix/${column}/${rater}/${r}/${a}`, count)] : [])),
      ),
      ...(told(accuracy) === undefined
        ? []
        : [
            {
              of: values.map((_, r) => [`matrix/${column}/${rater}/${r}/${r}`, 1] as const),
              constant: told(accuracy)?.events ?? 0,
            },
          ]),
    ]),
    ...shared.comparisons.flatMap((comparison) => comparisonEquations(shared, comparison)),
    ...shared.agreements.flatMap((agreement) => {
      const n = shared.n;
      if (typeof agreement.observed !== 'number' || !isNumber(n) || agreement.first === REFERENCE) return [];
      const id = (kind: string, name: string) =>
        pairCell(agreement.label, agreement.first, agreement.second, kind, name);
      return [
        {
          of: ['sensitivity', 'specificity'].flatMap((kind) => [
            [id(kind, 'both'), 1] as const,
            [id(kind, 'neither'), 1] as const,
          ]),
          constant: Math.round(agreement.observed * n),
        },
      ];
    }),
  ];
}

/** Sums that hold in every reader study. */
function structure({ groups, labels, results, classes, agreements, ...rest }: ReaderBody): Equation[] {
  const sums: Equation[] = [];
  const parts = [groups.filter(({ sex }) => sex !== null), groups.filter(({ ageBand }) => ageBand !== null)];
  const everywhere = ['n', ...labels.flatMap(({ id }) => [`${id}/events`, `${id}/nonEvents`])];
  const raters = [...new Set(results.map(({ rater }) => rater))];
  const cells = labels.flatMap(({ id }) => raters.flatMap((rater) => FOUR.map((name) => `${id}/${rater}/${name}`)));
  for (const part of parts)
    if (part.length > 0) sums.push(...over('*/*', part.map(groupOf), [...everywhere, ...cells]));
  for (const group of groups)
    for (const { id } of labels)
      sums.push(
        sumOf(
          `${groupOf(group)}/n`,
          ['events', 'nonEvents'].map((name) => `${groupOf(group)}/${id}/${name}`),
        ),
      );
  for (const result of results) {
    const whole = `${groupOf(result)}/${result.label}`;
    sums.push(sumOf(`${whole}/events`, [cell(result, 'truePositives'), cell(result, 'falseNegatives')]));
    sums.push(sumOf(`${whole}/nonEvents`, [cell(result, 'trueNegatives'), cell(result, 'falsePositives')]));
  }
  // A study has one of the answers of a question.
  const questions = [...new Map(classes.map((of) => [of.column, of.values]))];
  for (const [column, values] of questions) {
    for (const group of groups) {
      const at = groupOf(group);
      sums.push(
        sumOf(
          `${at}/n`,
          values.map((value) => `${at}/${column}=${value}/events`),
        ),
      );
      for (const rater of raters)
        sums.push(
          sumOf(
            `${at}/n`,
            values.flatMap((value) =>
              ['truePositives', 'falsePositives'].map((name) => `${at}/${column}=${value}/${rater}/${name}`),
            ),
          ),
        );
    }
    for (const rater of raters)
      values.forEach((value, k) => {
        const at = `*/*/${column}=${value}/${rater}`;
        const matrix = (r: number, a: number) => `matrix/${column}/${rater}/${r}/${a}`;
        const rest = values.flatMap((_, other) => (other === k ? [] : [other]));
        sums.push(sumOf(`${at}/truePositives`, [matrix(k, k)]));
        sums.push(
          sumOf(
            `${at}/falseNegatives`,
            rest.map((other) => matrix(k, other)),
          ),
        );
        sums.push(
          sumOf(
            `${at}/falsePositives`,
            rest.map((other) => matrix(other, k)),
          ),
        );
      });
  }
  for (const { id } of labels)
    for (const [first, second] of pairsOf({ groups, labels, results, classes, agreements, ...rest })) {
      const at = (of: string, name: string) => pairCell(id, first, second, of, name);
      const own = (rater: string, name: string) => `*/*/${id}/${rater}/${name}`;
      sums.push(
        sumOf(own(first, 'truePositives'), [at('sensitivity', 'both'), at('sensitivity', 'onlyFirst')]),
        sumOf(own(second, 'truePositives'), [at('sensitivity', 'both'), at('sensitivity', 'onlySecond')]),
        sumOf(own(first, 'falseNegatives'), [at('sensitivity', 'neither'), at('sensitivity', 'onlySecond')]),
        sumOf(own(second, 'falseNegatives'), [at('sensitivity', 'neither'), at('sensitivity', 'onlyFirst')]),
        sumOf(own(first, 'trueNegatives'), [at('specificity', 'both'), at('specificity', 'onlyFirst')]),
        sumOf(own(second, 'trueNegatives'), [at('specificity', 'both'), at('specificity', 'onlySecond')]),
        sumOf(own(first, 'falsePositives'), [at('specificity', 'neither'), at('specificity', 'onlySecond')]),
        sumOf(own(second, 'falsePositives'), [at('specificity', 'neither'), at('specificity', 'onlyFirst')]),
      );
    }
  return sums;
}

function resultEquations(result: RaterResult): Equation[] {
  const id = (name: (typeof FOUR)[number]) => [cell(result, name), 1] as const;
  const total = (names: readonly (typeof FOUR)[number][], constant: number): Equation => ({
    of: names.map(id),
    constant,
  });
  const { sensitivity, specificity, positivePredictiveValue, negativePredictiveValue, accuracy } = result.metrics;
  const rate = (figure: Figure, [hit, miss]: readonly [(typeof FOUR)[number], (typeof FOUR)[number]]): Equation[] => {
    const counts = told(figure);
    return counts === undefined ? [] : [total([hit, miss], counts.n), total([hit], counts.events)];
  };
  const all = told(accuracy);
  return [
    ...FOUR.flatMap((name) => (isNumber(result[name]) ? [printed(cell(result, name), Number(result[name]))] : [])),
    ...rate(sensitivity, ['truePositives', 'falseNegatives']),
    ...rate(specificity, ['trueNegatives', 'falsePositives']),
    ...rate(positivePredictiveValue, ['truePositives', 'falsePositives']),
    ...rate(negativePredictiveValue, ['trueNegatives', 'falseNegatives']),
    ...(all === undefined ? [] : [total(['truePositives', 'trueNegatives'], all.events), total([...FOUR], all.n)]),
  ];
}

function comparisonEquations({ labels, agreements }: ReaderBody, comparison: Comparison): Equation[] {
  const { label, first, second, of: kind, onlyFirst, onlySecond } = comparison;
  // The pair as the agreements name it.
  const isTurned = !agreements.some((other) => other.first === first && other.second === second);
  const over = label === '*' ? labels.map(({ id }) => id) : [label];
  const at = (name: 'onlyFirst' | 'onlySecond', constant: Count): Equation[] => {
    const turned = name === 'onlyFirst' ? 'onlySecond' : 'onlyFirst';
    if (!isNumber(constant)) return [];
    const [a, b] = isTurned ? [second, first] : [first, second];
    return [{ of: over.map((id) => [pairCell(id, a, b, kind, isTurned ? turned : name), 1] as const), constant }];
  };
  return [...at('onlyFirst', onlyFirst), ...at('onlySecond', onlySecond)];
}
