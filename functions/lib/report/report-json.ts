/**
 * JSON for people and programs: two spaces a level, but what holds nothing but numbers, texts and the like stands on one line, as a
 * figure does. A third shorter than a line for each number.
 */
export const reportJson = (value: unknown): string => `${written(value, '')}\n`;

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

function written(value: unknown, indent: string): string {
  if (isPlain(value)) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = membersOf(value as object);
  if (members.length === 0) return open + close;
  const inner = `${indent}  `;
  if (members.every(([, member]) => isPlain(member)))
    return `${open}${members.map(([name, member]) => name + JSON.stringify(member)).join(', ')}${close}`;
  const lines = members.map(([name, member]) => inner + name + written(member, inner));
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** As JSON.stringify has them: a member that is undefined is left out of an object. */
function membersOf(value: object): [name: string, member: unknown][] {
  if (Array.isArray(value)) return value.map((member) => ['', member ?? null]);
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] =>
    member === undefined ? [] : [[`${JSON.stringify(name)}: `, member]],
  );
}
