// Groups with many studies of few people are small cells too.
import { groupId } from './cells.ts';
import { type GroupResult, isWhole, type ReportBody } from './record.ts';

/** The counts of people of a group, and what they are the people of. */
export const PEOPLE = { subjects: 'n', eventSubjects: 'events', nonEventSubjects: 'nonEvents' } as const;
export type PeopleOf = keyof typeof PEOPLE;

const COUNTED: Readonly<Record<PeopleOf, string>> = {
  subjects: '.*',
  eventSubjects: `(?:.*/)?(?:events|silentEvents|truePositives \\d+|falseNegatives \\d+)`,
  nonEventSubjects: `(?:.*/)?(?:nonEvents|silentNonEvents|trueNegatives \\d+|falsePositives \\d+)`,
};

/**
 * Everything that is counted of a group of few people: of all their studies, of those with the outcome, or of the others, whichever come
 * from few; `isFew` is asked by the id of the group.
 */
export function cellsOfFew(
  { primary, apparent }: ReportBody,
  counts: ReadonlyMap<string, number>,
  isFew: (id: string, group: GroupResult, of: PeopleOf) => boolean,
): Set<string> {
  const patterns: RegExp[] = [];
  for (const [part, performance] of [['primary', primary] as const, ['apparent', apparent] as const]) {
    for (const group of performance?.groups ?? []) {
      const places = placesOf(part, group).map(escaped).join('|');
      for (const of of Object.keys(PEOPLE) as PeopleOf[]) {
        if (isFew(groupId(part, group), group, of)) patterns.push(new RegExp(`^(?:${places})/(?:${COUNTED[of]})$`));
      }
    }
  }
  return new Set(
    [...counts].filter(([id, count]) => count > 0 && patterns.some((pattern) => pattern.test(id))).map(([id]) => id),
  );
}

/** Where cells of a group stand: its results; of a whole site also its plot, its column of Table 1 and its silences. */
function placesOf(part: string, group: GroupResult): string[] {
  const own = groupId(part, group);
  if (!isWhole(group) || group.site === null) return [own];
  const plot = [`${part}/${group.site}`];
  return part === 'primary' ? [own, ...plot, `table1/${group.site}`, `silence/${group.site}`] : [own, ...plot];
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
