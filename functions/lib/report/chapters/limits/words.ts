// What the limits chapter says in sentences and tables.
import type { PlacedAudits } from '#lib/limits/alpha-spending.ts';
import { isCompared, type Limit } from '#lib/limits/limit.ts';
import { csv } from '../../csv.ts';
import { differenceStyle, type FigureStyle, few, formatCount, formatFigure, HIDDEN } from '../../format.ts';
import { groupWords } from '../../groups.ts';
import type { Point } from '../../point.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
import type { LimitsValue, ReportedAnswer, ReportedLimit } from './limits.ts';

/** AUROC as a fraction, shares and gaps as percentages, the rest as it is. */
export function styleOf({ measure, kind }: Limit): FigureStyle {
  if (measure === 'AUROC' || measure === 'Brier score') return kind === 'gap' ? 'percent' : 'fraction';
  return isCompared(measure) ? 'percent' : 'ratio';
}

/** A figure with its unit; a gap in points of a hundred. */
export function figureWords(limit: Limit, figure: Figure): string {
  const style = styleOf(limit);
  return formatFigure(figure, limit.kind === 'gap' ? differenceStyle(style) : style);
}

/** "2 of 3 limits are kept, 1 cannot be told." */
export function tally({ limits }: LimitsValue): string {
  const count = (verdict: ReportedLimit['verdict']) => limits.filter((limit) => limit.verdict === verdict).length;
  const [pass, fail, silent, hidden] = [count('pass'), count('fail'), count('cannot tell'), count('hidden')];
  const parts = [
    `${pass} of ${limits.length} ${limits.length === 1 ? 'limit' : 'limits'} ${pass === 1 ? 'is' : 'are'} kept`,
    ...(fail > 0 ? [`${fail} ${fail === 1 ? 'is' : 'are'} broken`] : []),
    ...(silent > 0 ? [`${silent} cannot be told`] : []),
    ...(hidden > 0 ? [`${hidden} ${hidden === 1 ? 'is' : 'are'} hidden as small cells`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** The first sentence of the report: what was asked, and what it came to. */
export function limitPoints(value: LimitsValue): Point[] {
  const named = (verdict: 'fail' | 'cannot tell') =>
    value.limits.flatMap((limit) =>
      limit.verdict === verdict ? [`“${limit.limit.text}” (${whereWords(limit, verdict)})`] : [],
    );
  const broken = named('fail');
  const silent = named('cannot tell');
  const text = [
    `Limits: ${tally(value)}`,
    ...(broken.length > 0 ? [`Broken: ${broken.join('; ')}.`] : []),
    ...(silent.length > 0 ? [`Cannot tell: ${silent.join('; ')}.`] : []),
  ].join(' ');
  if (broken.length > 0) return [{ importance: 'broken limit', brief: `Broken: ${few(broken)}.`, text }];
  if (silent.length > 0)
    return [{ importance: 'cannot tell', brief: `Cannot tell whether these are kept: ${few(silent)}.`, text }];
  const isAnyHidden = value.limits.some(({ verdict }) => verdict === 'hidden');
  return [{ importance: isAnyHidden ? 'cannot tell' : 'result', brief: tally(value), text }];
}

/** "at cedar 0.612 (0.401 to 0.790)"; the groups that decide, three at most. */
function whereWords({ limit, answers }: ReportedLimit, verdict: 'fail' | 'cannot tell'): string {
  const MOST = 3;
  const deciding = answers.filter((answer) => answer.verdict === verdict);
  const said = deciding.slice(0, MOST).map(({ group, figure }) => `${groupWords(group)} ${figureWords(limit, figure)}`);
  const rest = deciding.length - said.length;
  return [...said, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** "about 410 studies", "at least 36 people with the outcome, even without a single error". */
export function neededWords(limit: Limit, { needed, figure, verdict }: ReportedAnswer): string {
  if (verdict === 'hidden') return HIDDEN;
  if (verdict !== 'cannot tell') return '';
  if (needed === null)
    return isEstimate(figure) ? 'no number: what was seen lies on the limit' : 'not to be said from these studies';
  if (needed.of === 'flawless') {
    const whom = {
      AUROC: 'with the outcome and as many without',
      sensitivity: 'with the outcome',
      specificity: 'without the outcome',
      PPV: 'positive by the model',
      NPV: 'negative by the model',
    };
    return `at least ${formatCount(needed.n)} people ${whom[limit.measure as keyof typeof whom]}, even if the model never erred`;
  }
  return `about ${formatCount(needed.n)} ${denominator(limit)}`;
}

/** What the number of the figure counts. */
function denominator({ measure }: Limit): string {
  if (measure === 'sensitivity') return 'studies with the outcome';
  if (measure === 'specificity') return 'studies without the outcome';
  if (measure === 'PPV') return 'studies positive by the model';
  return measure === 'NPV' ? 'studies negative by the model' : 'studies';
}

export function limitTables({ level, limits }: LimitsValue): ReadonlyMap<string, string> {
  const header = [
    ...['limit', 'limit_answer', 'site', 'sex', 'age_band_years', 'device', 'answer'],
    ...['estimate', 'lower', 'upper', 'level', 'n', 'cannot_tell', 'needed', 'needed_of'],
  ];
  const rows = limits.flatMap(({ limit, verdict, answers }) =>
    answers.map(({ group, figure, verdict: answer, needed }) => [
      ...[
        limit.text,
        verdict,
        group.site ?? 'all',
        group.sex ?? 'all',
        group.ageBand ?? 'all',
        group.device ?? 'all',
        answer,
      ],
      ...(isSuppressed(figure)
        ? [HIDDEN, HIDDEN, HIDDEN, level, HIDDEN, null]
        : isEstimate(figure)
          ? [figure.estimate, figure.lower, figure.upper, level, figure.n, null]
          : [null, null, null, level, figure.n, figure.cannotTell]),
      ...[needed?.n ?? null, needed?.of ?? null],
    ]),
  );
  return new Map([['limits.csv', csv(header, rows)]]);
}

export function limitMethods(value: LimitsValue): string[] {
  const kinds = new Set(value.limits.map(({ limit }) => limit.kind));
  const percent = `${formatLevel(value.level)} % interval`;
  return [
    [
      `Limits: stated before the figures were made. A limit is kept where the whole ${percent} keeps it, broken where no part of it does, else “cannot tell”; at several groups it is kept where every one keeps it and broken where one breaks it.`,
      ...(kinds.has('gap')
        ? [
            `Gaps: two one-sided tests (doi:10.1007/BF01068419), that is the whole interval of the difference within the gap, by MOVER from the groups' own intervals (doi:10.1002/sim.3095).`,
          ]
        : []),
      `Where it cannot be told, the number of studies of the same mixture is given that would settle it with 80 % power if the truth were what was seen; where too few people were seen, the number below which even a model without error could not keep it (exact bound).`,
      auditWords(value),
    ].join(' '),
  ];
}

/** "95", "97.4". */
export const formatLevel = (level: number): string => String(Math.round(level * 1000) / 10);

/** Which audit of the year this is, and whether the archive bears that out. */
function placeWords({ perYear, look, stated, before }: PlacedAudits): string {
  const known = before === null ? '' : ` (the archive holds ${before === 0 ? 'none' : before} before it)`;
  const spent =
    look > perYear ? ' More than were planned: the chance of the year is spent, and this audit adds to it.' : '';
  if (stated === null || before === null || stated === before + 1)
    return `Audit ${look} of ${perYear} this year${known}.${spent}`;
  if (stated > before + 1)
    return `Audit ${look} of ${perYear} this year, as the limits state; the archive holds ${before === 0 ? 'none' : `only ${before}`} before it. Whether the others were made cannot be told here.`;
  return `Audit ${look} of ${perYear} this year: the limits state ${stated}, but the archive holds ${before} before it.${spent}`;
}

export function auditWords({ audits }: LimitsValue): string {
  if (audits === null)
    return 'Judged once: a limit that is just kept would be called broken at a hospital with a chance of 2.5 %. Audits that are repeated need a plan (“audits” in the file), or this chance adds up.';
  const { falseAlarmsPerYear, patients, spending } = audits;
  const type = spending === 'pocock' ? 'Pocock-type' : "O'Brien-Fleming-type";
  const how =
    patients === 'new'
      ? 'each audit has new patients only, and they share the chance equally'
      : `each audit has all patients of the year so far, and spends the chance by Lan and DeMets's ${type} function (doi:10.1093/biomet/70.3.659), as if audits brought equally many patients`;
  return `${placeWords(audits)} A limit that is just kept is called broken at a hospital in ${Math.round(falseAlarmsPerYear * 1000) / 10} % of years, all audits together; ${how}. Every limit and hospital has this chance of its own.`;
}
