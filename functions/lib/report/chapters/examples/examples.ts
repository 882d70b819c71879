import type { AnalysedRow } from '#lib/cohort/select.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import { isRerun } from '#lib/robustness/disturbance.ts';
import type { Chapter, ChapterInput } from '../../chapter.ts';
import { csv } from '../../csv.ts';
import { element } from '../../element.ts';
import { formatNumber } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import type { Report } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { TABLES_ONLY } from '../robustness/value.ts';
import { type Explained, explanationMethods, explanationPart, explanationsCsv } from './explanations.ts';

/** A study that the model got most wrong: to be looked at, not to be counted. */
export interface Example {
  readonly site: string;
  readonly studyKey: string;
  readonly score: number;
  readonly label: 0 | 1;
}

/** Null in the shareable edition: single studies are single people. */
export interface Examples {
  readonly examples: readonly Example[] | null;
  readonly explained: Explained | null;
}

/** Of each kind at each hospital. */
const SHOWN = 3;

/** Chapter "Examples": the studies that deserve a second look, at model and at label. */
export const examples: Chapter<Examples> = {
  title: 'Examples to look at',
  compute: ({ rows, sites, model, reruns }: ChapterInput) => {
    if (rows.length === 0) return null;
    const found = exampleRows(rows, sites, model).map(
      ({ site, studyKey, score, label }): Example => ({ site, studyKey, score, label }),
    );
    return { examples: found, explained: found.length === 0 ? null : explainedBy(reruns) };
  },
  share: () => ({ examples: null, explained: null }),
  section: ({ examples: found, explained }, report) =>
    found === null
      ? [element('p', null, 'Single studies are shown in the internal edition only.')]
      : found.length === 0
        ? [element('p', null, `No study is called wrongly${atThreshold(report)}.`)]
        : [
            element('p', null, INTRODUCTION),
            examplesTable(found, report),
            ...(explained === null ? [] : explanationPart(explained, found.length)),
          ],
  tables: ({ examples: found, explained }) =>
    new Map(
      found === null
        ? []
        : [
            ...(explained === null || 'notExplained' in explained
              ? []
              : [['examples-explanations.csv', explanationsCsv(explained.explanations)] as const]),
            [
              'examples.csv',
              csv(
                ['site', 'study', 'score', 'label'],
                found.map(({ site, studyKey, score, label }) => [site, studyKey, score, label]),
              ),
            ],
          ],
    ),
  methods: ({ examples: found, explained }) =>
    found === null
      ? []
      : [
          `Examples: at each hospital of the studies called wrongly at the first threshold up to ${SHOWN} with the outcome and the lowest scores, and up to ${SHOWN} without it and the highest. They are the extremes, no sample.`,
          ...(explained === null ? [] : explanationMethods(explained)),
        ],
  cautions: () => [],
  points: () => [],
};

/** Studies on the wrong side of the first threshold; all where the contract has none. */
function wrong(
  rows: readonly AnalysedRow[],
  { thresholds: [at] }: Pick<ChapterInput['model'], 'thresholds'>,
): readonly AnalysedRow[] {
  if (at === undefined) return rows;
  return rows.filter(({ score, label, file }) => score >= thresholdOf(at, file) !== (label === 1));
}

const atThreshold = ({ model: { thresholds } }: Report): string =>
  thresholds[0] === undefined ? '' : ` at “${thresholds[0].name}”`;

const INTRODUCTION =
  'The model calls these studies wrongly, and scores and labels disagree most on them. Look at the result page of each: a faulty recording, a wrong label and a fault of the model look alike in the figures.';

/** The rows that are shown, hospital by hospital. */
export const exampleRows = (
  rows: readonly AnalysedRow[],
  sites: readonly string[],
  model: Pick<ChapterInput['model'], 'thresholds'>,
): AnalysedRow[] => sites.flatMap((site) => worstAt(wrong(rows, model).filter((row) => row.site === site)));

function explainedBy(reruns: ChapterInput['reruns']): Explained {
  if (reruns === undefined) return { notExplained: TABLES_ONLY };
  if (!isRerun(reruns)) return { notExplained: reruns.notRun };
  const { explanations = [] } = reruns;
  return explanations.length > 0
    ? { explanations }
    : { notExplained: 'none of these studies could be asked about again' };
}

function worstAt(rows: readonly AnalysedRow[]): AnalysedRow[] {
  const byScore = (a: AnalysedRow, b: AnalysedRow) => a.score - b.score || (a.studyKey < b.studyKey ? -1 : 1);
  const missed = rows.filter(({ label }) => label === 1).sort(byScore);
  const alarms = rows.filter(({ label }) => label === 0).sort((a, b) => byScore(b, a));
  return [...missed.slice(0, SHOWN), ...alarms.slice(0, SHOWN)];
}

function examplesTable(found: readonly Example[], report: Report) {
  const { cohort } = report;
  const outcome = outcomeWords(cohort.label);
  return dataTable({
    id: 'examples-table',
    caption: `Studies called wrongly${atThreshold(report)} on which score and label disagree most`,
    columns: [{ heading: 'Study' }, { heading: 'Hospital' }, { heading: 'Score', numeric: true }, { heading: 'Label' }],
    rows: found.map(({ site, studyKey, score, label }) => ({
      heading: studyKey,
      cells: [site, formatNumber(score, 'fraction'), label === 1 ? `with ${outcome}` : 'without'],
    })),
  });
}
