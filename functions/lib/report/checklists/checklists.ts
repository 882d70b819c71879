import { RefusedInput } from '#functions/errors.ts';
import type { ReportBody } from '../record.ts';
import { changeControl } from './change-control.ts';
import { claim } from './claim.ts';
import { euAiAct } from './eu-ai-act.ts';
import { hti1 } from './hti-1.ts';
import { type Answer, type Checklist, STATEMENTS } from './item.ts';
import { modelCard } from './model-card.ts';
import { stardAi } from './stard-ai.ts';
import { tripodAi } from './tripod-ai.ts';

const ALL = [tripodAi, stardAi, claim, modelCard, hti1, euAiAct, changeControl];

/** Anchors of the sections that every report has. */
const CORE = [
  ...['answer', 'cautions', 'purpose', 'flow', 'people', 'discrimination', 'calibration', 'decisions'],
  ...['methods', 'provenance'],
];

/** Every checklist, filled from the run. What a section answers that this report does not have is open. */
export function checklistsOf(body: ReportBody): Checklist[] {
  checkStatements(body.cohort.statements ?? {});
  const chapters = Object.entries(body.chapters).flatMap(([id, value]) => (value === null ? [] : [id]));
  const there = new Set([...CORE, ...chapters]);
  return ALL.map((of) => {
    const checklist = of(body);
    const items = checklist.items.map((item) => ({ ...item, answer: standing(item.answer, there) }));
    return { ...checklist, items };
  });
}

function standing(answer: Answer, there: ReadonlySet<string>): Answer {
  if (answer.status !== 'reported' || there.has(answer.where)) return answer;
  return { status: 'open', text: `This report has no section for it (${answer.text})` };
}

/** A statement under a name that no checklist asks for would be lost in silence. */
export function checkStatements(statements: Readonly<Record<string, string>>): void {
  const stray = Object.keys(statements).find((topic) => !(topic in STATEMENTS));
  if (stray === undefined) return;
  throw new RefusedInput(`statements: found ${stray}, allowed: ${Object.keys(STATEMENTS).join(', ')}`);
}
