import { RefusedInput } from '#functions/errors.ts';
import type { Robustness } from '../chapters/robustness/value.ts';
import { formatCount } from '../format.ts';
import { isSuppressed, type ReportBody } from '../record.ts';
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
    const items = checklist.items.map((item) => ({ ...item, answer: standing(item.answer, there, body) }));
    return { ...checklist, items };
  });
}

function standing(answer: Answer, there: ReadonlySet<string>, { chapters }: ReportBody): Answer {
  if (answer.status !== 'reported') return answer;
  if (answer.where === 'robustness' && chapters.robustness !== null) return ofRobustness(answer, chapters.robustness);
  if (there.has(answer.where)) return answer;
  return { status: 'open', text: `This report has no section for it (${answer.text})` };
}

/** The section says why where the model was not asked again, and that answers nothing. */
function ofRobustness(answer: Answer & { status: 'reported' }, { notRun, draw, results }: Robustness): Answer {
  if (notRun !== null || draw === null) return { status: 'open', text: `Not run: ${notRun}` };
  const asked = isSuppressed(draw.drawn) ? 'studies' : `${formatCount(draw.drawn)} studies`;
  return { ...answer, text: `${answer.text}: ${asked} drawn, ${results.length} disturbances` };
}

/** A statement under a name that no checklist asks for would be lost in silence. */
export function checkStatements(statements: Readonly<Record<string, string>>): void {
  const stray = Object.keys(statements).find((topic) => !(topic in STATEMENTS));
  if (stray === undefined) return;
  throw new RefusedInput(`statements: found ${stray}, allowed: ${Object.keys(STATEMENTS).join(', ')}`);
}
