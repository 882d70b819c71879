import type { OrdinalAnswers } from '#lib/cohort/evaluation/ordinal-answers.ts';
import { concordance } from '#lib/validation/concordance.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { type Graded, gradeAgreement, gradeSummary } from '../grades.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
import { comparedGrades } from './compared.ts';
import type { OrdinalGroup, OrdinalResults } from './record.ts';

/** Agreement and order of answers in grades: all studies, by site and group. */
export function ordinalResults(answers: OrdinalAnswers): OrdinalResults {
  const { description, studies, grades, scores } = answers;
  const all = Uint32Array.from(studies.rows.keys());
  return {
    kind: 'ordinal',
    quantity: description.quantity,
    grades,
    ownScore: scores !== null,
    agreement: gradeAgreement(gradedOf(answers, all)),
    groups: groupsOf(studies).map((group) => groupResults(answers, group)),
    ...comparedGrades(answers),
  };
}

function gradedOf({ grades, answer, reference, studies: { clusters } }: OrdinalAnswers, places: Uint32Array): Graded {
  return {
    names: grades,
    answer: Uint8Array.from(places, (place) => answer[place]),
    reference: Uint8Array.from(places, (place) => reference[place]),
    ...(clusters !== undefined && { clusters: Int32Array.from(places, (place) => clusters[place]) }),
  };
}

function groupResults(answers: OrdinalAnswers, { group, value, places }: GroupPlaces): OrdinalGroup {
  const graded = gradedOf(answers, places);
  const { scores } = answers;
  const order = counted({
    scores: scores === null ? Float64Array.from(graded.answer) : Float64Array.from(places, (place) => scores[place]),
    categories: graded.reference,
    ...(graded.clusters && { clusters: graded.clusters }),
  });
  return {
    group,
    value,
    reference: graded.names.map((_, grade) => graded.reference.reduce((n, of) => n + Number(of === grade), 0)),
    agreement: gradeSummary(graded),
    concordance: order,
    somersD: somersD(order),
  };
}

/** The concordance with all rows as its count: how many are above the lowest grade is a cell of its own. */
function counted(predictions: Parameters<typeof concordance>[0]): Estimate | CannotTell {
  const order = concordance(predictions);
  return { ...order, events: order.n };
}

/** Somers' D (1962, doi 10.2307/2090408) of the answer by the reference, from the concordance and its limits. */
function somersD(order: Estimate | CannotTell): Estimate | CannotTell {
  if ('cannotTell' in order) return order;
  const of = (share: number): number => 2 * share - 1;
  return {
    ...order,
    estimate: of(order.estimate),
    lower: of(order.lower),
    upper: of(order.upper),
    method: `Somers' D as 2 C − 1, ${order.method}`,
  };
}
