// What the drift chapter says in sentences and tables.
import { measurementWords } from '#lib/formats/measurement-words.ts';
import { list } from '../../answer.ts';
import { csv } from '../../csv.ts';
import { capitalised, formatCount, formatNumber, formatShare, HIDDEN } from '../../format.ts';
import type { Point } from '../../point.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import type { Comparison, DriftValue, ReportedTest } from './drift.ts';
import type { ExpectedAtSite } from './expected.ts';

/** "cholesterol", "cholesterol missing", "share with the outcome". */
export function testWords({ aspect, field }: ReportedTest): string {
  if (aspect === 'missing') return `${fieldWords(field)} missing`;
  if (aspect === 'prevalence') return 'share with the outcome';
  if (aspect === 'everything') return 'all measurements together';
  return field === null ? aspect.replace('score', 'scores') : fieldWords(field);
}

const fieldWords = (field: string | null): string => measurementWords(field ?? '');

/** "31.2 % (96 of 308)" of shares, "KS 0.21" of numbers. */
export function effectWords(test: ReportedTest): string {
  const { shares, distance, index, test: name } = test;
  if (isSuppressed(shares)) return HIDDEN;
  if (shares !== null) {
    const of = ({ part, whole }: { part: number; whole: number }) =>
      `${formatShare(part, whole)} of ${formatCount(whole)}`;
    return `${of(shares.current)}; reference ${of(shares.reference)}`;
  }
  if (name === 'mean discrepancy') return distance === null ? HIDDEN : `discrepancy ${formatNumber(distance, 'ratio')}`;
  if (distance !== null) return `distance ${formatNumber(distance, 'ratio')}`;
  return index === null ? HIDDEN : '';
}

/** "0.31 (chance 0.05)": what the index is, and what it exceeds by chance in one comparison of twenty. */
export function indexWords({ index }: ReportedTest): string {
  return index === null ? '' : `${formatNumber(index.value, 'ratio')} (chance ${formatNumber(index.chance, 'ratio')})`;
}

/** "below 0.001", "0.043". */
export function pWords(p: ReportedTest['corrected']): string {
  if (isSuppressed(p)) return HIDDEN;
  return p < 0.001 ? 'below 0.001' : formatNumber(p, 'fraction');
}

/**
 * The same tests, the least likely by chance first: by the p-value, equal ones by how far apart the two sides lie. Distances of different
 * tests are not of one scale, p-values are. Where p-values are hidden, an order by them would tell of them: the order stays.
 */
export function byEvidence(tests: readonly ReportedTest[]): ReportedTest[] {
  const pOf = ({ pValue }: ReportedTest) => (isSuppressed(pValue) ? 0 : pValue);
  if (tests.some(({ pValue }) => isSuppressed(pValue))) return [...tests];
  return tests.toSorted((a, b) => pOf(a) - pOf(b) || sizeOf(b) - sizeOf(a));
}

/** What the order of the findings is. */
export const orderWords = (populations: readonly Comparison[]): string =>
  populations.some(({ tests }) => tests.some(({ pValue }) => isSuppressed(pValue)))
    ? 'in the order of the measurements'
    : 'the least likely by chance first (by p-value, one scale for all tests)';

/** What differs, in that order; for one cell of a table. */
export function differing({ tests }: Comparison, aspects: readonly ReportedTest['aspect'][]): string {
  const MOST = 4;
  const asked = tests.filter(({ aspect }) => aspects.includes(aspect));
  if (asked.length === 0) return 'not compared';
  const found = byEvidence(asked.filter(({ differs }) => differs));
  if (found.length === 0) return `nothing shown (${asked.length} compared)`;
  const names = found
    .slice(0, MOST)
    .map((test) => (test.aspect === 'missing' ? fieldWords(test.field) : testWords(test)));
  const rest = found.length - names.length;
  return `${found.length} of ${asked.length}: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function sizeOf({ distance, index, shares }: ReportedTest): number {
  if (shares !== null && !isSuppressed(shares))
    return Math.abs(shares.current.part / shares.current.whole - shares.reference.part / shares.reference.whole);
  return distance ?? index?.value ?? 0;
}

/** "6 of 12 comparisons with the last audit differ". */
export function summaryWords({ populations, comparisons }: DriftValue): string {
  const references = ['last audit', 'training', 'other hospitals'] as const;
  const said = references.flatMap((reference) => {
    const tests = populations.filter((one) => one.reference === reference).flatMap((one) => one.tests);
    if (tests.length === 0) return [];
    const found = tests.filter(({ differs }) => differs).length;
    return [
      `${found} of ${tests.length} comparisons with ${reference === 'other hospitals' ? reference : `the ${reference}`} differ`,
    ];
  });
  if (said.length === 0) return 'Nothing could be compared.';
  return `After correction for ${comparisons} comparisons, ${list(said)}.`;
}

/** Where the outcome's share and the scores given the outcome moved: shift of label, or of more than the label. */
export function shiftWords({ tests }: Comparison): string {
  const of = (aspect: ReportedTest['aspect']) => tests.find((test) => test.aspect === aspect);
  const given = [of('score with the outcome'), of('score without the outcome')].filter((test) => test !== undefined);
  const prevalence = of('prevalence');
  if (prevalence === undefined || given.length < 2) return 'cannot tell';
  if (given.some(({ differs }) => differs))
    return 'scores differ among people with the same outcome: more than its share moved';
  return prevalence.differs
    ? 'the share with the outcome moved, scores given the outcome are not shown to: label shift'
    : 'neither is shown to have moved';
}

/** Hospitals at which performance seen with labels contradicts what scores alone would say. */
export const contradicted = (expected: readonly ExpectedAtSite[]): ExpectedAtSite[] =>
  expected.filter(({ figures }) => figures.some(({ contradicts }) => contradicts === true));

export function driftTables({ populations, expected, changes }: DriftValue): ReadonlyMap<string, string> {
  const tests = populations.flatMap((one) =>
    one.tests.map((test) => [
      ...[one.site, one.reference, test.aspect, test.field, test.test],
      ...[test.distance, test.index?.value ?? null, test.index?.chance ?? null],
      ...shareCells(test.shares),
      ...[isSuppressed(test.pValue) ? HIDDEN : test.pValue, isSuppressed(test.corrected) ? HIDDEN : test.corrected],
      test.differs ? 'yes' : 'not shown',
    ]),
  );
  const header = [
    ...['site', 'reference', 'aspect', 'field', 'test', 'distance', 'stability_index', 'stability_index_by_chance'],
    ...['part', 'whole', 'reference_part', 'reference_whole', 'p', 'p_corrected', 'differs'],
  ];
  return new Map([
    ['drift-comparisons.csv', csv(header, tests)],
    ['drift-expected.csv', expectedCsv(expected)],
    ...(changes.some((one) => one.changes.length > 0) ? [['drift-changes.csv', changesCsv(changes)] as const] : []),
  ]);
}

function shareCells(shares: ReportedTest['shares']): (number | string | null)[] {
  if (isSuppressed(shares)) return [HIDDEN, HIDDEN, HIDDEN, HIDDEN];
  if (shares === null) return [null, null, null, null];
  return [shares.current.part, shares.current.whole, shares.reference.part, shares.reference.whole];
}

function expectedCsv(expected: readonly ExpectedAtSite[]): string {
  const header = [
    'site',
    'studies',
    'measure',
    'expected',
    'expected_lower',
    'expected_upper',
    'realised',
    'realised_lower',
    'realised_upper',
    'contradicts',
  ];
  const rows = expected.flatMap(({ site, figures, unlabelled }) => [
    ...figures.map(({ measure, expected: range, realised, contradicts }) => [
      ...[site, 'labelled', measure, range?.estimate ?? null, range?.lower ?? null, range?.upper ?? null],
      ...figureCells(realised),
      contradicts === null ? null : contradicts ? 'yes' : 'no',
    ]),
    ...(unlabelled?.figures ?? []).map(({ measure, expected: range }) => [
      ...[site, 'without label', measure, range?.estimate ?? null, range?.lower ?? null, range?.upper ?? null],
      ...[null, null, null, null],
    ]),
  ]);
  return csv(header, rows);
}

function figureCells(figure: Figure): (number | string | null)[] {
  if (isSuppressed(figure)) return [HIDDEN, HIDDEN, HIDDEN];
  return isEstimate(figure) ? [figure.estimate, figure.lower, figure.upper] : [null, null, null];
}

function changesCsv(changes: DriftValue['changes']): string {
  const rows = changes.flatMap(({ site, time, changes: found }) =>
    found.map(({ of, from, before, after, pValue }) => [site, of, time, from, before, after, pValue]),
  );
  return csv(['site', 'of', 'time', 'from', 'before', 'after', 'p'], rows);
}

export function driftMethods(value: DriftValue): string[] {
  const tests = new Set(value.populations.flatMap(({ tests: all }) => all.map(({ test }) => test)));
  const named: readonly (readonly [string, string])[] = [
    [
      'Kolmogorov-Smirnov',
      'numbers and scores by the two-sample Kolmogorov-Smirnov test (exact for up to a million pairs of people, doi:10.1007/BF02589501; an upper bound with ties)',
    ],
    [
      'stability index',
      'categories, and everything against the last audit, by the population stability index in at most ten bins of equal size in the reference, bins that expect fewer than five joined; its p-value and the value that chance exceeds in 5 % of comparisons by its chi-squared limit (doi:10.21314/JRMV.2020.227), not by the customary 0.1 and 0.25',
    ],
    ['Fisher', "shares (outcome, missing measurements, training) by Fisher's exact test (doi:10.2307/2342435)"],
    [
      'mean discrepancy',
      'all measurements and their missingness together by the maximum mean discrepancy (Gretton et al., JMLR 2012;13:723-773) with a Gaussian kernel of the median distance, at most 250 people of each side drawn, 999 permutations',
    ],
  ];
  const used = named.flatMap(([test, text]) => (tests.has(test) ? [text] : []));
  return [
    `Drift: one study of each person, scored, with or without label; at least ${20} people on either side. Tests: ${used.join('; ')}. All ${value.comparisons} p-values of the chapter are corrected together (Holm). Findings stand ${orderWords(value.populations)}.`,
    ...(value.expected.length === 0
      ? []
      : [
          'Performance expected without labels: expected confusion table and ordered pairs if every score were the true probability (doi:10.1613/jair.1.16709); the range is that of figures of outcomes drawn from the scores, each at 98.3 %, so that all three of a hospital lie inside at 95 % of hospitals (Bonferroni). It assumes that the scores are calibrated at this hospital and that measurements mean for the outcome what they meant in training; where people have several studies the range is too narrow.',
        ]),
    ...(value.changes.some(({ time }) => time !== null)
      ? [
          'Changes: binary segmentation of the mean (doi:10.2307/2529204), a split counts where fewer than 1.7 % of permuted series have a larger one, so that the three series of a hospital together show a change where there is none in at most 5 %; at least 30 people on either side.',
        ]
      : []),
  ];
}

export function driftCautions({ expected }: DriftValue): Caution[] {
  const wrong = contradicted(expected).map(({ site }) => site);
  if (wrong.length === 0) return [];
  return [
    {
      code: 'expected-without-labels-fails',
      text: `Performance estimated without labels would have misled at ${list(wrong)}: what was seen there lies outside what the scores promise (Drift). Where no labels come, do not take such an estimate for evidence.`,
    },
  ];
}

/** Only of a change against the last audit or over time: hospitals nearly always differ. */
export function driftPoints({ populations, changes }: DriftValue): Point[] {
  const audited = populations.filter(({ reference }) => reference === 'last audit');
  const moved = audited.filter(({ tests }) => tests.some(({ differs }) => differs)).map(({ site }) => site);
  const changed = changes.filter((one) => one.changes.length > 0).map(({ site }) => site);
  if (audited.length === 0 && changed.length === 0) return [];
  const said = [
    ...(audited.length > 0
      ? [
          moved.length > 0
            ? `since the last audit people, scores or outcome changed at ${list(moved)}`
            : 'no change since the last audit is shown',
        ]
      : []),
    ...(changed.length > 0 ? [`people, scores or outcome changed over time at ${list(changed)}`] : []),
  ].join('; ');
  const importance = moved.length + changed.length > 0 ? 'serious caution' : 'result';
  return [{ importance, brief: `${capitalised(said)}.`, text: `Drift: ${said}.` }];
}
