/** A schedule expression that AWS would refuse; says what was found and what is allowed. */
class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError';
}

/** Gives the first time after `afterMs` (milliseconds since 1970), or undefined when there is none up to 2199. */
export type NextTime = (afterMs: number) => number | undefined;

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const DAY_MS = UNITS_MS.day;

/**
 * Compiles rate(...) and the six fields of cron(...), in UTC, as the EventBridge User Guide defines them
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).
 */
export function parseSchedule(expression: string): NextTime {
  const [, kind, inside] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return parseRate(inside);
  if (kind === 'cron') return parseCron(inside);
  throw new ScheduleExpressionError(`schedule ${expression}: allowed are rate(value unit) and cron(fields)`);
}

function parseRate(inside: string): NextTime {
  const [, digits, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inside) ?? [];
  if (digits === undefined || (digits === '1') === (plural === 's')) {
    throw new ScheduleExpressionError(
      `rate(${inside}): allowed are a whole number above 0 and minute, hour, day for 1, minutes, hours, days for more`,
    );
  }
  const periodMs = Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS];
  return (afterMs) => afterMs + periodMs;
}

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS: readonly Field[] = [
  { name: 'minutes', first: 0, last: 59 },
  { name: 'hours', first: 0, last: 23 },
  { name: 'day-of-month', first: 1, last: 31 },
  { name: 'month', first: 1, last: 12, words: MONTHS },
  { name: 'day-of-week', first: 1, last: 7, words: WEEKDAYS },
  { name: 'year', first: 1970, last: 2199 },
];

/** Whether a day of a month (1 to 31, month 0 to 11) is chosen. */
type DayTest = (year: number, month: number, day: number) => boolean;

function parseCron(inside: string): NextTime {
  const fields = inside.split(/\s+/);
  if (fields.length !== 6)
    throw new ScheduleExpressionError(`cron(${inside}): found ${fields.length} fields, expected 6`);
  const [minutes, hours, dayOfMonth, months, dayOfWeek, years] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new ScheduleExpressionError(`cron(${inside}): exactly one of day-of-month and day-of-week must be ?`);
  }
  const minuteList = sorted(parseField(minutes, FIELDS[0]));
  const hourList = sorted(parseField(hours, FIELDS[1]));
  const monthSet = parseField(months, FIELDS[3]);
  const yearSet = parseField(years, FIELDS[5]);
  const chosen = dayOfWeek === '?' ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);

  return (afterMs) => {
    const startMs = (Math.floor(afterMs / 60_000) + 1) * 60_000;
    const lastYear = Math.max(...yearSet);
    for (let dayMs = Math.floor(startMs / DAY_MS) * DAY_MS; ; ) {
      const date = new Date(dayMs);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      if (year > lastYear) return undefined;
      if (!yearSet.has(year)) dayMs = Date.UTC(year + 1, 0, 1);
      else if (!monthSet.has(month + 1)) dayMs = Date.UTC(year, month + 1, 1);
      else {
        const found = chosen(year, month, date.getUTCDate()) && timeOfDay(dayMs, startMs, hourList, minuteList);
        if (found) return found;
        dayMs += DAY_MS;
      }
    }
  };
}

function timeOfDay(dayMs: number, startMs: number, hours: readonly number[], minutes: readonly number[]) {
  for (const hour of hours) {
    for (const minute of minutes) {
      const timeMs = dayMs + hour * UNITS_MS.hour + minute * UNITS_MS.minute;
      if (timeMs >= startMs) return timeMs;
    }
  }
  return undefined;
}

/** Values of a field of numbers, names, ranges, lists, * and /. */
function parseField(text: string, field: Field): Set<number> {
  return new Set(text.split(',').flatMap((part) => parsePart(part, field)));
}

function parsePart(part: string, field: Field): number[] {
  const [range, stepText, ...more] = part.split('/');
  const steps = stepText !== undefined && field.name !== 'day-of-week';
  if (more.length > 0 || (stepText !== undefined && (!steps || !/^[1-9]\d*$/.test(stepText)))) refuse(part, field);
  const step = stepText === undefined ? 1 : Number(stepText);
  const [from, to] = bounds(range, stepText !== undefined, field);
  if (to < from) refuse(range, field);
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

function bounds(range: string, withStep: boolean, field: Field): [number, number] {
  if (range === '*') return [field.first, field.last];
  const ends = range.split('-');
  if (ends.length > 2) refuse(range, field);
  const from = parseValue(ends[0], field);
  if (ends.length === 2) return [from, parseValue(ends[1], field)];
  return [from, withStep ? field.last : from];
}

function parseValue(text: string, field: Field): number {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  if (word >= 0) return word + 1;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < field.first || value > field.last) refuse(text, field);
  return value;
}

/** `L` is the last day of the month, `15W` the weekday nearest to the 15th, within the month. */
function parseDayOfMonth(text: string): DayTest {
  const field = FIELDS[2];
  if (text === 'L') return (year, month, day) => day === daysIn(year, month);
  const [, wanted] = /^(\d{1,2})W$/.exec(text) ?? [];
  if (wanted !== undefined) {
    const target = parseValue(wanted, field);
    return (year, month, day) => target <= daysIn(year, month) && day === nearestWeekday(year, month, target);
  }
  const days = parseField(text, field);
  return (_year, _month, day) => days.has(day);
}

/** `L` is Saturday, `6L` the last Friday of the month, `3#2` its second Tuesday; 1 is Sunday. */
function parseDayOfWeek(text: string): DayTest {
  const field = FIELDS[4];
  if (text === 'L') return (year, month, day) => weekday(year, month, day) === 7;
  const [, last] = /^(\w{1,3})L$/.exec(text) ?? [];
  if (last !== undefined) {
    const wanted = parseValue(last, field);
    return (year, month, day) => weekday(year, month, day) === wanted && day + 7 > daysIn(year, month);
  }
  const [, nth, position] = /^(\w{1,3})#([1-5])$/.exec(text) ?? [];
  if (nth !== undefined) {
    const wanted = parseValue(nth, field);
    return (year, month, day) => weekday(year, month, day) === wanted && Math.ceil(day / 7) === Number(position);
  }
  const days = parseField(text, field);
  return (year, month, day) => days.has(weekday(year, month, day));
}

function nearestWeekday(year: number, month: number, day: number): number {
  const at = weekday(year, month, day);
  if (at === 7) return day === 1 ? 3 : day - 1;
  if (at === 1) return day === daysIn(year, month) ? day - 2 : day + 1;
  return day;
}

function weekday(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month, day)).getUTCDay() + 1;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function refuse(found: string, { name, first, last, words }: Field): never {
  const names = words ? ` or ${words[0]} to ${words.at(-1)}` : '';
  throw new ScheduleExpressionError(`cron ${name}: found ${found}, allowed are ${first} to ${last}${names}`);
}
