import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { calibrationDetail } from '#lib/report/chapters/calibration-detail/calibration-detail.ts';
import { updating } from '#lib/report/chapters/updating/updating.ts';
import type { Updating } from '#lib/report/chapters/updating/value.ts';
import { formatFigure } from '#lib/report/format.ts';
import { isEstimate } from '#lib/report/record.ts';
import { allowedUpdates, offeredUpdate } from '#lib/validation/update-choice.ts';
import { chapterInput, closing, HOSPITALS, pageOf } from '../../../chapter-input.ts';

const computed = (input: Parameters<typeof updating.compute>[0]): Updating => {
  const value = updating.compute(input);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
};
const input = chapterInput(HOSPITALS);
const value = computed(input);
const page = renderToString(pageOf(updating, value, input));
const at = (site: string) => {
  const found = value.sites.find((one) => one.site === site);
  if (found === undefined) throw new Error(`no ${site}`);
  return found;
};

describe('the chapter of local updating', () => {
  it('offers an update where the probabilities were moved, with the formula and its gain on held-out patients', () => {
    const birch = at('birch');
    expect(['intercept', 'slope']).toContain(birch.offered);
    const offered = birch.updates.find(({ method }) => method === birch.offered);
    if (typeof offered?.intercept !== 'number') throw new Error('no intercept');
    expect(offered.intercept).toBeLessThan(-0.3);
    expect(page).toContain(`= ${offered.intercept.toFixed(3).replace('-', '−')} + `);
    const gain = offered.logLossGain;
    if (!isEstimate(gain)) throw new Error('no gain');
    expect(gain.lower).toBeGreaterThan(0);
    expect(page).toContain(formatFigure(gain, 'fraction'));
    expect(updating.tables(value).get('updating.csv')).toContain(String(gain.estimate));
  });

  it('says that an update may help, not that it would, where held-out patients do not prove it', () => {
    expect(page).toMatch(/At birch a new intercept( and slope)? would help: /);
    const unsure = value.sites.map((site) => ({
      ...site,
      updates: site.updates.map((update) => ({
        ...update,
        logLossGain: isEstimate(update.logLossGain) ? { ...update.logLossGain, lower: -0.01 } : update.logLossGain,
      })),
    }));
    const text = renderToString(pageOf(updating, { ...value, sites: unsure }, input));
    expect(text).toMatch(/At birch a new intercept( and slope)? may help: .*, which includes none/);
    expect(text).not.toContain('would help: the');
  });

  /** A hospital for which the closed test chooses no update. */
  const calmInput = chapterInput([{ site: 'fir', studies: 300, prevalence: 0.4, separation: 1.5 }]);
  const calm = computed(calmInput);
  const chosen = value.sites.filter(({ test }) => test !== null && test.choice !== 'none');

  it('gives a gain without an interval where the closed test chooses no update', () => {
    expect(calm.sites[0].test?.choice).toBe('none');
    expect(calm.sites[0].updates.length).toBe(2);
    const refused = { cannotTell: 'the closed test chooses no update', point: expect.any(Number) };
    for (const { brierGain, logLossGain } of calm.sites[0].updates)
      expect([brierGain, logLossGain]).toMatchObject([refused, refused]);
    expect(chosen.length).toBeGreaterThan(1);
    for (const { brierGain, logLossGain } of chosen.flatMap(({ updates }) => updates))
      expect([brierGain, logLossGain].every(isEstimate)).toBe(true);
  });

  it.each([
    ['with an interval of the gain', chosen, page],
    ['without one', calm.sites, renderToString(pageOf(updating, calm, calmInput))],
  ])('shows the Brier score after an update less its gain, %s', (_, sites, text) => {
    for (const { site, brierBefore, updates } of sites)
      for (const { method, brierGain } of updates) {
        if (!isEstimate(brierBefore) || 'suppressed' in brierGain) throw new Error('nothing is hidden here');
        const gain = isEstimate(brierGain) ? brierGain.estimate : (brierGain.point ?? Number.NaN);
        const cells = [(brierBefore.estimate - gain).toFixed(3), formatFigure(brierGain, 'fraction')];
        const [score, shown] = cells.map((cell) => `<td[^>]*>${cell.replace(/[()]/g, '\\$&')}</td>`);
        expect(text, `${site}, ${method}`).toMatch(new RegExp(`${score}${shown}`));
      }
  });

  it('fits nothing where fewer than 20 people have the outcome, and says how many there are', () => {
    const aspen = at('aspen');
    expect(aspen).toMatchObject({ offered: null, updates: [], test: null });
    expect(page).toContain(`aspen: ${aspen.eventPeople} people with and ${aspen.nonEventPeople} without the outcome.`);
  });

  it('counts people, not studies, before it fits', () => {
    const willow = at('willow');
    expect(Number(willow.eventPeople)).toBeLessThan(Number(willow.events));
    expect(willow.updates[0].logLossGain).toMatchObject({ clusters: expect.any(Number) });
  });

  it('gives the ICI of the model as it is as the chapter of calibration does', () => {
    const calibration = calibrationDetail.compute({
      ...input,
      rows: input.rows.filter(({ site }) => site === 'birch'),
    });
    expect(at('birch').iciBefore).toEqual(calibration?.wholes[0].ici);
  });

  it('keeps a hospital with a hidden count inside', () => {
    const shared = updating.share(value, closing('birch'));
    expect(JSON.stringify(shared.sites[1])).not.toMatch(/\d/);
    expect(shared.sites[0]).toEqual(value.sites[0]);
    expect(renderToString(pageOf(updating, shared, input))).toContain('Hidden: birch');
  });

  it('says nothing of no rows, and no method where none was used', () => {
    expect(updating.compute({ ...input, rows: [] })).toBeNull();
    const none = computed(chapterInput([{ site: 'cedar', studies: 60, prevalence: 0, separation: 1 }]));
    expect(updating.methods(none)).toEqual([]);
  });
});

describe('the rule of updating', () => {
  it('allows the intercept from 20, the slope from 100 and isotonic regression from 200 people of each class and 1,000 in all', () => {
    const of = (fewerOfBoth: number, all: number) => allowedUpdates({ fewerOfBoth, all });
    expect(of(19, 5000)).toEqual([]);
    expect(of(20, 40)).toEqual(['intercept']);
    expect(of(99, 5000)).toEqual(['intercept']);
    expect(of(100, 5000)).toEqual(['intercept', 'slope']);
    expect(of(200, 999)).toEqual(['intercept', 'slope']);
    expect(of(200, 1000)).toEqual(['intercept', 'slope', 'isotonic']);
  });

  it('offers what the test chose if held-out people gain, and isotonic regression only if it surely does more', () => {
    const gain = (estimate: number, lower: number) => ({ estimate, lower });
    const test = { choice: 'slope', pOfAny: 0.001 } as const;
    expect(offeredUpdate(test, { slope: gain(0.02, -0.01) })).toBe('slope');
    expect(offeredUpdate(test, { slope: gain(-0.001, -0.02) })).toBe('none');
    expect(offeredUpdate({ choice: 'none', pOfAny: 0.4 }, { slope: gain(0.02, 0.01) })).toBe('none');
    expect(offeredUpdate(test, { slope: gain(0.02, 0.01), isotonic: gain(0.03, 0.01) })).toBe('isotonic');
    expect(offeredUpdate(test, { slope: gain(0.02, 0.01), isotonic: gain(0.03, -0.01) })).toBe('slope');
    expect(offeredUpdate(undefined, {})).toBe('none');
  });
});
