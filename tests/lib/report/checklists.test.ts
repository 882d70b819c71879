import { describe, expect, it } from 'vitest';
import { checklistsOf } from '#lib/report/checklists/checklists.ts';
import { simulatedReport } from '../../simulated-report.ts';

const { report, files } = simulatedReport();

const answers = (statements?: Record<string, string>) => {
  const cohort = { ...report.cohort, ...(statements && { statements }) };
  return checklistsOf({ ...report, cohort }).flatMap(({ id, items }) => items.map((item) => ({ id, ...item })));
};

describe('checklists of a report', () => {
  it('are those that journals and regulators ask for, with as many items as they have', () => {
    expect(report.checklists.map(({ id, items }) => [id, items.length])).toEqual([
      ['tripod-ai', 52],
      ['stard-ai', 48],
      ['claim', 44],
      ['model-card', 24],
      ['hti-1', 31],
      ['eu-ai-act', 18],
      ['change-control', 7],
    ]);
  });

  it('ask of CLAIM all 44 items by number; what is about images alone does not apply', () => {
    const items = answers().filter(({ id }) => id === 'claim');
    expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, n) => String(n + 1)));
    const images = items.filter(({ answer }) => answer.text.startsWith('No images'));
    expect(images.map(({ number, answer }) => [number, answer.status])).toEqual([['13', 'not applicable']]);
  });

  it('ask of STARD-AI its 40 items by number, five of them in parts', () => {
    const parts: Record<string, string> = { 15: 'abcd', 16: 'abc', 17: 'ab', 26: 'ab', 40: 'ab' };
    const numbers = Array.from({ length: 40 }, (_, n) => String(n + 1)).flatMap((number) =>
      number in parts ? [...parts[number]].map((part) => `${number}${part}`) : [number],
    );
    const items = answers().filter(({ id }) => id === 'stard-ai');
    expect(items.map(({ number }) => number)).toEqual(numbers);
  });

  it('leave open what only people can say, and nothing is answered by a section that is not there', () => {
    const page = files.get('internal/report.html') ?? '';
    const where = answers().flatMap(({ answer }) => (answer.status === 'reported' ? [answer.where] : []));
    expect(where.length).toBeGreaterThan(50);
    for (const anchor of new Set(where)) expect(page).toContain(`id="${anchor}"`);
    const funding = answers().filter(({ asks }) => asks.startsWith('Funding'));
    expect(funding.map(({ answer }) => answer.status)).toEqual(Array(funding.length).fill('open'));
  });

  it('call an answer open where this run cannot give it', () => {
    const at = (body: typeof report, id: string, number: string) =>
      checklistsOf(body)
        .find((list) => list.id === id)
        ?.items.find((item) => item.number === number)?.answer;
    const having = (relations: typeof report.primary.relations) => ({
      ...report,
      primary: { ...report.primary, relations },
    });
    expect(at(having(['external']), 'hti-1', '7(i)')?.status).toBe('open');
    expect(at(having(['external']), 'hti-1', '7(iii)')).toMatchObject({ status: 'reported', where: 'discrimination' });
    expect(at(having(['left-out-fold']), 'hti-1', '7(iii)')?.status).toBe('open');
    expect(at(having(['left-out-fold']), 'claim', '33')?.status).toBe('open');
    expect(at(having(['external']), 'claim', '32')?.status).toBe('open');
    expect(at(report, 'claim', '18')?.text).toContain('no study here has two labels');
    expect(at(having(['left-out-site']), 'hti-1', '7(iv)')?.text).toContain('Internal-external only');
    const { labels, drift } = report.chapters;
    if (labels === null || drift === null) throw new Error('no chapters');
    const stating = (value: string) => ({
      ...report,
      chapters: {
        ...report.chapters,
        labels: {
          ...labels,
          sites: labels.sites.map((site) => ({ ...site, facts: [{ fact: 'blinded' as const, value, n: 20 }] })),
        },
      },
    });
    for (const [id, number] of [
      ['tripod-ai', '8c'],
      ['stard-ai', '17b'],
    ] as const) {
      expect(at(stating('not stated'), id, number)).toMatchObject({
        status: 'open',
        text: expect.stringContaining(labels.sites[0].site),
      });
      expect(at(stating('yes'), id, number)?.status).toBe('reported');
    }
    expect(at({ ...report, silence: [] }, 'stard-ai', '19')?.text).toContain('answered every labelled study');
    const alone = { ...report, chapters: { ...report.chapters, drift: { ...drift, populations: [] } } };
    for (const [id, number] of [
      ['tripod-ai', '20c'],
      ['hti-1', '4(iv)'],
    ] as const)
      expect(at(alone, id, number)?.status).toBe('open');
    expect(at(report, 'hti-1', '1(iii)')?.text).not.toContain('Calibrated');
  });

  it('are answered by the statements of the cohort, in every list that asks', () => {
    const stated = answers({ funding: 'Public money' }).filter(({ answer }) => answer.status === 'stated');
    expect([...new Set(stated.map(({ id }) => id))].sort()).toEqual([
      'claim',
      'hti-1',
      'model-card',
      'stard-ai',
      'tripod-ai',
    ]);
    expect(new Set(stated.map(({ answer }) => answer.text))).toEqual(new Set(['Public money']));
  });

  it('refuse a statement that no list asks for', () => {
    expect(() => answers({ fundnig: 'Public money' })).toThrow(/statements: found fundnig, allowed: context,/);
  });

  it('call an answer open when the report has no section for it, and where what it asks was not run', () => {
    const of = (body: typeof report, id: string, number: string) =>
      checklistsOf(body)
        .find((list) => list.id === id)
        ?.items.find((item) => item.number === number)?.answer;
    const { chapters } = report;
    expect(of(report, 'stard-ai', '21')?.status).toBe('reported');
    expect(of({ ...report, chapters: { ...chapters, fairness: null } }, 'stard-ai', '21')).toEqual({
      status: 'open',
      text: expect.stringContaining('This report has no section for it'),
    });
    for (const [id, number] of [
      ['eu-ai-act', '15(4)'],
      ['claim', '30'],
    ] as const)
      expect(of(report, id, number)?.status).toBe('open');
  });

  it('stand in a table of their own', () => {
    const csv = files.get('internal/tables/checklists.csv') ?? '';
    expect(csv.split('\r\n')).toHaveLength(2 + answers().length);
    expect(csv).toContain('hti-1,1(ii),Funding of the development,open,');
  });
});
