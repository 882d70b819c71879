/** When a recording began, in local time without zone. */
export interface StartTime {
  /** ISO 8601, with or without the date. */
  readonly time?: string;
  /** The header gives something that is no time of any calendar. */
  readonly unreadable: boolean;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Base time and date of the record line: `[[hh:]mm:]ss[.fraction] [dd/mm/yyyy]` as in header(5), or `dd-mmm-yyyy hh:mm:ss` as in
 * the CinC challenges of 2020 and 2021. A date without a time cannot stand in a header.
 */
export function startTime(fields: readonly string[]): StartTime {
  if (fields.length === 0) return { unreadable: false };
  const dateFirst = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(fields[0]);
  const clock = clockTime(fields[dateFirst === null ? 0 : 1] ?? '');
  const slashes = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(fields[1] ?? '');
  const named =
    dateFirst && ([dateFirst[1], String(months.indexOf(dateFirst[2].toLowerCase()) + 1), dateFirst[3]] as const);
  const [day, month, year] = named ?? slashes?.slice(1, 4) ?? [];
  const date = day === undefined ? undefined : calendarDate(Number(year), Number(month), Number(day));
  if (clock === undefined || fields.length > 2) return { unreadable: true };
  if (date === undefined) return fields.length === 1 ? { time: clock, unreadable: false } : { unreadable: true };
  return { time: `${date}T${clock}`, unreadable: false };
}

function clockTime(text: string): string | undefined {
  const parts = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,2})(\.\d{1,9})?$/.exec(text);
  if (parts === null) return undefined;
  const [hours, minutes, seconds] = [parts[1], parts[2], parts[3]].map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return `${[hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':')}${parts[4] ?? ''}`;
}

function calendarDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = year >= 1800 && month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : undefined;
}
