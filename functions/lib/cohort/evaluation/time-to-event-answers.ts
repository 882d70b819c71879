import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import type { Columns } from '../readers/columns.ts';
import { type CellState, codeCells, numberCells, probabilityCells } from './answers-table.ts';
import type { TimeToEventDescription } from './description.ts';
import { type EvaluatedStudies, evaluatedStudies } from './evaluated-studies.ts';

/** Predicted risks with what happened to whom, of the studies that have both. */
export interface TimeToEventAnswers {
  readonly description: TimeToEventDescription;
  readonly studies: EvaluatedStudies;
  readonly followUp: FollowUp;
  /** By horizon, earliest first; null where the model gives no probability for it. */
  readonly horizons: readonly { readonly at: number; readonly risks: Float64Array | null }[];
  /** Higher for an earlier event: the score of its own, or the risk at the last horizon that has one. */
  readonly scores: Float64Array;
}

/** Reads risks, times and events; time 0 or less, and risks outside 0 to 1, are refused or counted as docs/evaluate.md says. */
export function timeToEventAnswers(description: TimeToEventDescription, table: Columns): TimeToEventAnswers {
  const { columns, codes } = description;
  const horizons = description.horizons.toSorted((a, b) => a.at - b.at);
  const risks = horizons.map(({ risk }) => (risk === undefined ? null : probabilityCells(table, risk)));
  const score = columns.score === undefined ? undefined : numberCells(table, columns.score);
  const answers = [...risks, score].filter((cells) => cells !== null && cells !== undefined);
  const times = numberCells(table, columns.time);
  const events = codeCells(table, columns.event, [codes.censored, codes.event, ...(codes.competing ?? [])].map(String));
  const studies = evaluatedStudies(description, table, {
    answer: (row) => worst(answers.map(({ states }) => states[row])),
    reference: (row) => {
      const state = worst([times.states[row], events[row] < 0 ? 'missing' : 'there']);
      return state === 'there' && times.values[row] <= 0 ? 'no-follow-up' : state;
    },
    content: [...[columns.time, columns.event, columns.score], ...description.horizons.map(({ risk }) => risk)].filter(
      (name) => name !== undefined,
    ),
  });
  const pick = (values: Float64Array): Float64Array => Float64Array.from(studies.rows, (row) => values[row]);
  const { clusters } = studies;
  const ranking = score ?? risks.findLast((cells) => cells !== null);
  if (ranking === undefined || ranking === null) throw new Error('evaluation: found neither score nor risk');
  return {
    description,
    studies,
    followUp: {
      times: pick(times.values),
      timeUnit: description.timeUnit,
      causes: Uint8Array.from(studies.rows, (row) => events[row]),
      ...(clusters !== undefined && { clusters }),
    },
    horizons: horizons.map(({ at }, k) => {
      const cells = risks[k];
      return { at, risks: cells === null ? null : pick(cells.values) };
    }),
    scores: pick(ranking.values),
  };
}

function worst(states: readonly CellState[]): CellState {
  if (states.includes('missing')) return 'missing';
  return states.includes('not-finite') ? 'not-finite' : 'there';
}
