// Chapter "Drift": where the people, the scores and the outcome are no longer, or nowhere, what the model knew.
import { type Aspect, comparePeople, compareWithSummary, FEWEST_COMPARED } from '#lib/drift/compare-populations.ts';
import { compareWithTraining } from '#lib/drift/compare-training.ts';
import {
  type Field,
  fieldsOf,
  type Person,
  type PopulationSummary,
  peopleOf,
  summarise,
} from '#lib/drift/population.ts';
import { holm } from '#lib/fairness/multiplicity.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import type { Chapter, ChapterInput, SharedView } from '../../chapter.ts';
import { type Count, SUPPRESSED, type Suppressed } from '../../record.ts';
import { changesOf, type SiteChanges, shareChanges } from './changes.ts';
import { type ExpectedAtSite, expectedOf, shareExpected } from './expected.ts';
import { driftSection } from './section.ts';
import { driftCautions, driftMethods, driftPoints, driftTables } from './words.ts';

export interface ReportedTest {
  readonly aspect: Aspect;
  readonly field: string | null;
  readonly test: string;
  readonly distance: number | null;
  readonly index: { readonly value: number; readonly chance: number; readonly bins: number } | null;
  readonly shares: { readonly reference: ReportedShare; readonly current: ReportedShare } | Suppressed | null;
  readonly pValue: number | Suppressed;
  /** By Holm, for the number of all comparisons of the chapter. */
  readonly corrected: number | Suppressed;
  readonly differs: boolean;
}

interface ReportedShare {
  readonly part: number;
  readonly whole: number;
}

export interface Comparison {
  readonly site: string;
  readonly reference: 'other hospitals' | 'training' | 'last audit';
  readonly people: Count;
  readonly referencePeople: Count;
  readonly tests: readonly ReportedTest[];
  /** What cannot be compared, as the contract does not record it. */
  readonly notRecorded: readonly string[];
}

export interface DriftValue {
  /** How many comparisons were corrected together. */
  readonly comparisons: number;
  readonly populations: readonly Comparison[];
  readonly expected: readonly ExpectedAtSite[];
  readonly changes: readonly SiteChanges[];
  /** Kept for the next audit; only in internal reports and of public data. */
  readonly summaries: readonly PopulationSummary[] | Suppressed;
}

/** Corrected p-values below this are called a difference. */
const ALPHA = 0.05;

function compute(input: ChapterInput): DriftValue | null {
  const { rows, unlabelled, sites, seed } = input;
  const people = peopleOf(rows, unlabelled);
  if (people.length < FEWEST_COMPARED) return null;
  const fields = fieldsOf(people);
  const draw = random(`${seed}/drift`);
  const bySite = Map.groupBy(people, ({ site }) => site);
  const occupied = sites.filter((site) => (bySite.get(site)?.length ?? 0) >= FEWEST_COMPARED);
  const raw = occupied.flatMap((site) => comparisonsOf(input, site, people, fields, draw.fork(site)));
  const corrected = holm(raw.flatMap(({ tests }) => tests.map(({ pValue }) => pValue)));
  let place = 0;
  const populations = raw.map(
    (comparison): Comparison => ({
      ...comparison,
      tests: comparison.tests.map((test) => {
        const adjusted = corrected[place++];
        return { ...test, corrected: adjusted, differs: adjusted < ALPHA };
      }),
    }),
  );
  return {
    comparisons: corrected.length,
    populations,
    expected: expectedOf(input, draw),
    changes: occupied.map((site) => changesOf(site, bySite.get(site) ?? [], draw.fork(`changes ${site}`))),
    summaries: [null, ...occupied].map((site) =>
      summarise(site, site === null ? people : (bySite.get(site) ?? []), fields),
    ),
  };
}

type RawComparison = Omit<Comparison, 'tests'> & { readonly tests: ReturnType<typeof comparePeople> };

function comparisonsOf(
  { model, rows, cohort, past }: ChapterInput,
  site: string,
  people: readonly Person[],
  fields: readonly Field[],
  draw: Random,
): RawComparison[] {
  const [here, others] = [people.filter((one) => one.site === site), people.filter((one) => one.site !== site)];
  const leftOut = rows.some((row) => row.site === site && row.relation === 'left-out-site') ? site : undefined;
  const training = compareWithTraining(model, here, leftOut);
  const last = cohort.reference ?? past?.lastAudit;
  const before = last?.populations.find((one) => one.site === site);
  const of = (
    reference: Comparison['reference'],
    n: number,
    tests: RawComparison['tests'],
    notRecorded: readonly string[] = [],
  ) => (tests.length === 0 ? [] : [{ site, reference, people: here.length, referencePeople: n, tests, notRecorded }]);
  return [
    ...(before === undefined ? [] : of('last audit', before.people, compareWithSummary(before, here))),
    ...of('training', training.n, [...training.tests], training.notRecorded),
    ...of('other hospitals', others.length, comparePeople(others, here, fields, draw)),
  ];
}

/**
 * Nothing that counts people is shared: a p-value or a share of few possible ones would give a hidden count away. What stays is whether
 * an aspect differs, and how far numbers lie apart, of hospitals whose counts are open.
 */
function share(value: DriftValue, view: SharedView): DriftValue {
  const isOpen = (site: string) => view.isOpen({ site });
  return {
    ...value,
    populations: value.populations.flatMap((comparison) => {
      const { site, reference } = comparison;
      if (!isOpen(site) || (reference === 'other hospitals' && !view.isOpen({}))) return [];
      return [
        {
          ...comparison,
          referencePeople: reference === 'training' ? comparison.referencePeople : SUPPRESSED,
          people: SUPPRESSED,
          tests: comparison.tests.map(sharedTest),
        },
      ];
    }),
    expected: value.expected.flatMap((at) => shareExpected(at, view)),
    changes: value.changes.filter(({ site }) => isOpen(site)).map(shareChanges),
    summaries: SUPPRESSED,
  };
}

function sharedTest(test: ReportedTest): ReportedTest {
  const isNumber = test.test === 'Kolmogorov-Smirnov' || test.test === 'mean discrepancy';
  const rounded = (number: number) => Math.round(number * 100) / 100;
  const { index } = test;
  return {
    ...test,
    distance: isNumber && test.distance !== null ? rounded(test.distance) : null,
    index: isNumber && index !== null ? { ...index, value: rounded(index.value), chance: rounded(index.chance) } : null,
    shares: test.shares === null ? null : SUPPRESSED,
    pValue: SUPPRESSED,
    corrected: SUPPRESSED,
  };
}

export const drift: Chapter<DriftValue> = {
  title: 'Drift',
  repeatable: true,
  compute,
  share,
  section: driftSection,
  tables: driftTables,
  methods: driftMethods,
  cautions: driftCautions,
  points: driftPoints,
};
