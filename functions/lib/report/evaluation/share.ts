import { cellsToHide, type Sum } from '../disclosure.ts';
import { withoutPeople } from '../readers/share.ts';
import { type Count, isSuppressed, SUPPRESSED } from '../record.ts';
import { cellOf } from './kind.ts';
import { kindOf } from './kinds.ts';
import { type EvaluationBody, type EvaluationGroup, isAll, type ReportedEvaluationFlow } from './record.ts';

/**
 * The report that may leave: counts of 1 to 10 and as many others as it takes that none follows by subtraction are hidden, with every
 * figure that rests on them. Public data stay as they are, and the report says so.
 */
export function shareableEvaluation(body: EvaluationBody): EvaluationBody {
  if (body.publicData) return { ...body, audience: 'shareable' };
  const kind = kindOf(body.results);
  const { cells, sums, costs } = kind.cells();
  const all = new Map<string, number>([...cells, ...flowCells(body.flow), ...groupCells(body)]);
  const hidden = cellsToHide(all, [...sums, ...flowSums(body), ...groupSums(body)], {
    costOf: (id) => costs?.get(id) ?? costOf(id),
  });
  const isOpen = (group: EvaluationGroup): boolean =>
    !hidden.has(cellOf(group, 'n')) && !hidden.has(cellOf(group, 'subjects'));
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
  };
  return body.groups.some(({ n, subjects }) => subjects !== null && subjects !== n) ? withoutPeople(shared) : shared;
}

/** Sums that nobody prints cost nothing; those of all studies, on which the answer rests, most. */
function costOf(id: string): number {
  if (/\/(?:since|after|others)$/.test(id)) return 0;
  if (id.startsWith('*/')) return 20;
  return /\/(?:n|subjects)$/.test(id) ? 10 : 5;
}

const known = (count: Count): number => {
  if (isSuppressed(count)) throw new Error('a count is hidden already: shareable reports are made from internal ones');
  return count;
};

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
      [stepCell(flow, name), known(count)],
      ...losses.map((loss): [string, number] => [lossCell(flow, name, loss.code), known(loss.count)]),
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
    [cellOf(group, 'n'), known(group.n)],
    ...(group.subjects === null ? [] : [[cellOf(group, 'subjects'), known(group.subjects)] as [string, number]]),
  ]);
}

/** The values of one column are all studies, and all people where nobody stands in two of them. */
function groupSums({ groups }: EvaluationBody): Sum[] {
  const [whole] = groups;
  const columns = [...new Set(groups.filter((group) => !isAll(group)).map(({ group }) => group))];
  return columns.flatMap((column) => {
    const parts = groups.filter(({ group }) => group === column);
    return (['n', 'subjects'] as const)
      .filter((name) => {
        const total = parts.reduce((sum, group) => sum + (group[name] === null ? Number.NaN : known(group[name])), 0);
        return whole[name] !== null && total === known(whole[name]);
      })
      .map((name) => ({ total: cellOf(whole, name), parts: parts.map((group) => cellOf(group, name)) }));
  });
}
