// Words that every report of an evaluation has, whatever the answers are.
import { NOT_GIVEN, SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { cautionPoints } from '../caution-points.ts';
import { formatCount } from '../format.ts';
import { MOST_TOLD, mostImportantFirst, type Point } from '../point.ts';
import { type Caution, type Count, isSuppressed } from '../record.ts';
import { kindOf } from './kinds.ts';
import type { EvaluationBody, EvaluationReport } from './record.ts';

export const STEP_WORDS = {
  rows: 'Rows of the table',
  studies: 'Studies',
  answered: 'Studies with an answer',
  analysed: 'Analysed: studies with answer and reference',
} as const;

const LOSS_WORDS: Readonly<Record<string, string>> = {
  'not-selected': 'left out by the evaluation file (`only`)',
  repeated: 'repeats of a row that says the same',
  contradiction: 'rows about one study that contradict each other: none counts',
  neither: 'neither answer nor reference',
  'no-answer': 'reference without an answer',
  'answer-not-finite': 'answer is not a number or infinite',
  'no-reference': 'answer without a reference',
  'reference-not-finite': 'reference is not a number or infinite',
  'no-follow-up': 'followed for no time (0 or less)',
  'answer-unreadable': 'mask of the answer: no file, or not one of labels',
  'reference-unreadable': 'mask of the reference: no file, or not one of labels',
  'grids-differ': 'masks on different grids',
};

export const lossWords = (code: string): string => LOSS_WORDS[code] ?? code.replaceAll('-', ' ');

export function cautionsOf(body: EvaluationBody): Caution[] {
  const [whole] = body.groups;
  return [
    ...body.statedCautions.map((text) => ({ code: 'about-the-data', text })),
    ...kindOf(body.results).cautions(),
    ...(whole.subjects === null
      ? [
          {
            code: 'subjects-unknown',
            text: 'The table does not say whose studies these are: each is taken as a person of its own, and intervals are too narrow where people have several.',
          },
        ]
      : []),
    ...siteWords(body),
    ...missingWords(body),
    ...unknownWords(body),
    ...(body.audience === 'shareable' && !body.publicData
      ? [
          {
            code: 'small-cells',
            text: 'Counts of 1 to 10, their complements and every figure that would give one away are hidden.',
          },
        ]
      : []),
  ];
}

/** The things to know, what matters most first; a caution that is not among the three of the first page stands under Cautions alone. */
export const pointWords = (points: readonly Point[], cautions: readonly Caution[]): string[] =>
  mostImportantFirst([...cautionPoints(cautions), ...points]).flatMap(
    ({ text, brief }, place) => text ?? (place < MOST_TOLD ? brief : []),
  );

/** Cautions that are not among the things to know. */
export const cautionsBeside = ({ answer, cautions }: Pick<EvaluationReport, 'answer' | 'cautions'>): string[] =>
  cautions.map(({ text }) => text).filter((text) => !answer.points.includes(text));

/** Studies without a site are a group beside the hospitals. */
function siteWords({ groups }: EvaluationBody): Caution[] {
  const without = groups.find(({ group, value }) => group === SITE && value === NOT_GIVEN);
  if (without === undefined) return [];
  const text = `Of ${isSuppressed(without.n) ? 'some' : formatCount(without.n)} studies the table names no site: they are a group of their own, and no hospital where hospitals are pooled.`;
  return [{ code: 'site-unknown', text }];
}

/** What a table of answers cannot say of itself. */
function unknownWords({ referenceMethod }: EvaluationBody): Caution[] {
  return [
    {
      code: 'training-unknown',
      text: 'Whether the model was made with these people, or at these hospitals, the table does not say: if it was, the figures are too good for others.',
    },
    ...(referenceMethod === null
      ? [
          {
            code: 'reference-not-stated',
            text: 'How the reference was made, and whether with the answers in sight, is not stated: its errors are in every figure, and readers who saw the answers agree with them too often.',
          },
        ]
      : []),
  ];
}

/** Most studies that may be lost without a word. */
const FEW_LOST = 0.05;

function missingWords({ flow }: EvaluationBody): Caution[] {
  const steps = flow[0]?.steps ?? [];
  const count = (name: string): Count => steps.find((step) => step.name === name)?.count ?? 0;
  const [studies, analysed] = [count('studies'), count('analysed')];
  if (isSuppressed(studies) || isSuppressed(analysed) || studies === 0) return [];
  const lost = 1 - analysed / studies;
  if (lost <= FEW_LOST) return [];
  return [
    {
      code: 'lost-studies',
      text: `${(100 * lost).toFixed(0)} % of the studies lack an answer or a reference. If they differ from the others, the figures here are not those of all studies.`,
    },
  ];
}

export function methodsOf(body: EvaluationBody): string[] {
  const [whole] = body.groups;
  const clustered = whole.subjects !== null && (isSuppressed(whole.subjects) || whole.subjects !== whole.n);
  return [
    ...(body.referenceMethod === null ? [] : [`Reference: ${body.referenceMethod}.`]),
    ...kindOf(body.results).methods(),
    clustered
      ? `Several studies of one person are a cluster in every interval.${body.flow.length > 1 ? ' People are told apart by site: the same id at two sites is two people.' : ''}`
      : whole.subjects === null
        ? 'Each study is taken as a person of its own.'
        : 'No person has more than one study.',
    'Rows about one study that say the same count once; where they contradict each other, none counts. Nothing else is left out without a line in the flow.',
  ];
}
