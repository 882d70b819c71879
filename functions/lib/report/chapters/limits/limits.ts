// Chapter "Limits": what was asked of the model before anyone looked, answered pass, fail or cannot tell.
import { levelOf, type PlacedAudits, placeOf } from '#lib/limits/alpha-spending.ts';
import { judgeLimit, type LimitAnswer, type Verdict } from '#lib/limits/judge-limit.ts';
import type { Limit, Where } from '#lib/limits/limit.ts';
import { checkedPlan } from '#lib/limits/read-limits.ts';
import type { Chapter, ChapterInput, SharedView } from '../../chapter.ts';
import { type Figure, type Group, SUPPRESSED } from '../../record.ts';
import { limitsSection } from './section.ts';
import { limitMethods, limitPoints, limitTables } from './words.ts';

export interface ReportedAnswer {
  readonly group: Group;
  /** Of a gap the difference, first group minus second. */
  readonly figure: Figure;
  readonly verdict: Verdict | 'hidden';
  readonly needed: LimitAnswer['needed'];
}

export interface ReportedLimit {
  readonly limit: Limit;
  /** Fail where a group fails, pass where every one passes. */
  readonly verdict: Verdict | 'hidden';
  readonly answers: readonly ReportedAnswer[];
}

export interface LimitsValue {
  /** Confidence level of the intervals that decide. */
  readonly level: number;
  readonly audits: PlacedAudits | null;
  readonly limits: readonly ReportedLimit[];
}

function compute({ rows, sites, model, cohort, past }: ChapterInput): LimitsValue | null {
  if (cohort.limits === undefined) return null;
  const thresholds = model.thresholds.map(({ name }) => name);
  const { limits, audits } = checkedPlan(cohort.limits, { thresholds, sites });
  const placed = audits === undefined ? undefined : placeOf(audits, past?.looks ?? null);
  const level = levelOf(placed);
  return {
    level,
    audits: placed ?? null,
    limits: limits.map((limit) => {
      const answers = judgeLimit(limit, rows, sites, model.thresholds, level);
      return { limit, verdict: overall(answers.map(({ verdict }) => verdict)), answers };
    }),
  };
}

function overall(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'cannot tell';
}

/** Answers of groups with a hidden count are hidden, and with them the answer to the limit where no other is left. */
function share(value: LimitsValue, view: SharedView): LimitsValue {
  return {
    ...value,
    limits: value.limits.map(({ limit, verdict, answers }) => {
      const shared = answers.map((answer) => (isOpen(limit, answer.group, view) ? answer : hidden(answer)));
      const isAllHidden = shared.length > 0 && shared.every((answer) => answer.verdict === 'hidden');
      return { limit, verdict: isAllHidden ? 'hidden' : verdict, answers: shared };
    }),
  };
}

const hidden = ({ group }: ReportedAnswer): ReportedAnswer => ({
  group,
  figure: SUPPRESSED,
  verdict: 'hidden',
  needed: null,
});

function isOpen(limit: Limit, group: Group, view: SharedView): boolean {
  if (limit.kind !== 'gap') return view.isOpen(group);
  const side = ({ site, sex, ageBand }: Where) =>
    view.isOpen({
      ...group,
      ...(site !== undefined && { site }),
      ...(sex !== undefined && { sex }),
      ...(ageBand !== undefined && { ageBand }),
    });
  return side(limit.first) && side(limit.second);
}

/** Answered first. */
export const limits: Chapter<LimitsValue> = {
  title: 'Limits',
  early: true,
  repeatable: true,
  compute,
  share,
  section: limitsSection,
  tables: limitTables,
  methods: limitMethods,
  cautions: () => [],
  points: limitPoints,
};
