// Numbers: tests/fixtures/reference/validation/several-answers.py.
import { describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import { wholeGroup } from '#lib/report/evaluation/group-words.ts';
import { kindOf } from '#lib/report/evaluation/kinds.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { isAll } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { type Figure, isEstimate, isSuppressed, type ReadFigure, SUPPRESSED } from '#lib/report/record.ts';
import { macroAveragePrecisionOfLabels } from '#lib/validation/multilabel.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { randomFindings } from '../../../../bench/disclosure/evaluation-tables.ts';
import several from '../../../fixtures/reference/validation/several-answers.json' with { type: 'json' };
import { bodyOf, type Column, estimateOf, foundByAttack, resultsOf } from './evaluated.ts';

const { findings } = several;
const columns: Record<string, Column> = {
  id: findings.person.map((_, i) => `s${i}`),
  person: findings.person,
  hospital: findings.person.map((person) => (person % 4 === 0 ? 'elm' : 'cedar')),
  sex: findings.person.map((person) => (person % 2 === 0 ? 'F' : 'M')),
};
for (const [k, name] of findings.names.entries()) {
  columns[`${name}_ref`] = findings.labels[k].map((label, row) =>
    findings.unknown[k].includes(row) ? (row % 2 === 0 ? '' : 'NaN') : label,
  );
  columns[`${name}_p`] = findings.scores[k].map((score, row) => (findings.unanswered[k].includes(row) ? '' : score));
}

const yaml = (more = '', who = 'study: id, subject: person, site: hospital'): string => `
title: Findings of an ECG by a model
answer: labels
columns: { ${who} }
labels:
${findings.names.map((name, k) => `  - { name: ${name}, reference: ${name}_ref, score: ${name}_p, threshold: ${findings.thresholds[k]} }`).join('\n')}
${more}`;

/** Of an interval on the logit scale. */
function varianceOf(figure: Figure | null): number {
  if (figure === null || !isEstimate(figure)) throw new Error('no figure');
  const logit = (value: number): number => Math.log(value / (1 - value));
  const half = (logit(figure.upper) - logit(figure.lower)) / 2;
  const people = Number(figure.clusters);
  return ((half * figure.estimate * (1 - figure.estimate)) / studentTMultiplier(0.95, people - 1)) ** 2;
}

const body = await bodyOf(yaml('groups: [{ column: sex }]'), columns);
const results = resultsOf(body, 'labels');
const [whole] = results.groups;

describe('a report on several findings of one study', () => {
  it('has the counts, rates, order and calibration of each finding that scikit-learn and statsmodels have', () => {
    for (const [k, { label, decisions, ranking, calibration, ...counts }] of whole.labels.entries()) {
      const one = findings.each[k];
      expect(label).toBe(findings.names[k]);
      expect(counts).toMatchObject({ unknown: findings.unknown[k].length, unanswered: findings.unanswered[k].length });
      const { truePositives, falseNegatives, trueNegatives, falsePositives } = decisions ?? {};
      expect([truePositives, falseNegatives, trueNegatives, falsePositives]).toEqual(one.counts);
      if (label === 'paced') continue;
      const { sensitivity, specificity, positivePredictiveValue, negativePredictiveValue, f1, matthewsCorrelation } =
        decisions ?? {};
      expect(estimateOf(sensitivity)).toBeCloseTo(one.sensitivity, 10);
      expect(estimateOf(specificity)).toBeCloseTo(one.specificity, 10);
      expect(estimateOf(positivePredictiveValue)).toBeCloseTo(one.positivePredictiveValue, 10);
      expect(estimateOf(negativePredictiveValue)).toBeCloseTo(one.negativePredictiveValue, 10);
      expect(estimateOf(f1)).toBeCloseTo(one.f1, 10);
      expect(estimateOf(matthewsCorrelation)).toBeCloseTo(one.matthewsCorrelation, 10);
      expect(estimateOf(ranking?.auroc)).toBeCloseTo(one.auroc, 10);
      expect(estimateOf(ranking?.averagePrecision)).toBeCloseTo(one.averagePrecision, 10);
      expect(ranking?.baseline).toBeCloseTo((one.counts[0] + one.counts[1]) / Number(counts.n), 12);
      expect(estimateOf(calibration?.observedExpected)).toBeCloseTo(one.observedExpected, 10);
      expect(estimateOf(calibration?.intercept)).toBeCloseTo(one.intercept, 9);
      expect(estimateOf(calibration?.slope)).toBeCloseTo(one.slope, 9);
    }
  });

  it('describes a finding of few people and takes no mean over it', () => {
    expect(whole.judged).toEqual(['block', 'fibrillation', 'ischaemia']);
    const [, , , paced] = whole.labels;
    expect(paced.decisions?.sensitivity).toEqual({
      cannotTell: '6 people with paced, fewer than 10',
      ...{ n: 240, events: 6, point: 0.5 },
    });
    expect(evaluationReport(body).answer.points.join(' ')).toContain(
      'Cannot tell: 6 people with paced, fewer than 10.',
    );
  });

  it('has the means, the Hamming loss and the exact match of scikit-learn, with people as clusters', () => {
    const { over } = whole;
    expect(estimateOf(over.macroAuroc)).toBeCloseTo(findings.macroAuroc, 10);
    expect(estimateOf(over.macroAveragePrecision)).toBeCloseTo(findings.macroAveragePrecision, 10);
    expect(estimateOf(over.macroSensitivity)).toBeCloseTo(findings.macroSensitivity, 10);
    expect(estimateOf(over.macroSpecificity)).toBeCloseTo(findings.macroSpecificity, 10);
    expect(estimateOf(over.macroF1)).toBeCloseTo(findings.macroF1, 10);
    expect(estimateOf(over.microF1)).toBeCloseTo(findings.microF1, 10);
    expect(estimateOf(over.hammingLoss)).toBeCloseTo(findings.hammingLoss, 10);
    expect(estimateOf(over.exactMatch)).toBeCloseTo(findings.exactMatch, 10);
    expect(whole.complete).toBe(findings.complete);
    for (const figure of Object.values(over)) expect(figure).toHaveProperty('clusters');
  });

  it('has the variance of the mean average precision that the weights of people give, or the binomial one if larger', () => {
    const rows = { clusters: Int32Array.from(findings.person) };
    const [labels, scores] = [Uint8Array.from(findings.labels[0]), Float64Array.from(findings.scores[0])];
    const copies = { names: ['a', 'b', 'c'], labels: [labels, labels, labels], ...rows };
    const ofCopies = varianceOf(macroAveragePrecisionOfLabels(copies, [scores, scores, scores]));
    expect(Math.sqrt(ofCopies)).toBeCloseTo(Math.sqrt(findings.averagePrecisionVariance), 8);
    const { macroAveragePrecisionVariance: byWeights, macroAveragePrecisionBinomial: binomial } = findings;
    expect(varianceOf(whole.over.macroAveragePrecision)).toBeCloseTo(Math.max(byWeights, binomial), 10);
  });

  it('counts findings per study, and which are there or wrong together', () => {
    const { cardinality, pairs } = results;
    expect(cardinality?.counts.map(({ reference }) => reference)).toEqual(findings.perStudy[0]);
    expect(cardinality?.counts.map(({ answer }) => answer)).toEqual(findings.perStudy[1]);
    expect(estimateOf(cardinality?.reference)).toBeCloseTo(findings.cardinality[0], 10);
    expect(estimateOf(cardinality?.answer)).toBeCloseTo(findings.cardinality[1], 10);
    for (const [i, { reference, answers, errors, errorCorrelation }] of pairs.entries()) {
      const { both, bothAnswered, bothWrong, phi } = findings.pairs[i];
      expect([reference.both, answers?.both, errors?.both]).toEqual([both, bothAnswered, bothWrong]);
      expect(estimateOf(errorCorrelation)).toBeCloseTo(phi, 10);
      expect(errorCorrelation).toHaveProperty('level', 1 - 0.05 / 6);
    }
  });

  it('claims miscalibration at intervals corrected for the number of findings', () => {
    for (const { label, observedExpected } of results.claims) {
      const plain = whole.labels.find((one) => one.label === label)?.calibration?.observedExpected;
      if (label === 'paced' || plain === undefined || !isEstimate(plain)) continue;
      expect(observedExpected).toMatchObject({ estimate: plain.estimate, level: 1 - 0.05 / 4 });
      if (observedExpected !== null && isEstimate(observedExpected))
        expect(observedExpected.upper).toBeGreaterThan(plain.upper);
    }
    const points = evaluationReport(body).answer.points.join(' ');
    expect(points).toContain(
      'Calibration: of no finding the probabilities are shown to be too high or too low on average',
    );
  });

  it('names the findings whose probabilities are off by more than the correction allows', async () => {
    const half = { ...columns, block_p: findings.scores[0].map((score) => score / 2) };
    const { answer, results: found } = evaluationReport(await bodyOf(yaml(), half));
    const ratio =
      found.kind === 'labels' ? found.claims.find(({ label }) => label === 'block')?.observedExpected : null;
    if (!ratio || !isEstimate(ratio)) throw new Error('found no ratio');
    expect(answer.points.join(' ')).toContain(
      `on average the probabilities are too low for block (observed / expected 1.77 (${ratio.lower.toFixed(2)} to ${ratio.upper.toFixed(2)}))`,
    );
  });

  it('names the findings whose order is not shown to be better than chance', async () => {
    const blind = { ...columns, block_p: findings.scores[0].map((_, row) => ((row * 37) % 101) / 101) };
    const chance = (of: EvaluationBody) =>
      kindOf(of.results)
        .points()
        .filter(({ brief }) => brief.startsWith('Not shown to be ordered better than by chance'));
    expect(chance(await bodyOf(yaml(), blind))).toMatchObject([
      { importance: 'cannot tell', brief: expect.stringContaining('than by chance: block (intervals corrected for 4') },
    ]);
    expect(chance(body)).toEqual([]);
  });

  it('loses no study for one unknown finding, and says how many there are of each', () => {
    expect(body.flow[0].steps.map(({ count }) => count)).toEqual([240, 240, 240, 240]);
    const said = evaluationReport(body).cautions.map(({ text }) => text);
    expect(said.join(' ')).toContain(`fibrillation (${findings.unknown[1].length})`);
    expect(said.join(' ')).toContain(`ischaemia (${findings.unanswered[2].length})`);
    // Shares of studies with all right are not of all 240.
    const { complete } = wholeGroup(resultsOf(body, 'labels'));
    expect(Number(complete)).toBeLessThan(240);
    expect(evaluationReport(body).answer.headline).toContain(
      ` of the ${complete} studies in which all are known (by never saying yes: ${((100 * findings.perStudy[0][0]) / findings.complete).toFixed(1)} %); `,
    );
  });

  it('says in how many studies answers differ from any threshold, of a hidden number only for which finding', () => {
    const results = resultsOf(body, 'labels');
    const said = (scoresDisagree: number | typeof SUPPRESSED) => {
      const labels = results.labels.map((label, k) => ({ ...label, scoresDisagree: k === 0 ? scoresDisagree : null }));
      const { cautions } = evaluationReport({ ...body, results: { ...results, labels } });
      return cautions.find(({ code }) => code === 'scores-disagree')?.text;
    };
    const { name } = results.labels[0];
    expect(said(1)).toContain(`they differ for ${name} (in at least 1 study). Decisions`);
    expect(said(3)).toContain(`they differ for ${name} (in at least 3 studies). Decisions`);
    expect(said(SUPPRESSED)).toContain(`they differ for ${name}. Decisions`);
  });

  it('lets no count of 1 to 10 leave, nor a rate that tells one, and keeps what is safe', () => {
    const shared = shareableEvaluation(body);
    const counts = (value: unknown): number[] => {
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([name, inner]) =>
        typeof inner === 'number' && COUNTED.has(name) ? [inner] : counts(inner),
      );
    };
    expect(counts(shared.results).filter((count) => count >= 1 && count <= 10)).toEqual([]);
    expect(counts(shared.results).length).toBeGreaterThan(50);
    const [all, elm] = [isAll, (group: { value: string | null }) => group.value === 'elm'].map((is) =>
      resultsOf(shared, 'labels').groups.find(is),
    );
    expect(all?.labels[3].decisions?.sensitivity).toEqual({ suppressed: true });
    expect(all?.labels[0].decisions?.sensitivity).toMatchObject({ n: 64, events: 31 });
    // Seven false alarms of ischaemia would follow from the mean F1.
    expect(all?.over.macroF1).toEqual({ suppressed: true });
    expect(all?.over.macroAuroc).toHaveProperty('estimate');
    expect(all?.over.exactMatch).toHaveProperty('estimate');
    expect(elm?.labels[1].decisions?.falseNegatives).toEqual({ suppressed: true });
    expect(elm?.over.macroF1).toEqual({ suppressed: true });
    expect(
      resultsOf(shared, 'labels').pairs.every(({ errorCorrelation: phi }) => phi === null || isSuppressed(phi)),
    ).toBe(true);
    expect(JSON.stringify(shared)).not.toContain('6 people');
  });

  it('claims nothing of what it hides', () => {
    const shareable = String(evaluationFiles(evaluationEditions(body)).get('shareable/report.html'));
    expect(shareable).toContain('fibrillation (23) and perhaps paced (hidden).');
    expect(shareable).not.toContain('Means over findings: .');
    expect(shareable).not.toContain('Whether errors come together cannot be told');
  });

  it('says of which findings each mean is, where one has no scores and another no answers', async () => {
    const [first, second] = findings.names;
    const mixed = yaml()
      .replace(`score: ${first}_p, threshold: ${findings.thresholds[0]}`, 'answer: first')
      .replace(`score: ${second}_p, threshold: ${findings.thresholds[1]}`, `score: ${second}_p`);
    const called = findings.scores[0].map((score) => Number(score >= findings.thresholds[0]));
    const made = await bodyOf(mixed, { ...columns, first: called });
    const [{ labels, over, judged }] = resultsOf(made, 'labels').groups;
    const meanOf = (of: (label: (typeof labels)[number]) => ReadFigure | undefined): number => {
      const figures = labels.filter(({ label }) => judged.includes(label)).flatMap((label) => of(label) ?? []);
      expect(figures).toHaveLength(2);
      return figures.reduce((total, figure) => total + estimateOf(figure), 0) / 2;
    };
    expect(estimateOf(over.macroAuroc)).toBeCloseTo(
      meanOf(({ ranking }) => ranking?.auroc),
      12,
    );
    expect(estimateOf(over.macroSensitivity)).toBeCloseTo(
      meanOf(({ decisions }) => decisions?.sensitivity),
      12,
    );
    const report = evaluationReport(made);
    expect(report.answer.headline).toMatch(/mean F1 of those with answers 0\..*mean AUROC of those with scores 0\./);
    expect(String(evaluationFiles([report]).get('internal/report.html'))).toContain(
      'Mean AUROC and average precision: of those with scores among them. Mean sensitivity, specificity and F1: of those with answers among them.',
    );
    expect(foundByAttack(made).shareable).toEqual([]);
  });

  it('only ranks where a finding has neither threshold nor answers, and takes ranks for no probabilities', async () => {
    const rankedBody = await bodyOf(yaml('scores: ranks').replaceAll(/, threshold: [\d.]+/g, ''), {
      ...columns,
      ...Object.fromEntries(findings.names.map((name, k) => [`${name}_p`, findings.scores[k].map((p) => 10 * p)])),
    });
    const ranked = resultsOf(rankedBody, 'labels');
    expect(ranked.groups[0].labels[0]).toMatchObject({ decisions: null, calibration: null });
    expect(ranked.groups[0].over).toMatchObject({ macroF1: null, exactMatch: null });
    expect(String(evaluationFiles(evaluationEditions(rankedBody)).get('internal/report.html'))).not.toContain(
      'Answers about findings',
    );
    expect(estimateOf(ranked.groups[0].labels[0].ranking?.auroc)).toBeCloseTo(findings.each[0].auroc, 10);
  });

  it('gives an attacker no small count who solves for what is hidden', async () => {
    for (const number of [3, 31]) {
      const found = foundByAttack(await randomFindings(`findings ${number}`));
      expect(found.internal.length).toBeGreaterThan(5);
      expect(found.shareable).toEqual([]);
    }
  });

  it('writes page and tables, also where nothing can be told', async () => {
    const files = evaluationFiles(evaluationEditions(body));
    expect(String(files.get('internal/report.html'))).toContain(
      '4 findings of each study: all of them right in 37.8 %',
    );
    expect(String(files.get('internal/tables/findings.csv'))).toMatch(/^group,value,finding,threshold,n,/);
    expect(String(files.get('internal/tables/findings-pairs.csv')).split('\r\n')).toHaveLength(8);
    expect(String(files.get('internal/tables/hospitals-figures.csv'))).toContain('\r\n"Sensitivity, ');
    const one = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice(0, 1)]));
    expect(evaluationReport(await bodyOf(yaml(), one)).answer.headline).toBe(
      '4 findings of each study: how well they are told all together cannot be told.',
    );
  });
});

/** Names under which counts stand in the results. */
const COUNTED = new Set([
  ...['n', 'events', 'nonEvents', 'unknown', 'unanswered', 'truePositives', 'falseNegatives', 'trueNegatives'],
  ...['falsePositives', 'complete', 'exact', 'inexact', 'right', 'wrong', 'both', 'onlyFirst', 'onlySecond', 'neither'],
  ...['reference', 'answer', 'clusters', 'successes', 'scoresDisagree'],
]);

describe('an evaluation file of labels', () => {
  const bad = (from: string, to: string): Promise<EvaluationBody> => bodyOf(yaml().replace(from, to), columns);
  it('is refused by name where it says too little or too much of a label', async () => {
    await expect(
      bad('score: block_p, threshold: 0.5', 'score: block_p, answer: block_p, threshold: 0.5'),
    ).rejects.toThrow('e.yaml: labels: block: found a threshold beside a column of answers');
    await expect(bad('score: block_p, threshold: 0.5', 'threshold: 0.5')).rejects.toThrow(
      'labels: block: found no column of answers, allowed score, answer or both',
    );
    await expect(bad('name: paced', 'name: block')).rejects.toThrow('labels: found block twice, allowed once');
    await expect(bad('name: paced', 'title: paced')).rejects.toThrow(
      'found unknown field title at labels.3, allowed name, reference, score, answer, threshold',
    );
  });

  it('is refused by column and row where a cell is neither yes, no nor unknown, or no probability', async () => {
    const with2 = { ...columns, block_ref: findings.labels[0].map((label, row) => (row === 4 ? 2 : label)) };
    await expect(bodyOf(yaml(), with2)).rejects.toThrow(
      't.csv: column block_ref, row 5: found another number, allowed 0, 1 or an empty cell (unknown)',
    );
    const above = { ...columns, block_p: findings.scores[0].map((score, row) => (row === 1 ? 1.2 : score)) };
    await expect(bodyOf(yaml(), above)).rejects.toThrow('column block_p, row 2: found a number outside 0 to 1');
  });
});
