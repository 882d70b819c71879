/**
 * JSON for people and programs: two spaces a level, but a figure, and a record that holds nothing deeper than figures, stands on one
 * line. Nearly half as long as a line for each number, and every group, gap or limit is found by searching for a line.
 */
export const reportJson = (value: unknown): string => `${written(value, '')}\n`;

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Levels of records that one line holds. */
const MOST_LEVELS = 2;

function written(value: unknown, indent: string): string {
  if (isPlain(value)) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = membersOf(value as object);
  const isShallow = isWithin(MOST_LEVELS, value);
  const inner = isShallow ? '' : `${indent}  `;
  const texts = members.map(([name, member]) => inner + name + written(member, inner));
  if (isShallow || members.length === 0) return open + texts.join(', ') + close;
  return `${open}\n${texts.join(',\n')}\n${indent}${close}`;
}

/** Members of a list that are records themselves have a line each. */
function isWithin(levels: number, value: unknown): boolean {
  if (isPlain(value)) return true;
  const members = Object.values(value as object);
  return Array.isArray(value)
    ? members.every(isPlain)
    : levels > 0 && members.every((one) => isWithin(levels - 1, one));
}

/** As JSON.stringify has them: a member that is undefined is left out of an object. */
function membersOf(value: object): [name: string, member: unknown][] {
  if (Array.isArray(value)) return value.map((member) => ['', member ?? null]);
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] =>
    member === undefined ? [] : [[`${JSON.stringify(name)}: `, member]],
  );
}
