import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { thresholdOf } from '#lib/inference/contract.ts';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { robustness } from '#lib/report/chapters/robustness/robustness.ts';
import type { DisturbedResult, Robustness } from '#lib/report/chapters/robustness/value.ts';
import { changeWords } from '#lib/report/chapters/robustness/words.ts';
import { formatFigure } from '#lib/report/format.ts';
import { isEstimate } from '#lib/report/record.ts';
import type { Disturbance, Outcome, RerunStudy } from '#lib/robustness/disturbance.ts';
import { chapterInput, closing, pageOf } from '../../../chapter-input.ts';

const tables = chapterInput([
  { site: 'cedar', studies: 160, prevalence: 0.4, separation: 2.2 },
  { site: 'birch', studies: 160, prevalence: 0.4, separation: 2.2 },
]);
type Row = ChapterInput['rows'][number];

/** What each disturbance makes of a study: of the nth of the primary analysis. */
const DISTURBANCES: Readonly<Record<string, (row: Row, n: number) => Outcome>> = {
  same: ({ score }) => ({ score }),
  worse: ({ score, label }, n) => ({ score: label === 1 && n % 2 === 0 ? score * 0.3 : score }),
  alarming: ({ score, label }, n) => ({ score: label === 0 && n % 2 === 0 ? 1 - 0.3 * (1 - score) : score }),
  'worse-beyond': ({ score, label }) => ({ score: label === 1 ? score * 0.3 : score }),
  silent: () => ({ silent: 'too-noisy', warned: true }),
  refused: () => ({ rejected: 'value-impossible' }),
  'few-silent': ({ score }, n) => (n < 10 ? { silent: 'too-noisy' } : { score }),
  elsewhere: ({ site, score }) => (site === 'cedar' ? { score } : null),
};

const described = (id: string): Disturbance => ({
  ...{ id, family: 'Made up', name: `Made up ${id}`, size: 'by the test', source: 'ours' },
  expected: id !== 'worse-beyond',
});

function rerun(undisturbed: (row: Row, n: number) => Outcome = ({ score }) => ({ score })): ChapterInput {
  const studies = tables.rows.map((row, n): RerunStudy => {
    const { site, studyKey } = row;
    const outcomes = Object.values(DISTURBANCES).map((made) => made(row, n));
    return { site, studyKey, undisturbed: undisturbed(row, n), outcomes };
  });
  const disturbances = Object.keys(DISTURBANCES).map(described);
  return { ...tables, reruns: { disturbances, drawn: studies.length, studies, gone: 0, unreached: 0 } };
}

function computed(input: ChapterInput): Robustness {
  const value = robustness.compute(input);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
}

const input = rerun();
const value = computed(input);
const page = renderToString(pageOf(robustness, value, input));

function result(id: string, of: Robustness = value): DisturbedResult {
  const found = of.results.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no disturbance ${id}`);
  return found;
}

const withOutcome = tables.rows.filter(({ label }) => label === 1);
const without = tables.rows.filter(({ label }) => label === 0);

/** Share of pairs in the right order, by all pairs. */
function auroc(scoreOf: (row: Row) => number): number {
  const won = withOutcome.flatMap((ill) =>
    without.map((well): number => Math.sign(scoreOf(ill) - scoreOf(well)) / 2 + 0.5),
  );
  return won.reduce((sum, half) => sum + half, 0) / won.length;
}

const scoreWith = (id: string) => (row: Row) => {
  const outcome = DISTURBANCES[id](row, tables.rows.indexOf(row));
  return outcome !== null && 'score' in outcome ? outcome.score : Number.NaN;
};

describe('the chapter of robustness', () => {
  it('counts what became of every study', () => {
    const [ill, well] = [withOutcome.length, without.length];
    const fates = { applied: ill, answered: 0, silent: 0, refused: 0, warned: 0 };
    expect(result('same').withOutcome).toEqual({ ...fates, answered: ill });
    expect(result('silent').withOutcome).toEqual({ ...fates, silent: ill, warned: ill });
    expect(result('refused').without).toEqual({ ...fates, applied: well, refused: well });
    expect(result('elsewhere').withOutcome.applied).toBe(withOutcome.filter(({ site }) => site === 'cedar').length);
    expect(result('few-silent').withOutcome.silent).toBe(
      tables.rows.slice(0, 10).filter(({ label }) => label === 1).length,
    );
  });

  it('tells the change of AUROC and sensitivity that counting gives', () => {
    const worse = result('worse');
    const change = auroc(scoreWith('worse')) - auroc(({ score }) => score);
    expect(worse.auroc).toMatchObject({ estimate: expect.closeTo(change, 12) });
    const [at] = input.model.thresholds;
    const found = (scoreOf: (row: Row) => number) =>
      withOutcome.filter((row) => scoreOf(row) >= thresholdOf(at, row.file)).length;
    const lost = found(({ score }) => score) - found(scoreWith('worse'));
    expect(lost).toBeGreaterThan(10);
    expect(worse.thresholds[0].sensitivity).toMatchObject({ estimate: expect.closeTo(-lost / withOutcome.length, 12) });
    expect(worse.thresholds[0].flippedWith).toMatchObject({ events: lost, n: withOutcome.length });
    expect(worse.thresholds[0].specificity).toMatchObject({ estimate: 0 });
  });

  it('shows no change where nothing changed, and tells nothing where nobody was answered', () => {
    expect(result('same').auroc).toMatchObject({ point: 0 });
    expect(result('same').thresholds[0].sensitivity).toMatchObject({ estimate: 0 });
    for (const id of ['silent', 'refused']) expect(result(id).auroc).toHaveProperty('cannotTell');
  });

  it('names falls of everyday disturbances, corrected for all that were looked at, and no others', () => {
    expect(value.falls.map(({ id, figure }) => [id, figure]).sort()).toEqual([
      ['alarming', 'AUROC'],
      ['alarming', 'specificity'],
      ['worse', 'AUROC'],
      ['worse', 'sensitivity'],
    ]);
    // Under same the AUROC has no interval.
    const tested = value.results.flatMap(({ expected, auroc: one, thresholds }) =>
      expected
        ? [one, ...thresholds.flatMap(({ sensitivity, specificity }) => [sensitivity, specificity])].filter(isEstimate)
        : [],
    );
    expect(value.tests).toBe(tested.length);
    expect(robustness.points(value)[0].brief).toMatch(
      / falls by [\d.]+(?: points)? \([\d.]+ to [\d.]+\); 1 other everyday disturbance lowers/,
    );
    expect(robustness.points(value)[0].text).toMatch(/Made up alarming.*Made up worse|Made up worse.*Made up alarming/);
    expect(robustness.cautions(value).map(({ code }) => code)).toEqual(['not-robust']);
    expect(new Set(value.groups.map(({ group }) => group))).toContain('cedar');
    for (const { id, figure, threshold } of value.groups)
      expect(value.falls.find((fall) => fall.id === id)).toMatchObject({ figure, threshold });
    const alarming = result('alarming').thresholds[0].specificity;
    const specific = (scoreOf: (row: Row) => number) => without.filter((row) => scoreOf(row) < 0.5).length;
    const change = (specific(scoreWith('alarming')) - specific(({ score }) => score)) / without.length;
    expect(alarming).toMatchObject({ estimate: expect.closeTo(change, 12) });
  });

  it('shows on page and in tables the figures of the record', () => {
    for (const { auroc: change, thresholds } of value.results) {
      if (isEstimate(change)) expect(page).toContain(formatFigure(change, 'fraction'));
      for (const { sensitivity } of thresholds)
        if (isEstimate(sensitivity)) expect(page).toContain(changeWords(sensitivity, 'sensitivity'));
    }
    const [csv] = [...robustness.tables(value).values()];
    expect(csv.split('\r\n').filter((line) => line !== '')).toHaveLength(1 + value.results.length);
    expect(csv).toContain(String((result('worse').auroc as { estimate: number }).estimate));
  });

  it('leaves out studies that come to another answer undisturbed, and says so', () => {
    const other = computed(
      rerun(({ score }, n) => (n === 0 ? { silent: 'x' } : { score: n === 1 ? score / 2 : score })),
    );
    expect(other.draw).toMatchObject({ unrepeated: 2 });
    expect(result('same', other).withOutcome.applied).toBe(
      tables.rows.slice(2).filter(({ label }) => label === 1).length,
    );
    expect(robustness.cautions(other).map(({ code }) => code)).toContain('scores-not-repeated');
  });

  it('allows for people with several studies', () => {
    const often = chapterInput([
      { site: 'willow', studies: 240, prevalence: 0.4, separation: 2, studiesPerSubject: 3 },
    ]);
    const studies = often.rows.map((row, n): RerunStudy => {
      const undisturbed = { score: row.score };
      return { site: row.site, studyKey: row.studyKey, undisturbed, outcomes: [DISTURBANCES.worse(row, n)] };
    });
    const reruns = { disturbances: [described('worse')], drawn: studies.length, studies, gone: 0, unreached: 0 };
    const [worse] = computed({ ...often, reruns }).results;
    for (const figure of [worse.auroc, worse.thresholds[0].sensitivity, worse.shiftWith])
      expect(figure).toMatchObject({ clusters: expect.any(Number), method: expect.stringMatching(/cluster/) });
  });

  it('says why nothing was rerun, and claims nothing', () => {
    for (const notRun of ['the model is switched off', undefined]) {
      const none = { ...tables, ...(notRun !== undefined && { reruns: { notRun } }) };
      const silent = computed(none);
      const why = notRun ?? 'made from tables alone';
      expect(renderToString(pageOf(robustness, silent, none))).toContain(why);
      expect(robustness.methods(silent).join()).toContain(why);
      expect(robustness.cautions(silent)).toHaveLength(notRun === undefined ? 0 : 1);
      expect([robustness.points(silent), robustness.tables(silent).size]).toEqual([[], 0]);
      expect(robustness.share(silent, closing('all'))).toEqual(silent);
    }
  });
});

describe('the shareable chapter of robustness', () => {
  it('hides the draw and every figure where the counts of all studies are hidden', () => {
    const shared = robustness.share(value, closing('all'));
    const numbers = JSON.stringify([shared.draw, shared.results, shared.falls.map(({ change }) => change)]).match(
      /"(?:estimate|n|events|applied|answered|silent|drawn)":\d/g,
    );
    expect(numbers).toBeNull();
    expect(shared.groups).toEqual([]);
    expect(shared.falls.map(({ pValue }) => pValue)).toEqual(value.falls.map(() => ({ suppressed: true })));
    expect(renderToString(pageOf(robustness, shared, input))).toContain('hidden');
  });

  it('hides what few studies stand behind, with every figure that rests on their number', () => {
    const shared = robustness.share(value, closing());
    const few = result('few-silent', shared);
    expect(few.withOutcome.silent).toEqual({ suppressed: true });
    expect(few.withOutcome.answered).toEqual({ suppressed: true });
    expect(few.auroc).toEqual({ suppressed: true });
    expect(few.thresholds[0].sensitivity).toEqual({ suppressed: true });
    const open = result('worse', shared);
    expect(open.auroc).toEqual(result('worse').auroc);
    expect(open.thresholds[0].sensitivity).toEqual(result('worse').thresholds[0].sensitivity);
  });

  it('hides a change of few decisions', () => {
    const changed = rerun();
    const { reruns } = changed;
    if (reruns === undefined || !('studies' in reruns)) throw new Error('no reruns');
    const [at] = changed.model.thresholds;
    let left = 3;
    const studies = reruns.studies.map((study, n): RerunStudy => {
      const row = tables.rows[n];
      const flips = row.label === 1 && row.score >= thresholdOf(at, row.file) && left-- > 0;
      return { ...study, outcomes: [{ score: flips ? 0 : row.score }, ...study.outcomes.slice(1)] };
    });
    const three = computed({ ...changed, reruns: { ...reruns, studies } });
    expect(result('same', three).thresholds[0].flippedWith).toMatchObject({ events: 3 });
    const { sensitivity, flippedWith, specificity } = result('same', robustness.share(three, closing())).thresholds[0];
    expect([sensitivity, flippedWith]).toEqual([{ suppressed: true }, { suppressed: true }]);
    expect(specificity).toMatchObject({ estimate: 0 });
  });
});
