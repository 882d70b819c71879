// Chapter "Labels": how the reference standard was made, by whom and when, and who got one.
import type { AnalysedRow, SilentRow } from '#lib/cohort/select.ts';
import { type KappaEstimate, kappa } from '#lib/validation/kappa.ts';
import type { Chapter, ChapterInput, SharedView } from '../../chapter.ts';
import { type Figure, SUPPRESSED } from '../../record.ts';
import { labelsSection } from './section.ts';
import { type Agreement, FACTS, type Fact, type FactCount, type LabelsValue, type SiteLabels } from './value.ts';
import { shareVerification, verificationOf } from './verification.ts';
import { labelCautions, labelMethodWords, labelPoints, labelTables } from './words.ts';

type Labelled = AnalysedRow | SilentRow;

function compute(input: ChapterInput): LabelsValue | null {
  const { selection } = input;
  const labelled: readonly Labelled[] = [...selection.rows, ...selection.unblinded, ...selection.silent];
  const { sitesWithoutDrops, otherSites } = selection;
  if (labelled.length === 0 && sitesWithoutDrops.length + otherSites.length === 0) return null;
  return {
    sites: selection.sites.flatMap((site) => {
      const here = labelled.filter((row) => row.site === site);
      return here.length === 0 ? [] : [siteLabels(site, here, selection)];
    }),
    verification: verificationOf(input),
    sitesWithoutDrops,
    otherSites,
  };
}

function siteLabels(site: string, rows: readonly Labelled[], { labelRepeats }: ChapterInput['selection']): SiteLabels {
  const repeats = labelRepeats.find((one) => one.site === site);
  return {
    site,
    n: rows.length,
    facts: FACTS.flatMap((fact) => countsOf(fact, rows)),
    readings: agreementOf(repeats?.withinDrop),
    corrections: agreementOf(repeats?.betweenDrops),
  };
}

const NOT_STATED = 'not stated';

function valueIn(fact: Fact, row: Labelled): string {
  if (fact === 'source') return row.labelSource;
  if (fact === 'method') return row.labelMethod;
  if (fact === 'readers') return row.readers === undefined ? NOT_STATED : String(row.readers);
  if (fact === 'year') return row.labelYear === undefined ? NOT_STATED : String(row.labelYear);
  return row.blinded === undefined ? NOT_STATED : row.blinded ? 'blinded to the score' : 'score in sight';
}

function countsOf(fact: Fact, rows: readonly Labelled[]): FactCount[] {
  const counts = Map.groupBy(rows, (row) => valueIn(fact, row));
  return [...counts]
    .map(([value, { length }]): FactCount => ({ fact, value, n: length }))
    .sort((a, b) => Number(a.value === NOT_STATED) - Number(b.value === NOT_STATED) || (a.value < b.value ? -1 : 1));
}

function agreementOf(table: readonly (readonly number[])[] | undefined): Agreement | null {
  const pairs = (table ?? []).flatMap((row, first) =>
    row.flatMap((count, last) => new Array<readonly [number, number]>(count).fill([first, last])),
  );
  if (pairs.length === 0) return null;
  const figure: KappaEstimate | Figure = kappa({
    first: Uint8Array.from(pairs, ([first]) => first),
    second: Uint8Array.from(pairs, ([, last]) => last),
    categories: 2,
  });
  return { twice: pairs.length, agree: pairs.filter(([first, last]) => first === last).length, kappa: figure };
}

/** What is said of labels stays; how many are of each kind does not leave the sites, nor what could be computed from it. */
function share(value: LabelsValue, view: SharedView): LabelsValue {
  const closed = (agreement: Agreement | null) =>
    agreement === null ? null : { twice: SUPPRESSED, agree: SUPPRESSED, kappa: SUPPRESSED };
  return {
    ...value,
    sites: value.sites.map((one) => ({
      ...one,
      n: SUPPRESSED,
      facts: one.facts.map((fact) => ({ ...fact, n: SUPPRESSED })),
      readings: closed(one.readings),
      corrections: closed(one.corrections),
    })),
    verification: value.verification.map((at) => shareVerification(at, view)),
    otherSites: value.otherSites.map(({ site }) => ({ site, items: SUPPRESSED })),
  };
}

export const labels: Chapter<LabelsValue> = {
  title: 'Labels',
  compute,
  share,
  section: labelsSection,
  tables: labelTables,
  methods: labelMethodWords,
  cautions: labelCautions,
  points: labelPoints,
};
