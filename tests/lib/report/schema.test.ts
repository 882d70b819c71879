// docs/report.schema.json says what report.json holds; this holds it to its word with the keywords that the schema uses.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import { classInput, classTables } from '../../class-tables.ts';
import { ecgReport } from '../../ecg-tables.ts';
import { type JsonSchema, schemaFaults } from '../../schema-faults.ts';
import { simulatedReport } from '../../simulated-report.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8'),
) as JsonSchema;

describe('docs/report.schema.json', () => {
  const { files } = simulatedReport();
  const ofEcgs = ecgReport().files.get('internal/report.json') ?? '';

  it.each(['internal', 'shareable'])('describes the %s edition of a report on measurements', (edition) => {
    const report = JSON.parse(files.get(`${edition}/report.json`) ?? '');
    expect(schemaFaults(report, SCHEMA).slice(0, 10)).toEqual([]);
  });

  it('describes a report on ECGs', () => {
    const report = JSON.parse(ofEcgs);
    expect(schemaFaults(report, SCHEMA).slice(0, 10)).toEqual([]);
  });

  it('describes a report on several classes', () => {
    const hospitals = [
      { site: 'oak', studies: [60, 40, 30, 12, 5] },
      { site: 'pine', studies: [20, 15, 0, 0, 0] },
    ];
    const { model, cohort } = classInput(hospitals);
    const provenance = { missing: 0, command: 'none', software: 'tricuspid', inputs: [] };
    const { report } = writeReport({ tables: classTables(hospitals), cohort, model, publicData: true, provenance });
    expect(report.chapters.classes?.sites).toHaveLength(3);
    expect(schemaFaults(JSON.parse(JSON.stringify(report)), SCHEMA).slice(0, 10)).toEqual([]);
  });

  it('refuses a report with a field too many, one too few and one of another type', () => {
    const report = JSON.parse(ofEcgs) as Record<string, unknown>;
    const { methods: _, ...less } = report;
    expect(schemaFaults({ ...report, extra: 1 }, SCHEMA)).toEqual([': extra is unknown to the schema']);
    expect(schemaFaults(less, SCHEMA)).toEqual([': methods is missing']);
    expect(schemaFaults({ ...report, publicData: 'yes' }, SCHEMA)).toEqual([
      '/publicData: found string, allowed boolean',
    ]);
  });
});
