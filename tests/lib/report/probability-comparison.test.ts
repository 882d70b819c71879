// Numbers: tests/fixtures/reference/validation/two-models.R (pROC's paired DeLong test).
import { describe, expect, it } from 'vitest';
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import { type ComparedEvaluation, compareEvaluations } from '#lib/report/comparison/evaluation/compare.ts';
import { comparisonCsv, comparisonPage } from '#lib/report/comparison/page.ts';
import type { Comparison } from '#lib/report/comparison/record.ts';
import { evaluationBody, evaluationEditions, evaluationFiles } from '#lib/report/evaluation/body.ts';
import { readProbabilityStudies } from '#lib/report/evaluation/probability/studies.ts';
import { studiesParquet } from '#lib/report/evaluation/studies-table.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import reference from '../../fixtures/reference/validation/two-models.json' with { type: 'json' };

interface Table {
  readonly id: readonly string[];
  readonly hospital: readonly string[];
  readonly label: readonly number[];
  readonly score: readonly number[];
  readonly person?: readonly string[];
}

/** An internal edition with its studies as they stand in the file. */
async function evaluated(table: Table, model: string, balanced: number) {
  const { person } = table;
  const yaml = `title: AF
model: ${model}
answer: probability
event: AF
columns: { study: id, site: hospital, score: p, label: af${person ? ', subject: person' : ''} }
groups: [{ column: half, title: Half }]
thresholds: [{ name: balanced, value: ${balanced} }, { name: strict, value: 0.7 }]
intersections: false`;
  const rows = table.id.map((id, i) =>
    [
      ...[id, table.hospital[i], table.score[i], table.label[i], Number(id.slice(1)) % 2 ? 'odd' : 'even'],
      ...(person ? [person[i]] : []),
    ].join(','),
  );
  const text = ['id,hospital,p,af,half,person', ...rows.map((row) => (person ? row : `${row},`))].join('\n');
  const columns = await readAnswers('t.csv', new TextEncoder().encode(text));
  const answers = await evaluatedAnswers(readDescription('e.yaml', yaml), columns, async () => undefined);
  const input = { answers, publicData: false, command: '', software: 'tricuspid test', inputs: [] };
  const body = evaluationBody(input);
  const editions = evaluationEditions(body);
  const bytes = studiesParquet(answers, body.results);
  if (bytes === undefined) throw new Error('no studies are kept');
  const side: ComparedEvaluation = { report: editions[0], studies: await readProbabilityStudies(bytes) };
  return { side, editions, bytes };
}

const first = await evaluated(reference.first, 'first model', 0.35);
const second = await evaluated(reference.second, 'second model', 0.3);
const comparison = compareEvaluations(first.side, second.side);

function figureOf({ sites }: Comparison, site: string | null, name: string) {
  const found = sites.find((entry) => entry.site === site)?.figures.find((figure) => figure.name === name);
  if (found === undefined) throw new Error(`no ${name} of ${site}`);
  return found;
}

describe('probabilities of two models', () => {
  it.each([
    [null, reference.all],
    ['ash', reference.ash],
  ] as const)('are compared on the same studies, AUROC as by pROC: %s', (site, wanted) => {
    expect(comparison.sites.find((entry) => entry.site === site)?.pairs).toBe(wanted.n);
    const change = (name: string) => {
      const { change: found, basis } = figureOf(comparison, site, name);
      expect(basis).toBe('paired');
      return found as unknown as Readonly<Record<string, number>>;
    };
    const auroc = change('AUROC');
    for (const [found, expected] of [
      [auroc.z, wanted.auroc.z],
      [auroc.pValue, wanted.auroc.p],
    ])
      expect(found).toBeCloseTo(expected, 9);
    for (const [name, expected] of [
      ['AUROC', wanted.auroc],
      ['Brier score', wanted.brier],
      ['Observed / expected', wanted.observedExpected],
      ['Calibration slope', wanted.slope],
    ] as const) {
      const found = change(name);
      expect(found.events).toBe(wanted.events);
      expect(found.estimate).toBeCloseTo(expected.estimate, 9);
      expect(found.lower).toBeCloseTo(expected.lower, 9);
      expect(found.upper).toBeCloseTo(expected.upper, 9);
    }
    for (const decision of wanted.decisions)
      for (const [name, expected] of [
        [`Sensitivity, ${decision.name}`, decision.sensitivity],
        [`Specificity, ${decision.name}`, decision.specificity],
      ] as const) {
        const found = change(name);
        expect([found.n, found.onlyFirst, found.onlySecond]).toEqual([expected.n, expected.gained, expected.lost]);
        expect(found.estimate).toBeCloseTo(expected.estimate, 12);
        expect(found.pValue).toBeCloseTo(expected.p, 9);
      }
  });

  it('are set against each other by their figures in shareable editions, observed / expected by a ratio', () => {
    const [one, two] = [first, second].map(({ editions }) => ({ report: editions[1], studies: undefined }));
    const figure = figureOf(compareEvaluations(one, two), null, 'Observed / expected');
    const [before, after] = [figure.first, figure.second] as { estimate: number }[];
    expect(figure).toMatchObject({
      ...{ basis: 'unpaired', isRatio: true },
      change: { estimate: expect.closeTo(after.estimate / before.estimate, 12) },
    });
  });

  it('are counted: in both, only in one, and with another label, which are not compared', () => {
    expect(comparison.studies).toEqual(reference.met);
    const { label } = reference.first;
    expect(comparison.sites[0].first).toEqual({
      n: label.length,
      events: label.reduce((sum, value) => sum + value, 0),
    });
    expect(comparison.cautions).toEqual(
      expect.arrayContaining([
        '218 studies are in both reports with the same reference and are compared one by one; 15 are only in the first report, 20 only in the second.',
        '7 studies have another reference in the other report and are not paired.',
        'Thresholds of the same name differ: “balanced” 0.35 and 0.3. Each report’s scores are held against its own.',
      ]),
    );
    const halves = ['Half: even', 'Half: odd'].map((name) => comparison.sites.find(({ site }) => site === name)?.pairs);
    expect(halves.reduce((sum: number, pairs) => sum + Number(pairs), 0)).toBe(reference.met.both);
    const page = comparisonPage(comparison);
    expect(page).toContain('In both, with the same reference: compared one by one');
    expect(page).toContain('the same studies');
    const { p } = reference.all.auroc;
    expect(page).toContain(p.toFixed(3));
    const [, auroc] = comparisonCsv(comparison).split('\r\n');
    expect(Number(auroc.split(',').at(-1))).toBeCloseTo(p, 9);
  });

  it('of people with several studies take each person as one', async () => {
    const person = (table: Table) => ({
      ...table,
      person: table.id.map((id) => `p${Math.floor(Number(id.slice(1)) / 2)}`),
    });
    const [one, two] = [
      await evaluated(person(reference.first), 'first model', 0.35),
      await evaluated(person(reference.second), 'second model', 0.3),
    ];
    const clustered = compareEvaluations(one.side, two.side);
    expect(clustered.studies).toEqual(reference.met);
    const { change } = figureOf(clustered, null, 'AUROC');
    expect(change).toMatchObject({ method: expect.stringContaining('Obuchowski'), n: reference.met.both });
    expect((change as { estimate: number }).estimate).toBeCloseTo(reference.all.auroc.estimate, 9);
  });

  it('stand in the file of studies under pseudonyms, which no shareable file has', async () => {
    const columns = ['site', 'studyKey', 'subject', 'group Half', 'score', 'label'] as const;
    const lines = await readParquet<Record<(typeof columns)[number], unknown>>(
      columns.map((name) => ({ name, type: 'STRING' })),
      first.bytes,
    );
    expect(lines).toHaveLength(reference.first.id.length);
    expect(lines[3]).toEqual({
      ...{ site: reference.first.hospital[3], studyKey: expect.stringMatching(/^[0-9a-f]{32}$/), subject: 4 },
      ...{ 'group Half': 'even', score: reference.first.score[3], label: reference.first.label[3] },
    });
    expect(Buffer.from(first.bytes).includes('s004')).toBe(false);
    const shared = [...evaluationFiles(first.editions)].filter(([path]) => path.startsWith('shareable/'));
    const key = String(lines[3].studyKey);
    expect(shared.length).toBeGreaterThan(0);
    for (const [, content] of shared) expect(content).not.toContain(key);
  });

  it('of a shareable edition, or of a report without its studies, are compared by their figures, which is said', () => {
    const [, report] = second.editions;
    const alone = compareEvaluations(first.side, { report, studies: undefined });
    expect(alone.studies).toBeNull();
    expect(alone.sites.flatMap(({ figures }) => figures).every(({ pValue }) => pValue === null)).toBe(true);
    expect(figureOf(alone, null, 'AUROC').basis).toBe('unpaired');
    expect(alone.cautions[0]).toContain(
      'without its studies (a shareable edition, or one of more than 2,000,000 studies)',
    );
    const width = ({ change }: ReturnType<typeof figureOf>) => {
      const { lower, upper } = change as { lower: number; upper: number };
      return upper - lower;
    };
    expect(width(figureOf(alone, null, 'AUROC'))).toBeGreaterThan(width(figureOf(comparison, null, 'AUROC')));
  });
});
