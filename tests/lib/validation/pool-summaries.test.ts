import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import type { PooledFigure, PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { randomEffects } from '#lib/validation/random-effects.ts';
import {
  type Absent,
  isPresent,
  type SiteEffect,
  type SiteSummary,
  siteSummary,
} from '#lib/validation/site-summary.ts';
import { clustered, clusteredCases, expectRelative, independent, predictions, referenceCases } from './reference.ts';

const CLIP = 1e-12;
const logit = (p: number) => Math.log(p / (1 - p));
const expit = (x: number) => 1 / (1 + Math.exp(-x));

/** A hospital of known accuracy; scores are the true probabilities, times `slope` on the logit scale. */
function hospital(site: string, n: number, { slope = 1, spread = 1.2, mean = -0.5, cut = 0.3 } = {}): SiteSummary {
  const draw = random(site);
  const truth = Array.from({ length: n }, () => expit(mean + spread * draw.normal()));
  const labels = truth.map((p) => Number(draw.bernoulli(p)));
  const scores = truth.map((p) => expit(slope * logit(p)));
  const positive = Uint8Array.from(scores, (score) => Number(score >= cut));
  return siteSummary({
    site,
    predictions: predictions(scores, labels),
    thresholds: [{ name: 'rule-out', positive }],
    clipTo: CLIP,
  });
}

const present = (figure: SiteEffect | Absent): SiteEffect => {
  if (!isPresent(figure)) throw new Error(figure.absent);
  return figure;
};

const find = (measures: readonly PooledMeasure[], name: PooledMeasure['measure']): PooledMeasure => {
  const measure = measures.find((entry) => entry.measure === name);
  if (measure === undefined) throw new Error(`no ${name}`);
  return measure;
};

const figureOf = ({ pooled }: PooledMeasure): PooledFigure => {
  if ('cannotTell' in pooled) throw new Error(pooled.cannotTell);
  return pooled;
};

describe('summary of a hospital', () => {
  const large = referenceCases.filter(({ labels }) => {
    const events = labels.reduce((a, b) => a + b, 0);
    return events >= 20 && labels.length - events >= 20;
  });

  it.each(large)('has logits, logs and slopes with the standard errors of R: $name', (reference) => {
    const summary = siteSummary({ site: 'cedar', predictions: independent(reference), thresholds: [], clipTo: CLIP });
    const { estimate, se } = reference.auroc;
    const ranking = present(summary.auroc);
    expectRelative(ranking.value, logit(estimate), 1e-9);
    expectRelative(Math.sqrt(ranking.variance), se / (estimate * (1 - estimate)), 1e-9);
    const slope = present(summary.calibrationSlope);
    expectRelative(slope.value, reference.slope.estimate, 1e-8);
    expectRelative(Math.sqrt(slope.variance), reference.slope.se, 1e-7);
    const n = reference.labels.length;
    const observed = reference.labels.reduce((a, b) => a + b, 0);
    const expected = reference.scores.reduce((a, b) => a + b, 0);
    const ratio = present(summary.observedExpected);
    expectRelative(ratio.value, Math.log(observed / expected), 1e-9);
    expectRelative(ratio.variance, (1 - observed / n) / observed, 1e-9);
  });

  it('counts effective rows where people have several', () => {
    for (const [place, reference] of referenceCases.entries()) {
      const { threshold, sensitivity } = clusteredCases[place];
      const positive = Uint8Array.from(reference.scores, (score) => Number(score >= threshold));
      const { thresholds } = siteSummary({
        site: 'cedar',
        predictions: clustered(reference),
        thresholds: [{ name: 'only', positive }],
        clipTo: CLIP,
      });
      const own = thresholds[0].sensitivity;
      if (!isPresent(own) || own.estimate === 1 || own.estimate === 0) continue;
      expectRelative(own.estimate, sensitivity.share, 1e-9);
      expect(own.effectiveRows).toBeLessThanOrEqual(own.n);
      // Wilson's interval of R at n / D ends where that of these effective rows ends.
      const z = 1.9599639845400545 ** 2 / own.effectiveRows;
      const p = own.estimate;
      const half = Math.sqrt(z * (p * (1 - p) + z / 4));
      expectRelative((p + z / 2 + half) / (1 + z), sensitivity.interval[1], 1e-8);
    }
  });

  it('moves half a row where every pair is ordered alike or no event came, and says so', () => {
    const scores = Array.from({ length: 60 }, (_, row) => (row < 20 ? 0.9 : 0.2));
    const apart = siteSummary({
      site: 'apart',
      predictions: predictions(
        scores,
        scores.map((score) => Number(score > 0.5)),
      ),
      thresholds: [],
      clipTo: CLIP,
    });
    expect(present(apart.auroc)).toMatchObject({ estimate: 1, upper: 1, corrected: true });
    expect(present(apart.auroc).value).toBeCloseTo(Math.log(20.5 / 0.5), 12);
    expect(present(apart.auroc).variance).toBeCloseTo(1 / 20.5 + 1 / 0.5, 12);
    const none = siteSummary({
      site: 'none',
      predictions: predictions(scores, Array(60).fill(0)),
      thresholds: [],
      clipTo: CLIP,
    });
    expect(present(none.observedExpected)).toMatchObject({ estimate: 0, lower: 0, corrected: true });
    expect(present(none.observedExpected).value).toBeCloseTo(Math.log(0.5 / 26), 12);
    expect(none.auroc).toEqual({ absent: '0 people with the outcome, fewer than 10' });
  });

  it('says why a figure is absent: too few people, expected events, rows', () => {
    const small = hospital('small', 8);
    expect(small.observedExpected).toEqual({ absent: '8 people, fewer than 10' });
    expect(small.thresholds[0].sensitivity).toMatchObject({ absent: expect.stringContaining('fewer than 10') });
    const rare = hospital('rare', 40, { mean: -4 });
    expect(rare.observedExpected).toMatchObject({ absent: expect.stringMatching(/^the model expects \d\.\d events/) });
    const empty = siteSummary({ site: 'empty', predictions: predictions([], []), thresholds: [], clipTo: CLIP });
    expect(empty).toMatchObject({ n: 0, events: 0, auroc: { absent: '0 people with the outcome, fewer than 10' } });
  });
});

describe('pooled summaries', () => {
  const names = ['ash', 'birch', 'cedar', 'elm', 'fir', 'hazel', 'juniper', 'larch', 'maple', 'oak', 'pine', 'yew'];
  const summaries = names.map((name, place) => hospital(name, 150 + 60 * place, { spread: 0.8 + 0.1 * place }));

  it('are the random effects of what the hospitals wrote, on the scale of each figure', () => {
    const measures = poolSummaries(summaries);
    expect(measures.map(({ measure, threshold }) => [measure, threshold])).toEqual([
      ['auroc', null],
      ['sensitivity', 'rule-out'],
      ['specificity', 'rule-out'],
      ['observed-expected', null],
      ['calibration-slope', null],
    ]);
    const own = summaries.map(({ auroc }) => present(auroc));
    const expected = randomEffects({
      values: Float64Array.from(own, ({ value }) => value),
      variances: Float64Array.from(own, ({ variance }) => variance),
    });
    const auroc = figureOf(find(measures, 'auroc'));
    expect(auroc.estimate).toBe(expit(expected.estimate));
    expect(auroc.lower).toBe(expit(expected.lower));
    expect(auroc.prediction?.upper).toBe(expit(expected.prediction?.upper ?? Number.NaN));
    expect(find(measures, 'auroc').sites.map(({ weight }) => weight)).toEqual(expected.weights);
    expect(figureOf(find(measures, 'observed-expected')).lower).toBeGreaterThan(0);
    expect(find(measures, 'auroc').asymmetry).toHaveProperty('p');
  });

  it('need nothing but the summaries: after a way through JSON they are the same', () => {
    expect(poolSummaries(JSON.parse(JSON.stringify(summaries)))).toEqual(poolSummaries(summaries));
    expect(JSON.stringify(poolSummaries(summaries))).not.toMatch(/null,null,null|NaN/);
  });

  it('are refused below three hospitals, give no range for another below five, and no asymmetry below ten', () => {
    for (const k of [0, 1, 2]) {
      const auroc = find(poolSummaries(summaries.slice(0, k)), 'auroc');
      expect(auroc.pooled).toMatchObject({ cannotTell: expect.stringContaining('fewer than 3 cannot show') });
      expect(auroc.sites.every(({ weight, without }) => weight === null && without === null)).toBe(true);
    }
    const four = find(poolSummaries(summaries.slice(0, 4)), 'auroc');
    expect(figureOf(four).prediction).toBeNull();
    expect(four.sites.every(({ without }) => without !== null)).toBe(true);
    expect(find(poolSummaries(summaries.slice(0, 3)), 'auroc').sites.every(({ without }) => without === null)).toBe(
      true,
    );
    expect(figureOf(find(poolSummaries(summaries.slice(0, 5)), 'auroc')).prediction).not.toBeNull();
    expect(find(poolSummaries(summaries.slice(0, 9)), 'auroc').asymmetry).toEqual({
      cannotTell: 'asymmetry is judged from 10 hospitals on; found 9',
    });
  });

  it('take the binomial-normal model where a hospital found all, and then correct nothing', () => {
    const all = {
      ...summaries[0],
      thresholds: summaries[0].thresholds.map((at) => ({ ...at, sensitivity: share(30, 30) })),
    };
    const sensitivity = find(poolSummaries([all, ...summaries.slice(1, 6)]), 'sensitivity');
    expect(figureOf(sensitivity)).toMatchObject({ model: 'binomial-normal', iSquared: null, q: null, k: 6 });
    expect(sensitivity.sites[0]).toMatchObject({ site: 'ash', estimate: 1, weight: null, corrected: false });
    expect(sensitivity.sites[0].without?.estimate).toBeLessThan(figureOf(sensitivity).estimate);
    expect(figureOf(find(poolSummaries(summaries.slice(0, 6)), 'specificity')).model).toBe('normal');
    const everywhere = summaries.slice(0, 4).map((own) => ({ ...own, thresholds: all.thresholds }));
    expect(find(poolSummaries(everywhere), 'sensitivity').pooled).toMatchObject({
      cannotTell: expect.stringContaining('its logit has no finite mean'),
    });
  });

  it('list the hospitals that are left out, with the reason', () => {
    const tiny = hospital('tiny', 12);
    const measures = poolSummaries([...summaries.slice(0, 4), tiny]);
    expect(find(measures, 'calibration-slope').leftOut).toEqual([
      { site: 'tiny', why: expect.stringContaining('at least 20 of each are needed') },
    ]);
    expect(figureOf(find(measures, 'calibration-slope')).k).toBe(4);
    const without = { ...summaries[5], thresholds: [] };
    expect(find(poolSummaries([...summaries.slice(0, 4), without]), 'sensitivity').leftOut).toEqual([
      { site: 'hazel', why: 'the threshold is not reported' },
    ]);
  });
});

function share(successes: number, n: number) {
  return { estimate: successes / n, lower: 0.88, upper: 1, successes, n, effectiveRows: n };
}
