import { isSmall, type Sum } from '../disclosure.ts';
import { openCount } from '../open-count.ts';
import { withoutPeople } from '../readers/share.ts';
import { type Count, SUPPRESSED } from '../record.ts';
import { cellsToHideInWholes } from '../whole-counts.ts';
import { type Cells, cellOf, groupId } from './kind.ts';
import { kindOf } from './kinds.ts';
import {
  type EvaluationBody,
  type EvaluationGroup,
  type GroupCount,
  isAll,
  type ReportedEvaluationFlow,
} from './record.ts';

/**
 * The report that may leave: counts of 1 to 10 and as many others as it takes that none follows by subtraction are hidden, with every
 * figure that rests on them. Public data stay as they are, and the report says so.
 */
export function shareableEvaluation(body: EvaluationBody): EvaluationBody {
  if (body.publicData) return { ...body, audience: 'shareable' };
  const kind = kindOf(body.results);
  const { cells, sums, costs } = kind.cells();
  const several = severalGroups(body);
  const all = new Map<string, number>([...cells, ...flowCells(body.flow), ...groupCells(body), ...several.cells]);
  const hidden = cellsToHideInWholes(all, [...sums, ...flowSums(body), ...groupSums(body), ...several.sums], {
    costOf: (id) => costs?.get(id) ?? costOf(id),
  });
  const closed = closedGroups(body, hidden);
  const isOpen = (group: EvaluationGroup): boolean => !closed.has(groupId(group));
  const count = (id: string, value: Count): Count => (hidden.has(id) ? SUPPRESSED : value);
  const shared: EvaluationBody = {
    ...body,
    audience: 'shareable',
    flow: body.flow.map((flow) => ({
      ...flow,
      steps: flow.steps.map((step) => ({
        ...step,
        count: count(stepCell(flow, step.name), step.count),
        losses: step.losses.map((loss) => ({
          ...loss,
          count: count(lossCell(flow, step.name, loss.code), loss.count),
        })),
      })),
    })),
    groups: body.groups.map((group) =>
      isOpen(group) ? group : { ...group, n: SUPPRESSED, subjects: group.subjects === null ? null : SUPPRESSED },
    ),
    results: kind.share({ hidden, isOpen }),
    provenance: { ...body.provenance, inputs: body.provenance.inputs.map(withoutNumberOfMasks) },
  };
  return body.groups.some(({ n, subjects }) => subjects !== null && subjects !== n) ? withoutPeople(shared) : shared;
}

/**
 * Groups with a hidden count and, where the closed ones of a column are one alone or of few people, the smallest others: the mean of a group
 * is what those of all studies and of the other groups leave.
 */
function closedGroups({ groups }: EvaluationBody, hidden: ReadonlySet<string>): Set<string> {
  const isHidden = (group: EvaluationGroup): boolean =>
    hidden.has(cellOf(group, 'n')) || hidden.has(cellOf(group, 'subjects'));
  const peopleIn = ({ n, subjects }: GroupCount): number => openCount(subjects ?? n);
  const closed = new Set(groups.filter(isHidden).map(groupId));
  for (const column of columnsOf(groups)) {
    const own = column.filter(isHidden);
    const others = column.filter((group) => !isHidden(group)).sort((a, b) => peopleIn(a) - peopleIn(b));
    const isEnough = (): boolean =>
      own.length >= 2 && !isSmall(own.reduce((people, group) => people + peopleIn(group), 0));
    while (own.length > 0 && others.length > 0 && !isEnough()) own.push(...others.splice(0, 1));
    for (const group of own) closed.add(groupId(group));
  }
  return closed;
}

/** How many masks were read tells how many could not be. */
const withoutNumberOfMasks = <Input extends { readonly name: string }>(input: Input): Input => ({
  ...input,
  name: input.name.replace(/^\d+ (?=masks, their paths)/, ''),
});

/** Sums that nobody prints cost nothing; those of all studies, on which the answer rests, most. */
function costOf(id: string): number {
  if (/\/(?:since|after|others|members|twice)$/.test(id)) return 0;
  if (id.startsWith('*/')) return 20;
  return /\/(?:n|subjects)$/.test(id) ? 10 : 5;
}

/** The step at which studies are analysed is the group of the site: one cell, one name. */
const stepCell = ({ site }: { readonly site: string | null }, step: string): string =>
  step === 'analysed'
    ? cellOf({ group: site === null ? null : 'site', value: site }, 'n')
    : `flow/${site ?? '*'}/${step}`;

const lossCell = ({ site }: { readonly site: string | null }, step: string, code: string): string =>
  `flow/${site ?? '*'}/${step}/${code}`;

function flowCells(flows: readonly ReportedEvaluationFlow[]): [string, number][] {
  return flows.flatMap((flow) =>
    flow.steps.flatMap(({ name, count, losses }): [string, number][] => [
      [stepCell(flow, name), openCount(count)],
      ...losses.map((loss): [string, number] => [lossCell(flow, name, loss.code), openCount(loss.count)]),
    ]),
  );
}

/** Every step is the next one and its losses; every count of all sites is the sum of those of the sites. */
function flowSums({ flow: flows }: EvaluationBody): Sum[] {
  const within = flows.flatMap((flow) =>
    flow.steps.slice(1).map(({ name, losses }, i) => ({
      total: stepCell(flow, flow.steps[i].name),
      parts: [stepCell(flow, name), ...losses.map(({ code }) => lossCell(flow, name, code))],
    })),
  );
  const [whole, ...sites] = flows;
  if (sites.length === 0) return within;
  const between = whole.steps.flatMap(({ name, losses }) => [
    { total: stepCell(whole, name), parts: sites.map((site) => stepCell(site, name)) },
    ...losses.map(({ code }) => ({
      total: lossCell(whole, name, code),
      parts: sites
        .filter(({ steps }) =>
          steps.some((step) => step.name === name && step.losses.some((loss) => loss.code === code)),
        )
        .map((site) => lossCell(site, name, code)),
    })),
  ]);
  return [...within, ...between];
}

function groupCells({ groups }: EvaluationBody): [string, number][] {
  return groups.flatMap((group): [string, number][] => [
    [cellOf(group, 'n'), openCount(group.n)],
    ...(group.subjects === null ? [] : [[cellOf(group, 'subjects'), openCount(group.subjects)] as [string, number]]),
  ]);
}

/** The values of one column are all studies. */
function groupSums({ groups }: EvaluationBody): Sum[] {
  return columnsOf(groups).map((parts) => ({
    total: cellOf(groups[0], 'n'),
    parts: parts.map((group) => cellOf(group, 'n')),
  }));
}

const columnsOf = (groups: EvaluationBody['groups']): EvaluationBody['groups'][] => [
  ...Map.groupBy(
    groups.filter((group) => !isAll(group)),
    ({ group }) => group,
  ).values(),
];

/** The people of all groups of a column are all people and, once more for each further group, those who stand in several. */
function severalGroups({ groups }: EvaluationBody): Cells {
  const [whole] = groups;
  if (whole.subjects === null) return { cells: [], sums: [] };
  const people = openCount(whole.subjects);
  const columns = columnsOf(groups).map((parts) => {
    const id = (name: string): string => `people/${parts[0].group}/${name}`;
    const members = parts.reduce(
      (sum, { subjects }) => sum + (subjects === null ? Number.NaN : openCount(subjects)),
      0,
    );
    return {
      cells: [[id('members'), members] as const, [id('twice'), members - people] as const],
      sums: [
        { total: id('members'), parts: parts.map((group) => cellOf(group, 'subjects')) },
        { total: id('members'), parts: [cellOf(whole, 'subjects'), id('twice')] },
      ],
    };
  });
  return { cells: columns.flatMap(({ cells }) => cells), sums: columns.flatMap(({ sums }) => sums) };
}
