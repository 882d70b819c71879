import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportJson } from '#lib/report/report-json.ts';

describe('reportJson', () => {
  it('says what JSON.stringify says, whatever is written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(reportJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('keeps a record with its figures on one line, and a list of records on a line each', () => {
    const figure = { estimate: 0.5, lower: 0.4, upper: 0.6 };
    const gap = { group: 'women', difference: figure, pValue: null };
    expect(reportJson({ site: 'oak', gaps: [gap, gap], none: [], ages: [1, 2], absent: undefined })).toBe(
      [
        '{',
        '  "site": "oak",',
        '  "gaps": [',
        '    {"group": "women", "difference": {"estimate": 0.5, "lower": 0.4, "upper": 0.6}, "pValue": null},',
        '    {"group": "women", "difference": {"estimate": 0.5, "lower": 0.4, "upper": 0.6}, "pValue": null}',
        '  ],',
        '  "none": [],',
        '  "ages": [1, 2]',
        '}',
        '',
      ].join('\n'),
    );
  });
});
