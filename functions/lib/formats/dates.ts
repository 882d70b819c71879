export type DateFormat = 'YYYY-MM-DD' | 'DD.MM.YYYY' | 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'YYYY';

const patterns: Readonly<Record<DateFormat, RegExp>> = {
  'YYYY-MM-DD': /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/,
  'DD.MM.YYYY': /^(?<day>\d\d?)\.(?<month>\d\d?)\.(?<year>\d{4})$/,
  'DD/MM/YYYY': /^(?<day>\d\d?)\/(?<month>\d\d?)\/(?<year>\d{4})$/,
  'MM/DD/YYYY': /^(?<month>\d\d?)\/(?<day>\d\d?)\/(?<year>\d{4})$/,
  YYYY: /^(?<year>\d{4})$/,
};

/** ISO 8601 date (or year alone) of a day in the calendar from 1900 to 2099, or undefined. */
export function parseDate(text: string, format: DateFormat): string | undefined {
  const parts = patterns[format].exec(text)?.groups;
  if (parts === undefined) return undefined;
  const year = Number(parts.year);
  if (year < 1900 || year > 2099) return undefined;
  if (format === 'YYYY') return String(year);
  const [month, day] = [Number(parts.month), Number(parts.day)];
  const date = new Date(Date.UTC(year, month - 1, day));
  const isInCalendar = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isInCalendar ? date.toISOString().slice(0, 10) : undefined;
}
