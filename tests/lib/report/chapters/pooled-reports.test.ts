import { describe, expect, it } from 'vitest';
import { intervalText } from '#lib/report/chapters/hospitals/measure-words.ts';
import { poolReports } from '#lib/report/chapters/hospitals/pool-reports.ts';
import { type PoolableReport, readPoolableReport } from '#lib/report/chapters/hospitals/poolable-report.ts';
import { pooledPage } from '#lib/report/chapters/hospitals/pooled-page.ts';
import { LABEL } from '../../../cohort-tables.ts';
import { chapterOf, computed, figureOf, find, firstOf, hospital, NAMES, textOf } from '../../../simulated-hospitals.ts';
import { CONTRACT } from '../../../simulated-report.ts';

describe('reports of single hospitals', () => {
  const single = (place: number) => {
    const own = chapterOf(computed([hospital(NAMES[place], place)]));
    const { name, version, regulatoryStatus, files } = CONTRACT;
    const json = {
      schema: 'tricuspid/cohort-report/1',
      audience: 'shareable',
      cohort: { title: `Patients of ${NAMES[place]}`, label: LABEL },
      model: { name, version, regulatoryStatus, files },
      primary: { relations: ['external'], groups: [] },
      provenance: { missing: 0, inputs: [{ name: 'Tables', sha256: String(place).padStart(64, '0') }] },
      chapters: { hospitals: own },
    };
    const file = `${NAMES[place]}/report.json`;
    return { name: file, report: readPoolableReport(file, JSON.parse(JSON.stringify(json))) };
  };
  const parts = Array.from({ length: 6 }, (_, place) => single(place));

  it('pooled without rows are what one report over all these hospitals pools', () => {
    const together = chapterOf(computed(firstOf(6)));
    expect(poolReports(parts).hospitals.measures).toEqual(together.measures);
    const page = pooledPage(poolReports(parts));
    expect(textOf(page)).toContain(intervalText(figureOf(find(together, 'auroc')), 'fraction'));
    expect(page).toContain('Patients of ash: ash (ash/report.json, shareable edition)');
  });

  it('are refused by name: one alone, a hospital twice, the same data, another model or label', () => {
    expect(() => poolReports(parts.slice(0, 1))).toThrow('pool: found 1 report, accepted at least 2');
    const again = { ...parts[1], name: 'again.json' };
    expect(() => poolReports([parts[0], parts[1], again])).toThrow(
      'found the same inputs in birch/report.json and again.json',
    );
    const changed = (change: Partial<PoolableReport>) => ({
      name: 'other.json',
      report: { ...parts[1].report, ...change },
    });
    const renamed = changed({ provenance: { missing: 0, inputs: [{ sha256: 'f'.repeat(64) }] } });
    expect(() => poolReports([parts[0], parts[1], renamed])).toThrow(
      'found hospital "birch" in birch/report.json and in other.json',
    );
    const { model } = parts[1].report;
    expect(() => poolReports([parts[0], changed({ model: { ...model, version: '2.0.0' } })])).toThrow(
      'found model cad-test 1.0.0 in ash/report.json and cad-test 2.0.0 in other.json',
    );
    const files = [{ sha256: 'c'.repeat(64) }];
    expect(() => poolReports([parts[0], changed({ model: { ...model, files } })])).toThrow(
      'found weights aaaaaaaaaaaa',
    );
    expect(() => poolReports([parts[0], changed({ cohort: { title: 'x', label: 'death' } })])).toThrow(
      'found label "coronary-disease" in ash/report.json and "death"',
    );
  });

  it('are checked when they are read: schema, missing chapter, variance of 0, counts that do not fit, unknown fields', () => {
    const json = JSON.parse(JSON.stringify(parts[0].report));
    expect(() => readPoolableReport('a.json', null)).toThrow('pool: found in a.json the file: ');
    expect(() => readPoolableReport('a.json', { ...json, schema: 'other/1' })).toThrow('found in a.json schema: ');
    expect(() => readPoolableReport('a.json', { ...json, chapters: {} })).toThrow('chapters.hospitals');
    const [summary] = json.chapters.hospitals.summaries;
    const withSummary = (change: object) => ({
      ...json,
      chapters: { hospitals: { ...json.chapters.hospitals, summaries: [{ ...summary, ...change }] } },
    });
    expect(() => readPoolableReport('a.json', withSummary({ auroc: { ...summary.auroc, variance: 0 } }))).toThrow(
      'chapters.hospitals.summaries.0.auroc',
    );
    const [at] = summary.thresholds;
    const wrong = [{ ...at, sensitivity: { ...at.sensitivity, successes: at.sensitivity.n + 1 } }];
    expect(() => readPoolableReport('a.json', withSummary({ thresholds: wrong }))).toThrow('thresholds.0.sensitivity');
    expect(() => readPoolableReport('a.json', withSummary({ patient: 1 }))).toThrow('Unrecognized key: "patient"');
  });

  it('say where they are another kind of evidence or incomplete', () => {
    const partial = {
      ...parts[1],
      report: { ...parts[1].report, provenance: { ...parts[1].report.provenance, missing: 3 } },
    };
    const internal = {
      ...parts[2],
      report: { ...parts[2].report, primary: { relations: ['left-out-site' as const] } },
    };
    const page = textOf(pooledPage(poolReports([parts[0], partial, internal])));
    expect(page).toContain('PARTIAL: birch/report.json closed while drops were still in flight');
    expect(page).toContain('The reports are not one kind of evidence');
  });
});
