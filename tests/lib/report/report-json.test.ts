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

  it('keeps a figure on one line and a list of figures on one line each', () => {
    const figure = { estimate: 0.5, lower: 0.4, upper: 0.6 };
    expect(reportJson({ site: 'oak', figures: [figure, figure], none: [], absent: undefined })).toBe(
      [
        '{',
        '  "site": "oak",',
        '  "figures": [',
        '    {"estimate": 0.5, "lower": 0.4, "upper": 0.6},',
        '    {"estimate": 0.5, "lower": 0.4, "upper": 0.6}',
        '  ],',
        '  "none": []',
        '}',
        '',
      ].join('\n'),
    );
  });
});
