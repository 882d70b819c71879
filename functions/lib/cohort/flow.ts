/** Why items or studies went no further; `code` is for programs, `count` is how many. */
export interface FlowLoss {
  readonly code: string;
  readonly count: number;
}

const flowSteps = [
  'received',
  'readable',
  'study rows',
  'studies',
  'eligible',
  'analysed',
  'labelled',
  'primary',
] as const;

export type FlowStepName = (typeof flowSteps)[number];

/** What is left at a step, and what was lost on the way to it from the step before. */
export interface FlowStep {
  readonly name: FlowStepName;
  readonly count: number;
  readonly losses: readonly FlowLoss[];
}

/** Labels are items too: rows filed, and what became of them. */
export interface LabelFlow {
  readonly rows: number;
  /** Rows that a later drop, or an equal row of the same drop, stands in for. */
  readonly superseded: number;
  /** Studies with a label. */
  readonly studies: number;
  /** Studies with a label that no received study matches. */
  readonly unmatched: number;
}

export interface Flow {
  readonly steps: readonly FlowStep[];
  readonly labels: LabelFlow;
}

export interface SiteFlow extends Flow {
  readonly site: string;
}

/** Throws unless every step equals the step before it less its losses (the flow diagram of STARD 2015, item 19, doi:10.1136/bmj.h5527). */
export function assertFlowAddsUp(flow: Flow, whose: string): void {
  flow.steps.forEach((step, i) => {
    const before = i === 0 ? step.count : flow.steps[i - 1].count;
    const lost = step.losses.reduce((sum, loss) => sum + loss.count, 0);
    const negative = step.count < 0 || step.losses.some((loss) => loss.count < 0);
    if (negative || before - lost !== step.count)
      throw new Error(
        `flow of ${whose} does not add up at "${step.name}": ${before} before, ${lost} lost, ${step.count} left`,
      );
  });
  const { rows, superseded, studies, unmatched } = flow.labels;
  if (rows - superseded !== studies || unmatched > studies)
    throw new Error(
      `labels of ${whose} do not add up: ${rows} rows, ${superseded} superseded, ${studies} studies, ${unmatched} unmatched`,
    );
}

/** Losses of several steps or sites together, by code, in the order of the codes. */
export function mergeLosses(losses: readonly FlowLoss[]): FlowLoss[] {
  const counts = new Map<string, number>();
  for (const loss of losses) counts.set(loss.code, (counts.get(loss.code) ?? 0) + loss.count);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** All sites together. */
export function totalFlow(sites: readonly SiteFlow[]): Flow {
  const sum = (of: (flow: SiteFlow) => number) => sites.reduce((total, flow) => total + of(flow), 0);
  return {
    steps: flowSteps.map((name, i) => ({
      name,
      count: sum((flow) => flow.steps[i].count),
      losses: mergeLosses(sites.flatMap((flow) => flow.steps[i].losses)),
    })),
    labels: {
      rows: sum((flow) => flow.labels.rows),
      superseded: sum((flow) => flow.labels.superseded),
      studies: sum((flow) => flow.labels.studies),
      unmatched: sum((flow) => flow.labels.unmatched),
    },
  };
}
