import type { Cohort } from '#lib/cohort/rows.ts';

/** What only people can say, by the name under which a cohort's `statements` say it. */
export const STATEMENTS = {
  context: 'Health care setting, rationale, existing models',
  inequalities: 'Known inequalities between groups of these patients',
  representativeness: 'Why these hospitals, and how far they stand for others',
  dates: 'First and last date of the studies, and of follow-up',
  design: 'Whether data were collected before or after model and reference were planned',
  eligibility: 'Inclusion and exclusion criteria at the hospitals, and how people were found',
  series: 'Consecutive, random or convenience series',
  treatments: 'Treatments before or between study and outcome',
  outcome: 'Definition of the outcome, its time window, and why this reference standard',
  assessors: 'Who judged the outcome or took the readings, with which training',
  adverse: 'Adverse events of the test or of the reference standard',
  ethics: 'Ethics committee, approval number, consent',
  funding: 'Funding, and the part that funders took',
  conflicts: 'Conflicts of interest of everyone involved',
  protocol: 'Where the protocol can be read',
  registration: 'Register and number',
  data: 'Where and on what terms the data can be had',
  involvement: 'How patients and public took part, or that they did not',
  interpretation: 'What the results mean for care, by a clinician',
  users: 'Who uses the model, with which training, and what they do with its answer',
  next: 'Next steps and further research',
  developer: 'Name and contact of the developer',
  tester: 'Who carried out this validation, and their ties to the developer',
  risk: 'Risk management: hazards, who is harmed how by a wrong answer, what reduces it',
  fairDevelopment: 'What was done about fairness and bias while the model was made',
  monitoring: 'How often validity and fairness are looked at again, by whom',
  changes: 'Which changes are foreseen, how each is tested, who releases it, how it is taken back',
  oversight: 'Who can overrule or stop the model, and how they are kept from over-reliance',
  security: 'Cybersecurity of the place where the model runs',
  outcomes: 'Studies of what the use of the model does to patients',
} as const;

export type Statement = keyof typeof STATEMENTS;

/** Where an item is answered: in this report, by a person's statement, by nobody yet, or nowhere because it does not apply. */
export type Answer =
  /** `where`: anchor on the page. */
  | { readonly status: 'reported'; readonly text: string; readonly where: string }
  | { readonly status: 'stated'; readonly text: string }
  | { readonly status: 'open'; readonly text: string }
  | { readonly status: 'not applicable'; readonly text: string };

/** One item of a guideline: what it asks, in our words, and what the run answers. */
export interface ChecklistItem {
  /** As numbered by the guideline. */
  readonly number: string;
  readonly asks: string;
  readonly answer: Answer;
}

export interface Checklist {
  /** Unique in the report. */
  readonly id: string;
  readonly title: string;
  /** Where the guideline stands. */
  readonly source: string;
  readonly items: readonly ChecklistItem[];
}

/** One line of a guideline before it is answered: a section of the report, a sentence, a person, or a reason why not. */
export type Line = readonly [number: string, asks: string, by: Answer | Statement];

/** Answered by a section of this report. */
export const reported = (where: string, text: string): Answer => ({ status: 'reported', text, where });

export const notApplicable = (text: string): Answer => ({ status: 'not applicable', text });

/** Items from lines: what the cohort's people stated is taken, the rest of theirs stays visibly open. */
export function itemsOf(lines: readonly Line[], { statements = {} }: Pick<Cohort, 'statements'>): ChecklistItem[] {
  return lines.map(([number, asks, by]) => ({
    number,
    asks,
    answer: typeof by === 'string' ? personsAnswer(by, statements[by]) : by,
  }));
}

function personsAnswer(topic: Statement, text: string | undefined): Answer {
  return text === undefined ? { status: 'open', text: STATEMENTS[topic] } : { status: 'stated', text };
}
