// The flow and the sizes of groups, as every evaluation prints them.
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { type Cell, idOf, overGroups, type Said } from './said.ts';
import { type Equation, sumOf } from './system.ts';

export function saidOfFlow({ flow, groups }: EvaluationBody): Said {
  const cells: Cell[] = [];
  const sums: Equation[] = overGroups(groups, ['n']);
  const at = (site: string | null, step: string): string =>
    step === 'analysed' ? (site === null ? '*/n' : `site=${site}/n`) : `flow/${site ?? '*'}/${step}`;
  const losses = new Set<string>();
  for (const { site, steps } of flow)
    steps.forEach(({ name, count, losses: lost }, i) => {
      cells.push([at(site, name), count]);
      const parts = lost.map(({ code, count: gone }) => {
        losses.add(`${name}/${code}`);
        cells.push([`flow/${site ?? '*'}/${name}/${code}`, gone]);
        return `flow/${site ?? '*'}/${name}/${code}`;
      });
      if (i > 0) sums.push(sumOf(at(site, steps[i - 1].name), [at(site, name), ...parts]));
    });
  const [, ...sites] = flow;
  const bySite = (name: string, has: readonly (string | null)[]): Equation =>
    sumOf(
      at(null, name),
      has.map((site) => at(site, name)),
    );
  if (sites.length > 0) {
    for (const { name } of flow[0].steps)
      sums.push(
        bySite(
          name,
          sites.map(({ site }) => site),
        ),
      );
    for (const loss of losses) {
      const [step, code] = loss.split('/');
      const has = sites.filter(({ steps }) =>
        steps.some(({ name, losses: lost }) => name === step && lost.some((one) => one.code === code)),
      );
      sums.push(
        bySite(
          loss,
          has.map(({ site }) => site),
        ),
      );
    }
  }
  for (const group of groups) {
    cells.push([`${idOf(group)}/n`, group.n]);
    if (group.subjects !== null) cells.push([`${idOf(group)}/subjects`, group.subjects]);
  }
  // Nobody stands in two groups of these tables.
  if (groups[0].subjects !== null) sums.push(...overGroups(groups, ['subjects']));
  return { cells, sums };
}
