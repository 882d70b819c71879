import type { AnalysedRow } from '#lib/cohort/select.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import type { Chapter, ChapterInput } from '../../chapter.ts';
import { csv } from '../../csv.ts';
import { element } from '../../element.ts';
import { formatNumber } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import type { Report } from '../../record.ts';
import { dataTable } from '../../table.ts';

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
}

/** Of each kind at each hospital. */
const SHOWN = 3;

/** Chapter "Examples": the studies that deserve a second look, at model and at label. */
export const examples: Chapter<Examples> = {
  title: 'Examples to look at',
  compute: ({ rows, sites, model }: ChapterInput) =>
    rows.length === 0
      ? null
      : { examples: sites.flatMap((site) => worstAt(wrong(rows, model).filter((row) => row.site === site))) },
  share: () => ({ examples: null }),
  section: ({ examples: found }, report) =>
    found === null
      ? [element('p', null, 'Single studies are shown in the internal edition only.')]
      : found.length === 0
        ? [element('p', null, `No study is called wrongly${atThreshold(report)}.`)]
        : [element('p', null, INTRODUCTION), examplesTable(found, report)],
  tables: ({ examples: found }) =>
    new Map(
      found === null
        ? []
        : [
            [
              'examples.csv',
              csv(
                ['site', 'study', 'score', 'label'],
                found.map(({ site, studyKey, score, label }) => [site, studyKey, score, label]),
              ),
            ],
          ],
    ),
  methods: ({ examples: found }) =>
    found === null
      ? []
      : [
          `Examples: at each hospital of the studies called wrongly at the first threshold up to ${SHOWN} with the outcome and the lowest scores, and up to ${SHOWN} without it and the highest. They are the extremes, no sample.`,
        ],
  cautions: () => [],
  points: () => [],
};

/** Studies on the wrong side of the first threshold; all where the contract has none. */
function wrong(rows: readonly AnalysedRow[], { thresholds: [at] }: ChapterInput['model']): readonly AnalysedRow[] {
  if (at === undefined) return rows;
  return rows.filter(({ score, label, file }) => score >= thresholdOf(at, file) !== (label === 1));
}

const atThreshold = ({ model: { thresholds } }: Report): string =>
  thresholds[0] === undefined ? '' : ` at “${thresholds[0].name}”`;

const INTRODUCTION =
  'The model calls these studies wrongly, and scores and labels disagree most on them. Look at the result page of each: a faulty recording, a wrong label and a fault of the model look alike in the figures.';

function worstAt(rows: readonly AnalysedRow[]): Example[] {
  const byScore = (a: AnalysedRow, b: AnalysedRow) => a.score - b.score || (a.studyKey < b.studyKey ? -1 : 1);
  const missed = rows.filter(({ label }) => label === 1).sort(byScore);
  const alarms = rows.filter(({ label }) => label === 0).sort((a, b) => byScore(b, a));
  return [...missed.slice(0, SHOWN), ...alarms.slice(0, SHOWN)].map(({ site, studyKey, score, label }) => ({
    site,
    studyKey,
    score,
    label,
  }));
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
