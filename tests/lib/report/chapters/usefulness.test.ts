import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { usefulness } from '#lib/report/chapters/usefulness/usefulness.ts';
import type { BenefitPoint, SiteUsefulness, Usefulness } from '#lib/report/chapters/usefulness/value.ts';
import { perThousand, usefulRanges } from '#lib/report/chapters/usefulness/words.ts';
import { formatFigure } from '#lib/report/format.ts';
import { isEstimate, isSuppressed } from '#lib/report/record.ts';
import { chapterInput, closing, HOSPITALS, pageOf } from '../../../chapter-input.ts';

const computed = (input: Parameters<typeof usefulness.compute>[0]): Usefulness => {
  const value = usefulness.compute(input);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
};
const input = chapterInput(HOSPITALS);
const value = computed(input);
const page = renderToString(pageOf(usefulness, value, input));

const curveOf = ({ curve }: SiteUsefulness): readonly BenefitPoint[] => {
  if (isSuppressed(curve) || 'cannotTell' in curve) throw new Error('no curve');
  return curve;
};

describe('the chapter of usefulness', () => {
  it('counts true and false positives as a reader of the rows would', () => {
    const rows = input.rows.filter(({ site }) => site === 'cedar');
    for (const { threshold, netBenefit, treatAll } of curveOf(value.sites[0])) {
      const called = rows.filter(({ score }) => score >= threshold);
      const found = called.filter(({ label }) => label === 1).length;
      const odds = threshold / (1 - threshold);
      const share = rows.filter(({ label }) => label === 1).length / rows.length;
      expect(netBenefit).toMatchObject({
        estimate: expect.closeTo((found - (called.length - found) * odds) / rows.length, 12),
      });
      expect(treatAll).toMatchObject({ estimate: expect.closeTo(share - (1 - share) * odds, 12) });
    }
  });

  it('shows on the page the figures of report.json', () => {
    for (const { workloads, sensitivities, highestBenefit } of value.sites) {
      const [{ seen, atPrevalence }] = workloads;
      for (const figures of [seen, ...atPrevalence.filter(({ prevalence }) => prevalence === 0.1)]) {
        if (!isEstimate(figures.flagged)) continue;
        expect(page).toContain(perThousand(figures.flagged));
        expect(page).toContain(perThousand(figures.missed));
        expect(page).toContain(formatFigure(figures.falseAlarmsPerTrue, 'ratio'));
      }
      for (const { threshold } of [...sensitivities, ...highestBenefit]) {
        if (isEstimate(threshold)) expect(page).toContain(formatFigure(threshold, 'fraction'));
      }
    }
  });

  it('judges each study at the threshold of the weights that scored it', () => {
    const [seen] = value.sites.map(({ workloads }) => workloads[0].seen);
    const rows = input.rows.filter(({ site }) => site === 'cedar');
    const flagged = rows.filter(({ score }) => score >= input.model.thresholds[0].value).length / rows.length;
    expect(seen.flagged).toMatchObject({ estimate: expect.closeTo(flagged, 12) });
    const strict = { ...input.model.thresholds[0], folds: { [rows[0].file ?? '']: 0.9 } };
    const other = computed({ ...input, model: { ...input.model, thresholds: [strict] } });
    const figure = other.sites[0].workloads[0].seen.flagged;
    expect(isEstimate(figure) && isEstimate(seen.flagged) && figure.estimate < seen.flagged.estimate).toBe(true);
  });

  it('keeps of a shared curve only points that tell of nobody', () => {
    const shared = usefulness.share(value, closing());
    const people = (rows: typeof input.rows) => new Set(rows.map(({ subjectKey }) => subjectKey)).size;
    let points = 0;
    for (const site of shared.sites.filter((one) => one.site !== null)) {
      if (isSuppressed(site.curve) || 'cannotTell' in site.curve) continue;
      const rows = input.rows.filter((row) => row.site === site.site);
      const cuts = [...site.curve.map(({ threshold }) => threshold), input.model.thresholds[0].value].sort();
      points += site.curve.length;
      for (const label of [0, 1]) {
        for (const [i, cut] of [0, ...cuts].entries()) {
          const next = [...cuts, 2][i];
          const between = rows.filter((row) => row.label === label && row.score >= cut && row.score < next);
          const count = people(between);
          // Below and above the contract's own threshold alone the core of the report decides.
          if (!(cut === 0.5 && next === 2) && !(cut === 0 && next === 0.5))
            expect(count === 0 || count > 10).toBe(true);
        }
      }
    }
    expect(points).toBeGreaterThan(10);
  });

  it('shows of all sites together only what every hospital shows', () => {
    const all = usefulness.share(value, closing('aspen')).sites.at(-1);
    expect(all?.site).toBeNull();
    expect(JSON.stringify(all?.curve)).toBe('{"suppressed":true}');
    const open = usefulness.share(value, closing());
    const kept = open.sites.map(({ curve }) => (Array.isArray(curve) ? curve.map(({ threshold }) => threshold) : []));
    const ofAll = kept.at(-1) ?? [];
    for (const own of kept.slice(0, -1)) expect(ofAll.every((threshold) => own.includes(threshold))).toBe(true);
  });

  it('shares no score of one person, and no specificity that counts', () => {
    const shared = usefulness.share(value, closing());
    for (const { threshold, specificity } of shared.sites.flatMap(({ sensitivities }) => sensitivities)) {
      if (isEstimate(threshold)) expect(Math.round(threshold.estimate * 100) / 100).toBe(threshold.estimate);
      expect(isSuppressed(specificity)).toBe(true);
    }
    const closed = usefulness.share(value, closing('birch', 'all')).sites[1];
    expect(JSON.stringify({ ...closed, site: '', workloads: closed.workloads.map(({ seen }) => seen) })).not.toMatch(
      /0\.\d{3}/,
    );
    expect(renderToString(pageOf(usefulness, shared, input))).not.toContain('Specificity there');
  });

  it('names ranges of three and more neighbouring thresholds, and warns where there is none', () => {
    const figure = (lower: number) => ({ estimate: 1, lower, upper: 2, level: 0.95, method: '', n: 9, events: 3 });
    const points = [1, 1, 1, -1, 1, -1, 1, 1, 1, 1].map(
      (lower, i): BenefitPoint => ({
        ...{
          threshold: (i + 1) / 20,
          netBenefit: figure(lower),
          treatAll: figure(1),
          overTreatAll: figure(lower),
          mayLeave: true,
        },
      }),
    );
    expect(usefulRanges(points)).toEqual([
      { from: 0.05, to: 0.15 },
      { from: 0.35, to: 0.5 },
    ]);
    const useless = computed(chapterInput([{ site: 'cedar', studies: 200, prevalence: 0.3, separation: 0 }]));
    expect(usefulness.cautions(useless)).toMatchObject([{ code: 'no-net-benefit' }]);
  });

  it('cannot tell of fewer than ten people of a class, and says nothing of no rows', () => {
    const few = computed(chapterInput([{ site: 'cedar', studies: 60, prevalence: 0, separation: 1 }]));
    expect(few.sites[0].curve).toMatchObject({ cannotTell: expect.stringContaining('0 people with') });
    expect(usefulness.methods(few)).toEqual([]);
    expect(usefulness.compute({ ...input, rows: [] })).toBeNull();
  });
});

describe('where no hospital can tell anything', () => {
  it('is one sentence with the reasons, without tables that repeat them', () => {
    const none = chapterInput([{ site: 'oak', studies: 40, prevalence: 0, separation: 1 }]);
    const text = renderToString(pageOf(usefulness, computed(none), none));
    expect(text).toContain('at least ');
    expect(text).not.toContain('<table');
  });
});
