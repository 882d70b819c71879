import type { Random } from '#lib/simulate/random.ts';
import { normalQuantile } from '#lib/validation/normal.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import type { MeasureName } from '#lib/validation/pooled-measure.ts';
import { type SiteRows, siteSummary } from '#lib/validation/site-summary.ts';
import type { Family } from './families.ts';
import { expit } from './population.ts';
import type { Interval, Scenario } from './scenario.ts';

interface Hospitals {
  readonly count: number;
  /** Standard deviation of the true figures between hospitals, on the scale on which they are pooled. */
  readonly between: number;
  /** People of the smallest and of the largest hospital. */
  readonly people: readonly [number, number];
}

const TRUTHS = { auroc: 0.8, sensitivity: 0.8, specificity: 0.75, 'observed-expected': 1, 'calibration-slope': 1 };
const CLIP_TO = 1e-6;

/** Means over hospitals as the report pools them, against the mean of the hospitals' true figures on the pooling scale. */
export const hospitalFamilies = (): Family[] => {
  const family = (name: string, hospitals: readonly Hospitals[]): Family => ({
    name,
    scenarios: hospitals.map(hospitalScenario),
  });
  return [
    family('3 hospitals', [
      { count: 3, between: 0, people: [100, 300] },
      { count: 3, between: 0.2, people: [100, 300] },
      { count: 3, between: 0.5, people: [200, 800] },
    ]),
    family('5 hospitals', [
      { count: 5, between: 0, people: [100, 300] },
      { count: 5, between: 0.2, people: [100, 300] },
      { count: 5, between: 0.5, people: [100, 1000] },
    ]),
    family('10 hospitals', [
      { count: 10, between: 0.2, people: [80, 300] },
      { count: 10, between: 0.5, people: [80, 1000] },
    ]),
  ];
};

function hospitalScenario(hospitals: Hospitals): Scenario {
  const { count, between, people } = hospitals;
  return {
    name: `${count} hospitals of ${people.join(' to ')} people, ${between} between them`,
    truth: 0,
    draw(source) {
      const sites = Array.from({ length: count }, (_, place) => ({
        site: `hospital ${place}`,
        n: source.integer(...people),
      }));
      const rankings = poolSummaries(sites.map((site) => siteSummary(ranking(source, site, between))));
      const ratios = poolSummaries(
        sites.map((site) => siteSummary(calibrated(source, site, source.normal(0, between), 1))),
      );
      // Slopes lie closer together than the logits of shares.
      const slopes = poolSummaries(
        sites.map((site) => siteSummary(calibrated(source, site, 0, source.normal(1, between / 2)))),
      );
      const pooled = (of: typeof rankings, measure: MeasureName): Interval | undefined => {
        const found = of.find((one) => one.measure === measure)?.pooled;
        if (found === undefined || 'cannotTell' in found) return undefined;
        return { lower: found.lower - TRUTHS[measure], upper: found.upper - TRUTHS[measure] };
      };
      return {
        'pooled AUROC': pooled(rankings, 'auroc'),
        'pooled sensitivity': pooled(rankings, 'sensitivity'),
        'pooled specificity': pooled(rankings, 'specificity'),
        'pooled O:E': pooled(ratios, 'observed-expected'),
        'pooled calibration slope': pooled(slopes, 'calibration-slope'),
      };
    },
  };
}

interface Site {
  readonly site: string;
  readonly n: number;
}

/** Two normal classes a distance apart that gives the hospital's AUROC; who is positive is drawn by its sensitivity and specificity. */
function ranking(source: Random, { site, n }: Site, between: number): SiteRows {
  const own = (truth: number): number => expit(Math.log(truth / (1 - truth)) + source.normal(0, between));
  const distance = Math.SQRT2 * normalQuantile(own(TRUTHS.auroc));
  const [sensitivity, specificity] = [own(TRUTHS.sensitivity), own(TRUTHS.specificity)];
  const labels = Uint8Array.from({ length: n }, () => Number(source.bernoulli(0.3)));
  const scores = Float64Array.from(labels, (label) => expit(source.normal(distance * label)));
  const positive = Uint8Array.from(labels, (label) =>
    Number(source.bernoulli(label === 1 ? sensitivity : 1 - specificity)),
  );
  return { site, predictions: { scores, labels }, thresholds: [{ name: 'decision', positive }], clipTo: CLIP_TO };
}

/** Chances are the scores times a ratio, or follow a slope on the logit scale. */
function calibrated(source: Random, { site, n }: Site, logRatio: number, slope: number): SiteRows {
  const logits = Float64Array.from({ length: n }, () =>
    source.normal(slope === 1 ? -2 : -0.7, slope === 1 ? 0.7 : 1.3),
  );
  const scores = logits.map(expit);
  const labels = Uint8Array.from(logits, (logit) =>
    Number(source.bernoulli(Math.min(1, expit(slope * logit) * Math.exp(logRatio)))),
  );
  return { site, predictions: { scores, labels }, thresholds: [], clipTo: CLIP_TO };
}
