import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { conformal } from '#lib/report/chapters/conformal/conformal.ts';
import {
  type Calibrated,
  type Conformal,
  type GroupCoverage,
  isCalibrated,
} from '#lib/report/chapters/conformal/value.ts';
import { formatFigure } from '#lib/report/format.ts';
import { isEstimate, isSuppressed } from '#lib/report/record.ts';
import { chapterInput, closing, pageOf } from '../../../chapter-input.ts';
import { classInput } from '../../../class-tables.ts';

/** Right, far off, and three studies for each person. */
const input = chapterInput([
  { site: 'cedar', studies: 500, prevalence: 0.35, separation: 2.2 },
  { site: 'birch', studies: 300, prevalence: 0.25, separation: 1.6, shift: 2.5 },
  { site: 'willow', studies: 450, prevalence: 0.4, separation: 2, studiesPerSubject: 3 },
]);
const computed = (of: ChapterInput): Conformal => {
  const value = conformal.compute(of);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
};
const value = computed(input);
const page = renderToString(pageOf(conformal, value, input));

function calibration(of: Conformal, leftOut: string | null, method = 'lac', level = 0.9): Calibrated {
  const found = of.questions[0].calibrations.find(
    (one) => one.leftOut === leftOut && one.method === method && one.level === level,
  );
  if (found === undefined || !isCalibrated(found)) throw new Error(`no calibration without ${leftOut}`);
  return found;
}

function group({ groups }: Calibrated, column: string, name: string): GroupCoverage {
  const found = groups.find((one) => one.column === column && one.group === name);
  if (found === undefined) throw new Error(`no group ${column} ${name}`);
  return found;
}

const estimateOf = (figure: GroupCoverage['coverage']): number => {
  if (!isEstimate(figure)) throw new Error('found no estimate');
  return figure.estimate;
};

describe('the chapter of prediction sets', () => {
  it('shows the figures of report.json', () => {
    const halves = calibration(value, null);
    expect(halves.groups.map(({ column, group: name }) => `${column} ${name}`)).toEqual([
      'all all',
      'class no coronary disease',
      'class coronary disease',
      ...['site cedar', 'site birch', 'site willow', 'sex female', 'sex male'],
      ...halves.groups.flatMap(({ column, group: name }) => (column === 'age' ? [`age ${name}`] : [])),
    ]);
    for (const { coverage, single } of halves.groups) {
      expect(page).toContain(formatFigure(coverage, 'percent'));
      expect(page).toContain(formatFigure(single, 'percent'));
    }
    expect(conformal.tables(value).get('conformal.csv')).toContain(
      `outcome,0.9,lac,half of each,sex,female,${group(halves, 'sex', 'female').n},`,
    );
  });

  it('calibrates on all people of the other hospitals, and judges every study of the one left out', () => {
    const without = calibration(value, 'willow');
    const others = input.rows.filter(({ site }) => site !== 'willow');
    const sorted = others.map(({ score, label }) => (label === 1 ? 1 - score : score)).sort((a, b) => a - b);
    const limit = sorted[Math.ceil((sorted.length + 1) * 0.9) - 1];
    expect(without.calibrated).toEqual([others.length]);
    const [threshold] = isSuppressed(without.thresholds) ? [] : without.thresholds;
    expect(threshold).toBeCloseTo(limit, 12);
    const own = input.rows.filter(({ site }) => site === 'willow');
    const covered = own.filter(({ score, label }) => (label === 1 ? 1 - score : score) <= limit);
    const uncertain = own.filter(({ score }) => score <= limit && 1 - score <= limit);
    const all = group(without, 'all', 'all');
    expect(all).toMatchObject({ n: own.length, notJudged: 0, people: new Set(own.map((row) => row.subjectKey)).size });
    expect(estimateOf(all.coverage)).toBeCloseTo(covered.length / own.length, 12);
    expect(estimateOf(all.several)).toBeCloseTo(uncertain.length / own.length, 12);
    expect(all.coverage).toMatchObject({ clusters: all.people });
  });

  it('keeps people whole: half of them calibrate, with one study each, and none of theirs is judged', () => {
    const halves = calibration(value, null);
    const people = (site: string) =>
      new Set(input.rows.filter((row) => row.site === site).map((row) => row.subjectKey));
    const half = ['cedar', 'birch', 'willow'].map((site) => Math.floor(people(site).size / 2));
    expect(halves.calibrated).toEqual([half[0] + half[1] + half[2]]);
    const willow = group(halves, 'site', 'willow');
    expect(willow.people).toBe(people('willow').size - half[2]);
    expect(Number(willow.n) + Number(willow.notJudged)).toBe(input.rows.filter(({ site }) => site === 'willow').length);
  });

  it('covers at the level on average, and says where it surely does not', () => {
    const halves = group(calibration(value, null), 'all', 'all');
    expect(Math.abs(estimateOf(halves.coverage) - 0.9)).toBeLessThan(0.05);
    const birch = group(calibration(value, 'birch'), 'all', 'all');
    expect(birch.verdict).toBe('below');
    expect(page).toContain('Surely below 90 %: ');
    expect(conformal.cautions(value)[0].text).toContain(`birch, ${formatFigure(birch.coverage, 'percent')}`);
  });

  it('covers each answer by itself where each has its threshold, at the price of larger sets', () => {
    const byClass = calibration(value, null, 'by-class');
    for (const name of value.questions[0].answers)
      expect(Math.abs(estimateOf(group(byClass, 'class', name).coverage) - 0.9)).toBeLessThan(0.07);
    expect(byClass.calibrated).toHaveLength(2);
    expect(byClass.chance).toBeNull();
  });

  it('is the same for the same seed and another for another', () => {
    expect(computed({ ...input, rows: [...input.rows] })).toEqual(value);
    expect(computed({ ...input, seed: 'another' })).not.toEqual(value);
  });

  it('names each of many hospitals once, without a picture of them', () => {
    const many = chapterInput(
      Array.from({ length: 11 }, (_, n) => ({ site: `site-${n}`, studies: 60, prevalence: 0.4, separation: 2 })),
    );
    const said = renderToString(pageOf(conformal, computed(many), many));
    expect(said.match(/<th scope="row">site-4<\/th>/g)).toHaveLength(2);
    expect(said).not.toContain('site-4, coronary disease');
    expect(said).not.toContain('all but site-4');
    expect(said).not.toContain('<svg');
    expect(page).toContain('<svg');
  });

  it('cannot tell with too few people, and says how many are needed', () => {
    const few = computed({ ...input, rows: input.rows.filter(({ site }) => site === 'cedar').slice(0, 200) });
    expect(few.questions[0].calibrations[0]).toMatchObject({
      cannotTell: '100 people to calibrate on, 127 are needed',
    });
    const said = renderToString(pageOf(conformal, few, input));
    expect(said).toContain('cannot tell (100 people to calibrate on, 127 are needed)');
    expect(said).toContain('With a single hospital nobody can say what a new one would see.');
  });

  it('says nothing without a study, and judges no class by itself where all have the same', () => {
    expect(conformal.compute({ ...input, rows: [] })).toBeNull();
    const same = computed({ ...input, rows: input.rows.filter(({ label }) => label === 0) });
    const byClass = same.questions[0].calibrations.find(({ method }) => method === 'by-class');
    expect(byClass).toMatchObject({
      cannotTell: 'to calibrate on there are 0 people with coronary disease; 127 of each are needed',
    });
    expect(calibration(same, null).groups.filter(({ column }) => column === 'class')).toHaveLength(1);
  });

  it('shares no small count, no limit, and of a column with a closed group only the total', () => {
    const shared = conformal.share(value, closing('birch'));
    const halves = calibration(shared, null);
    expect(isSuppressed(halves.thresholds)).toBe(true);
    expect(halves.groups.filter(({ column }) => column === 'site').every(({ n }) => isSuppressed(n))).toBe(true);
    expect(isSuppressed(group(halves, 'all', 'all').n)).toBe(false);
    expect(calibration(shared, 'birch').groups.every(({ n }) => isSuppressed(n))).toBe(true);
    // At cedar three studies are missed: how many sets are of which size may be told, which are right may not.
    const cedar = group(calibration(shared, 'cedar'), 'all', 'all');
    expect([isSuppressed(cedar.coverage), cedar.verdict, isSuppressed(cedar.singleRight)]).toEqual([
      true,
      'hidden',
      true,
    ]);
    expect(isEstimate(cedar.single)).toBe(true);
    expect(JSON.stringify(calibration(shared, 'willow'))).not.toContain('clusters');
    for (const { groups } of shared.questions[0].calibrations.filter(isCalibrated))
      for (const of of groups)
        for (const figure of [of.coverage, of.single, of.several, of.none, of.singleRight])
          if ('n' in figure)
            for (const count of [figure.n, figure.events, figure.n - figure.events])
              expect(count === 0 || count >= 11).toBe(true);
    expect(renderToString(pageOf(conformal, shared, input))).toContain('hidden');
    const nothing = renderToString(
      pageOf(conformal, conformal.share(value, closing('cedar', 'birch', 'willow', 'all')), input),
    );
    expect(nothing).toContain('How often the sets hold the right answer is hidden here');
    expect(nothing).not.toContain('<table');
  });
});

describe('prediction sets of classes', () => {
  const classes = classInput([{ site: 'oak', studies: [300, 280, 280, 0, 10] }]);
  const value = computed(classes);

  it('stand beside those of the outcome, adaptive ones too, for studies of one class', () => {
    expect(value.questions.map(({ about }) => about)).toEqual(['outcome', 'classes']);
    const { answers, calibrations } = value.questions[1];
    expect(answers).toEqual(['normal', 'atrial fibrillation', 'other rhythm', 'noise']);
    const coverages = calibrations.filter(isCalibrated).map(({ method, level, groups }) => {
      expect(Math.abs(estimateOf(groups[0].coverage) - level)).toBeLessThan(0.05);
      return `${method} ${level}`;
    });
    expect(coverages).toEqual(['lac 0.9', 'aps 0.9', 'lac 0.95', 'aps 0.95']);
    expect(calibrations.find(({ method }) => method === 'by-class')).toMatchObject({
      cannotTell: expect.stringContaining('0 people with noise'),
    });
    const said = renderToString(pageOf(conformal, value, classes));
    expect(said).toContain('Sets of classes');
  });

  it('stay inside, for their numbers would tell how many studies have no class', () => {
    const { calibrations } = conformal.share(value, closing()).questions[1];
    const groups = calibrations.filter(isCalibrated).flatMap((one) => one.groups);
    expect(groups.every(({ n, coverage }) => isSuppressed(n) && isSuppressed(coverage))).toBe(true);
  });
});
