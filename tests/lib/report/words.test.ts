import { describe, expect, it } from 'vitest';
import { answerOf, list } from '#lib/report/answer.ts';
import { answerPoints } from '#lib/report/answer-points.ts';
import { cautionKinds } from '#lib/report/caution-kinds.ts';
import { cautionsOf } from '#lib/report/cautions.ts';
import { csv } from '#lib/report/csv.ts';
import {
  differenceStyle,
  formatAge,
  formatCount,
  formatFigure,
  formatNumber,
  formatPeople,
  formatPlain,
  formatShare,
} from '#lib/report/format.ts';
import { reportPage } from '#lib/report/page.ts';
import { reasonWords, stepWords } from '#lib/report/reasons.ts';
import { SUPPRESSED } from '#lib/report/record.ts';
import { simulatedReport } from '../../simulated-report.ts';

const figure = { estimate: 0.85812, lower: 0.8164, upper: 0.892, level: 0.95, method: 'm', n: 100, events: 50 };

describe('formatFigure', () => {
  it('writes fractions, percentages and ratios with their intervals', () => {
    expect(formatFigure(figure, 'fraction')).toBe('0.858 (0.816 to 0.892)');
    expect(formatFigure(figure, 'percent')).toBe('85.8 % (81.6 to 89.2)');
    expect(formatFigure({ ...figure, lower: -0.2 }, 'ratio')).toBe('0.86 (−0.20 to 0.89)');
  });

  it('writes differences of percentages in points, other differences as the figures', () => {
    expect(formatFigure({ ...figure, lower: -0.2 }, differenceStyle('percent'))).toBe('85.8 points (−20.0 to 89.2)');
    expect(differenceStyle('fraction')).toBe('fraction');
  });

  it('writes what cannot be told and what is hidden', () => {
    expect(formatFigure({ cannotTell: 'only 3 events' }, 'fraction')).toBe('cannot tell');
    expect(formatFigure(SUPPRESSED, 'fraction')).toBe('hidden');
  });
});

describe('formatAge and formatPeople', () => {
  it('write the oldest as the category that they are, and one person as one', () => {
    expect([89, 90].map(formatAge)).toEqual(['89', '90 or more']);
    expect([1, 1234, SUPPRESSED].map(formatPeople)).toEqual(['1 person', '1,234 people', 'hidden people']);
  });
});

describe('the flow', () => {
  it('says that studies of every kind are counted until the model is asked, and why those of another kind leave', () => {
    expect(stepWords('studies')).toBe('Studies of every kind, current revision');
    expect(reasonWords('no-slot-for-the-model')).toMatch(
      /^of another kind than the model reads, .*: the model was not asked$/,
    );
  });
});

describe('formatNumber', () => {
  it('writes no negative zero', () => {
    expect(formatNumber(-0.0001, 'ratio')).toBe('0.00');
  });
});

describe('formatCount and formatShare', () => {
  it('group thousands', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatCount(999)).toBe('999');
  });

  it('give a share only of a known total', () => {
    expect(formatShare(31, 88)).toBe('31 (35.2 %)');
    expect(formatShare(31, SUPPRESSED)).toBe('31');
    expect(formatShare(0, 0)).toBe('0');
    expect(formatShare(SUPPRESSED, 88)).toBe('hidden');
  });

  it('write plain numbers with one decimal at most', () => {
    expect(formatPlain(63.75)).toBe('63.8');
    expect(formatPlain(57)).toBe('57');
  });
});

describe('csv', () => {
  it('quotes as RFC 4180 asks', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          [null, 1.5],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""no"""\r\n,1.5\r\n');
  });

  it('disarms texts that a spreadsheet would run, not numbers', () => {
    expect(csv(['a'], [['=1+1'], [-2]])).toBe("a\r\n'=1+1\r\n-2\r\n");
  });
});

describe('list', () => {
  it('joins words as a sentence does', () => {
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});

describe('reasonWords', () => {
  it('says of every row and ECG that intake refused what was wrong with it, not only its code', () => {
    const codes = [
      'cells',
      'code-unknown',
      'number-format',
      'value-impossible',
      'patient-id',
      'checksum',
      'signal-file-short',
    ];
    for (const code of codes) expect(reasonWords(code)).not.toBe(code.replaceAll('-', ' '));
  });

  it('says an unknown code without its hyphens', () => {
    expect(reasonWords('impossible-value')).toBe('impossible value');
  });
});

describe('answerOf', () => {
  const { report } = simulatedReport();

  it('names the model, the number of studies and the kind of evidence', () => {
    expect(report.answer.headline).toMatch(
      /^Coronary disease from measurements \(simulated\) \(cad-test 1\.0\.0\), tested on 899 studies from 4 hospitals: /,
    );
    expect(report.answer.headline).toContain(
      'internal-external (each hospital was judged by weights that never saw it)',
    );
    expect(report.answer.headline).toMatch(
      /No limits were set before the run, so that this report describes the model/,
    );
    const limits = { level: 0.95, audits: null, limits: [] };
    expect(answerOf({ ...report, chapters: { ...report.chapters, limits } }, []).headline).not.toContain('No limits');
  });

  it('says that chance is not excluded where an interval reaches 0.5', () => {
    const groups = report.primary.groups.map((group) => ({
      ...group,
      auroc: { ...figure, lower: group.site === 'birch' ? 0.49 : 0.7 },
    }));
    const points = answerPoints({ ...report, primary: { ...report.primary, groups } });
    expect(points[0].text).toContain('Chance (0.5) is not excluded at birch.');
  });

  it('calls an interval below 0.5 worse than chance, and not one that does not exclude it', () => {
    const groups = report.primary.groups.map((group) => ({
      ...group,
      auroc: group.site === 'birch' ? { ...figure, estimate: 0.3, lower: 0.2, upper: 0.4 } : figure,
    }));
    const [{ importance, text }] = answerPoints({ ...report, primary: { ...report.primary, groups } });
    expect(importance).toBe('shown harm');
    expect(text).toContain('Worse than chance (0.5) at birch.');
    expect(text).not.toContain('not excluded');
  });

  it('tells shares of decisions with their intervals, and at which hospital they are not told', () => {
    const groups = report.primary.groups.map((group) => ({
      ...group,
      thresholds: group.thresholds.map((at) => ({
        ...at,
        sensitivity: group.site === 'birch' ? { cannotTell: 'few', n: 9, events: 2 } : figure,
        specificity: { ...figure, estimate: group.site === 'alder' ? 0.83 : 0.88 },
      })),
    }));
    const decisions = answerPoints({ ...report, primary: { ...report.primary, groups } })[2];
    expect(decisions.brief).toBe(
      'At “balanced” sensitivity was 85.8 % (81.6 to 89.2) at 3 hospitals, not told at birch and specificity ran from 83.0 % (81.6 to 89.2) to 88.0 % (81.6 to 89.2) between hospitals.',
    );
  });

  it('does not blame the contract for decisions that nobody is there to judge', () => {
    const primary = { ...report.primary, groups: [] };
    expect(answerPoints({ ...report, primary })[2].brief).toBe(
      'At “balanced” sensitivity and specificity cannot be told.',
    );
  });

  it('calls probabilities of a hospital wrong by limits that allow for the number of hospitals', () => {
    const ratioAt = (lower: number) => {
      const groups = report.primary.groups.map((group) => ({
        ...group,
        observedExpected: group.site === 'birch' ? { ...figure, estimate: 1.3, lower, upper: 1.69 / lower } : figure,
      }));
      return answerPoints({ ...report, primary: { ...report.primary, groups } })[1].text;
    };
    expect(ratioAt(1.02)).toMatch(/not shown to be wrong at .*birch 1\.30 \(1\.02 to 1\.66\)/);
    expect(ratioAt(1.02)).toContain('judged with limits corrected for');
    expect(ratioAt(1.15)).toContain('too low at birch 1.30 (1.15 to 1.47)');
  });

  it('says how many results are hidden', () => {
    const groups = report.primary.groups.map((group) =>
      group.site === 'birch' ? { ...group, auroc: SUPPRESSED } : group,
    );
    const points = answerPoints({ ...report, primary: { ...report.primary, groups } });
    expect(points[3].text).toContain('Hidden as small cells, or because they would give one away: 3 results');
  });
});

describe('the cautions of a report', () => {
  const { report } = simulatedReport();

  it('stand in the record and on the page by what they put in question, each once', () => {
    const kinds = cautionKinds(report.cautions);
    expect(kinds.map(({ heading }) => heading)).toEqual([
      'May the figures be wrong for these people?',
      'Do they hold elsewhere, and in everyday use?',
      'How to read and compare them',
      'About this edition',
    ]);
    expect(kinds.flatMap(({ cautions }) => cautions)).toEqual(report.cautions);
    const codes = kinds.map(({ cautions }) => cautions.map(({ code }) => code));
    expect(codes[0]).toContain('internal-external');
    expect(codes[1]).toContain('training-population');
    expect(codes[3]).toEqual(['internal']);
    const page = reportPage(report);
    for (const { heading } of kinds) expect(page).toContain(`<h3>${heading}</h3>`);
  });

  it('count one that no kind names among the weightiest', () => {
    const own = { code: 'never-heard-of', text: 'Mind this' };
    expect(cautionKinds([...report.cautions, own])[0].cautions).toContain(own);
  });

  it('say that the people of the training were judged by weights without their hospital', () => {
    const { text = '' } = report.cautions.find(({ code }) => code === 'training-population') ?? {};
    expect(text).toContain('Here each hospital is judged by weights that were trained on the others alone.');
  });
});

describe('the caution about groups too few to judge', () => {
  const { report } = simulatedReport();
  const untold = { cannotTell: 'too few', n: 9, events: 3 };
  const small = (count: number) => {
    const groups = report.primary.groups.map((group, place) => ({
      ...group,
      auroc: group.ageBand === null && group.device === null && place < count ? untold : figure,
    }));
    const body = { ...report, primary: { ...report.primary, groups } };
    return cautionsOf(body).find(({ code }) => code === 'too-few')?.text ?? '';
  };

  it('names a few one by one and counts the sexes of many', () => {
    expect(small(3)).toMatch(/women at|Women at/);
    const many = small(report.primary.groups.length);
    expect(many).not.toMatch(/(?:Women|Men) at/);
    expect(many).toMatch(/\d+ groups of women or men \(see Women and men\)/);
    expect(many).toContain('alder (');
  });
});
