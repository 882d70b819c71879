// An attacker on the shareable report of an evaluation: everything that it prints about counts, as one system of equations.
import type { ContinuousResults } from '#lib/report/evaluation/continuous/record.ts';
import type { GradeAgreement, GradeSummary } from '#lib/report/evaluation/grades.ts';
import type { Results } from '#lib/report/evaluation/kinds.ts';
import type { OrdinalResults } from '#lib/report/evaluation/ordinal/record.ts';
import type { EvaluationBody, EvaluationGroup } from '#lib/report/evaluation/record.ts';
import type { SegmentationResults } from '#lib/report/evaluation/segmentation/record.ts';
import type { TimeToEventResults } from '#lib/report/evaluation/time-to-event/record.ts';
import type { Count, Figure } from '#lib/report/record.ts';
import { saidOfProbabilities } from './probability.ts';
import { saidOfClasses, saidOfLabels } from './several.ts';
import { determinedBy, type Equation, printed, sumOf } from './system.ts';

const idOf = ({ group, value }: EvaluationGroup): string => (group === null ? '*' : `${group}=${value}`);
const isNumber = (count: unknown): count is number => typeof count === 'number';

/** Cells with their counts as far as printed, and sums that hold whatever is printed. */
interface Said {
  readonly cells: readonly (readonly [id: string, count: Count | undefined])[];
  readonly sums: readonly Equation[];
}

const join = (...all: readonly Said[]): Said => ({
  cells: all.flatMap(({ cells }) => cells),
  sums: all.flatMap(({ sums }) => sums),
});

export function evaluationEquations(body: EvaluationBody): Equation[] {
  const { cells, sums } = join(common(body), ofKind(body.results));
  return [...sums, ...cells.flatMap(([id, count]) => (isNumber(count) ? [printed(id, count)] : []))];
}

/** Every count that the shareable report speaks of, from the internal one. */
export const evaluationTruth = (body: EvaluationBody, shared: EvaluationBody): Map<string, number> =>
  determinedBy([...evaluationEquations(body), ...join(common(shared), ofKind(shared.results)).sums]);

function ofKind(results: Results): Said {
  switch (results.kind) {
    case 'continuous':
      return continuous(results);
    case 'ordinal':
      return ordinal(results);
    case 'time-to-event':
      return timeToEvent(results);
    case 'segmentation':
      return segmentation(results);
    case 'probability':
      return saidOfProbabilities(results);
    case 'classes':
      return saidOfClasses(results);
    case 'labels':
      return saidOfLabels(results);
  }
}

const told = (figure: Figure | null): { readonly n: number; readonly events: number } | undefined =>
  figure !== null && 'n' in figure ? figure : undefined;

/** Columns of groups, as places in the list; the first group is all. */
function columnsOf<Group extends EvaluationGroup>(groups: readonly Group[]): Group[][] {
  const [, ...parts] = groups;
  return [...Map.groupBy(parts, ({ group }) => group).values()];
}

/** A count of all studies is the sum of those of each column. */
const overGroups = (groups: readonly EvaluationGroup[], names: readonly string[]): Equation[] =>
  columnsOf(groups).flatMap((column) =>
    names.map((name) =>
      sumOf(
        `*/${name}`,
        column.map((group) => `${idOf(group)}/${name}`),
      ),
    ),
  );

function common({ flow, groups }: EvaluationBody): Said {
  const cells: (readonly [string, Count])[] = [];
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

function continuous({ groups, classes, differenceBySize, referenceByAnswer }: ContinuousResults): Said {
  const halves = groups.map((group): Said => {
    const own = idOf(group);
    const share = group.acceptable === null ? undefined : told(group.acceptable.share);
    return join(
      {
        cells:
          group.acceptable === null
            ? []
            : [
                [`${own}/inside`, group.acceptable.inside],
                [`${own}/outside`, group.acceptable.outside],
                [`${own}/inside`, share?.events],
                [`${own}/n`, share?.n],
              ],
        sums: group.acceptable === null ? [] : [sumOf(`${own}/n`, [`${own}/inside`, `${own}/outside`])],
      },
      group.classes === null ? { cells: [], sums: [] } : summary(own, group.classes),
      {
        cells: [group.bias, group.meanAbsoluteError, group.slope].map((figure) => [`${own}/n`, told(figure)?.n]),
        sums: [],
      },
    );
  });
  const bins = [differenceBySize, referenceByAnswer].map((list, k): Said => {
    return {
      cells: list.flatMap(({ n, subjects }, i) => [
        [`bins/${k}/${i}/n`, n],
        [`bins/${k}/${i}/subjects`, subjects],
      ]),
      sums:
        list.length === 0
          ? []
          : [
              sumOf(
                '*/n',
                list.map((_, i) => `bins/${k}/${i}/n`),
              ),
            ],
    };
  });
  const names = ['inside', 'outside', 'same', 'other'];
  return join(
    ...halves,
    ...bins,
    { cells: [], sums: overGroups(groups, names) },
    classes === null
      ? { cells: [], sums: [] }
      : join(grades(classes), { cells: [], sums: overMatrices(groups, classes.names.length) }),
  );
}

function summary(own: string, { same, matrix }: GradeSummary): Said {
  const figure = told(same);
  const cell = (r: number, a: number): string => (own === '*' ? `matrix/${r}/${a}` : `${own}/matrix/${r}/${a}`);
  const places = matrix.flatMap((row, r) => row.map((count, a) => ({ r, a, count })));
  return {
    cells: [
      ...places.map(({ r, a, count }) => [cell(r, a), count] as const),
      [`${own}/same`, figure?.events],
      [`${own}/other`, figure && figure.n - figure.events],
      [`${own}/n`, figure?.n],
    ],
    sums: [
      sumOf(`${own}/n`, [`${own}/same`, `${own}/other`]),
      sumOf(
        `${own}/same`,
        places.flatMap(({ r, a }) => (r === a ? [cell(r, a)] : [])),
      ),
      sumOf(
        `${own}/other`,
        places.flatMap(({ r, a }) => (r === a ? [] : [cell(r, a)])),
      ),
    ],
  };
}

/** Cells of all studies are those of every column. */
const overMatrices = (groups: readonly EvaluationGroup[], classes: number): Equation[] =>
  columnsOf(groups).flatMap((column) =>
    Array.from({ length: classes ** 2 }, (_, k) => {
      const cell = `matrix/${Math.floor(k / classes)}/${k % classes}`;
      return sumOf(
        cell,
        column.map((group) => `${idOf(group)}/${cell}`),
      );
    }),
  );

/** Counts at a cut that comparisons of groups and hospitals print. */
function comparedCuts({ between, comparison, grades: names, groups }: OrdinalResults): Said {
  const cells: (readonly [string, Count])[] = [];
  const note = (own: string, figure: string, right: number, n: number): void => {
    cells.push([`${own}/${figure}/right`, right], [`${own}/${figure}/n`, n]);
  };
  for (const { id, figures } of between?.measures ?? [])
    for (const { site, figure } of figures)
      if ('successes' in figure) note(`site=${site}`, id, figure.successes, figure.n);
  for (const { column, group, reference, figure, groupFigure, referenceFigure } of comparison?.gaps ?? []) {
    if (figure === 'concordance') continue;
    for (const [value, of] of [
      [group, groupFigure],
      [reference, referenceFigure],
    ] as const) {
      const counts = told(of);
      if (counts !== undefined) note(`${column}=${value}`, figure, counts.events, counts.n);
    }
  }
  const all = names.flatMap((_, r) => names.map((__, a) => ({ r, a })));
  const sums = groups.flatMap((group) =>
    names.slice(1).flatMap((grade, i) =>
      (['sensitivity', 'specificity'] as const).flatMap((of) => {
        const own = `${idOf(group)}/${of}/${grade}`;
        const isMember = (r: number): boolean => r > i === (of === 'sensitivity');
        const cell = (r: number, a: number): string =>
          idOf(group) === '*' ? `matrix/${r}/${a}` : `${idOf(group)}/matrix/${r}/${a}`;
        const where = (is: (r: number, a: number) => boolean): string[] =>
          all.flatMap(({ r, a }) => (is(r, a) ? [cell(r, a)] : []));
        return [
          sumOf(`${own}/n`, where(isMember)),
          sumOf(
            `${own}/right`,
            where((r, a) => isMember(r) && isMember(a)),
          ),
        ];
      }),
    ),
  );
  return { cells, sums };
}

function grades({ names, matrix, same, near, cuts }: GradeAgreement): Said {
  const cell = (r: number, a: number): string => `matrix/${r}/${a}`;
  const where = (is: (r: number, a: number) => boolean): string[] =>
    names.flatMap((_, r) => names.flatMap((__, a) => (is(r, a) ? [cell(r, a)] : [])));
  const sums = [
    sumOf(
      '*/n',
      where(() => true),
    ),
    sumOf(
      '*/same',
      where((r, a) => r === a),
    ),
    sumOf(
      '*/near',
      where((r, a) => Math.abs(r - a) <= 1),
    ),
    sumOf(
      '*/far',
      where((r, a) => Math.abs(r - a) > 1),
    ),
    ...names.map((_, k) =>
      sumOf(
        `*/reference/${k}`,
        where((r) => r === k),
      ),
    ),
    ...cuts.flatMap((_, i) => [
      sumOf(
        `cut/${i}/tp`,
        where((r, a) => r > i && a > i),
      ),
      sumOf(
        `cut/${i}/fn`,
        where((r, a) => r > i && a <= i),
      ),
      sumOf(
        `cut/${i}/tn`,
        where((r, a) => r <= i && a <= i),
      ),
      sumOf(
        `cut/${i}/fp`,
        where((r, a) => r <= i && a > i),
      ),
      sumOf(`cut/${i}/events`, [`cut/${i}/tp`, `cut/${i}/fn`]),
      sumOf(`cut/${i}/nonEvents`, [`cut/${i}/tn`, `cut/${i}/fp`]),
    ]),
  ];
  const cells: (readonly [string, Count | undefined])[] = [
    ...matrix.flatMap((row, r) => row.map((count, a) => [cell(r, a), count] as const)),
    ['*/same', told(same)?.events],
    ['*/near', told(near)?.events],
    ...cuts.flatMap(({ truePositives, falseNegatives, trueNegatives, falsePositives, sensitivity, specificity }, i) => [
      [`cut/${i}/tp`, truePositives] as const,
      [`cut/${i}/fn`, falseNegatives] as const,
      [`cut/${i}/tn`, trueNegatives] as const,
      [`cut/${i}/fp`, falsePositives] as const,
      [`cut/${i}/events`, told(sensitivity)?.n] as const,
      [`cut/${i}/tp`, told(sensitivity)?.events] as const,
      [`cut/${i}/nonEvents`, told(specificity)?.n] as const,
      [`cut/${i}/tn`, told(specificity)?.events] as const,
    ]),
  ];
  return { cells, sums };
}

function ordinal(results: OrdinalResults): Said {
  const { groups, agreement, grades: names } = results;
  const own = groups.map((group): Said => {
    const at = idOf(group);
    return join(summary(at, group.agreement), {
      cells: [
        ...group.reference.map((count, k) => [`${at}/reference/${k}`, count] as const),
        [`${at}/n`, told(group.concordance)?.n],
      ],
      sums: [
        sumOf(
          `${at}/n`,
          group.reference.map((_, k) => `${at}/reference/${k}`),
        ),
      ],
    });
  });
  const over = [...names.map((_, k) => `reference/${k}`), 'same', 'other'];
  const rows = groups.flatMap((group) =>
    names.map((_, r) =>
      sumOf(
        `${idOf(group)}/reference/${r}`,
        names.map((__, a) => (idOf(group) === '*' ? `matrix/${r}/${a}` : `${idOf(group)}/matrix/${r}/${a}`)),
      ),
    ),
  );
  return join(
    ...own,
    { cells: [], sums: [...overGroups(groups, over), ...overMatrices(groups, names.length), ...rows] },
    comparedCuts(results),
    grades(agreement),
  );
}

const ENDS = ['events', 'competing', 'censored', 'beyond'] as const;

function timeToEvent({ groups, riskGroups, calibration, hasCompeting }: TimeToEventResults): Said {
  const horizons = groups[0].horizons.map(({ at }) => at);
  const own = groups.map((group): Said => {
    const at = (horizon: number, name: string): string => `${idOf(group)}/${horizon}/${name}`;
    return {
      cells: [
        ...group.horizons.flatMap((horizon) => [
          ...ENDS.map((name) => [at(horizon.at, name), horizon[name] ?? (hasCompeting ? undefined : 0)] as const),
          ...[horizon.observed, horizon.observedExpected, horizon.brier, horizon.slope].map(
            (figure) => [at(horizon.at, 'events'), told(figure)?.events] as const,
          ),
          [`${idOf(group)}/n`, told(horizon.observed)?.n] as const,
        ]),
        [at(horizons[horizons.length - 1], 'events'), told(group.harrellC)?.events] as const,
      ],
      sums: group.horizons.flatMap((horizon, k) => [
        sumOf(
          `${idOf(group)}/n`,
          ENDS.map((name) => at(horizon.at, name)),
        ),
        ...(k === 0
          ? []
          : ENDS.slice(0, 3).map((name) =>
              sumOf(at(horizon.at, name), [at(horizons[k - 1], name), `${at(horizon.at, name)}/since`]),
            )),
      ]),
    };
  });
  const names = horizons.flatMap((horizon) => ENDS.map((name) => `${horizon}/${name}`));
  const last = horizons[horizons.length - 1];
  const risks: Said = {
    cells: riskGroups.flatMap(({ n, events }, i) => [
      [`risk/${i}/n`, n],
      [`risk/${i}/events`, events],
    ]),
    sums: [
      sumOf(
        '*/n',
        riskGroups.map((_, i) => `risk/${i}/n`),
      ),
      sumOf(
        `*/${last}/events`,
        riskGroups.map((_, i) => `risk/${i}/events`),
      ),
      ...riskGroups.map((_, i) => sumOf(`risk/${i}/n`, [`risk/${i}/events`, `risk/${i}/others`])),
    ],
  };
  const curves: Said = {
    cells: calibration.flatMap(({ at, curve, nullBrier }) => [
      [`*/${at}/events`, told(nullBrier)?.events],
      [`*/${at}/events`, 'cannotTell' in curve ? curve.events : undefined],
    ]),
    sums: [],
  };
  return join(...own, { cells: [], sums: overGroups(groups, names) }, risks, steps(riskGroups, horizons), curves);
}

/** Between two times of a curve people had the event, or left without. */
function steps(riskGroups: TimeToEventResults['riskGroups'], horizons: readonly number[]): Said {
  const own = riskGroups.map(({ curve }, i): Said => {
    const id = (time: number, name: string): string => `curve/${i}/${time}/${name}`;
    return {
      cells: curve.flatMap(({ time, events, atRisk }) => [
        [id(time, 'events'), events],
        [id(time, 'atRisk'), atRisk],
      ]),
      sums: curve.flatMap(({ time }, k) => {
        const before = curve[k - 1]?.time;
        const from = before === undefined ? `risk/${i}/n` : id(before, 'atRisk');
        const had = id(time, `had since ${before ?? 0}`);
        return [
          sumOf(from, [id(time, 'atRisk'), had, id(time, `left since ${before ?? 0}`)]),
          sumOf(id(time, 'events'), before === undefined ? [had] : [id(before, 'events'), had]),
        ];
      }),
    };
  });
  // At a time that all curves show, all people are their sum; at a horizon that is what stands in the table.
  const shared = (riskGroups[0]?.curve ?? [])
    .map(({ time }) => time)
    .filter((time) => riskGroups.every(({ curve }) => curve.some((point) => point.time === time)));
  const stops = [...new Set([...shared, ...horizons])].sort((a, b) => a - b);
  const all = (time: number, name: string): string => `all/${time}/${name}`;
  const sums = stops.flatMap((time, k) => [
    ...(shared.includes(time)
      ? ['events', 'atRisk'].map((name) =>
          sumOf(
            all(time, name),
            riskGroups.map((_, i) => `curve/${i}/${time}/${name}`),
          ),
        )
      : []),
    ...(horizons.includes(time)
      ? [sumOf(all(time, 'events'), [`*/${time}/events`]), sumOf(all(time, 'atRisk'), [`*/${time}/beyond`])]
      : []),
    sumOf(k === 0 ? '*/n' : all(stops[k - 1], 'atRisk'), [
      all(time, 'atRisk'),
      all(time, `had since ${stops[k - 1] ?? 0}`),
      all(time, `left since ${stops[k - 1] ?? 0}`),
    ]),
    sumOf(all(time, 'events'), [
      ...(k === 0 ? [] : [all(stops[k - 1], 'events')]),
      all(time, `had since ${stops[k - 1] ?? 0}`),
    ]),
  ]);
  return join(...own, { cells: [], sums });
}

const PRESENCE = ['both', 'missed', 'invented', 'absent'] as const;

function segmentation({ groups, withoutSpacing }: SegmentationResults): Said {
  const own = groups.map((group): Said => {
    const said = group.structures.map((structure): Said => {
      const at = (name: string): string => `${idOf(group)}/${structure.structure}/${name}`;
      const { dice, jaccard, hausdorff95, surfaceDice } = structure.measures;
      return {
        cells: [
          ...PRESENCE.map((name) => [at(name), structure[name]] as const),
          [at('present'), told(dice.mean)?.n],
          [at('present'), told(jaccard.mean)?.n],
          [at('measured'), told(hausdorff95.mean)?.n],
          [at('spaced'), told(surfaceDice.mean)?.n],
        ],
        sums: [
          sumOf(`${idOf(group)}/n`, PRESENCE.map(at)),
          sumOf(at('present'), ['both', 'missed', 'invented'].map(at)),
          sumOf(at('both'), [at('measured'), at('bothUnspaced')]),
          sumOf(at('present'), [at('spaced'), at('presentUnspaced')]),
          sumOf(at('spaced'), [at('measured'), at('lostSpaced')]),
          sumOf(at('presentUnspaced'), [at('bothUnspaced'), at('lostUnspaced')]),
        ],
      };
    });
    return join(...said);
  });
  const names = groups[0].structures.flatMap(({ structure }) =>
    [...PRESENCE, 'present', 'measured', 'spaced', 'bothUnspaced', 'presentUnspaced', 'lostSpaced', 'lostUnspaced'].map(
      (name) => `${structure}/${name}`,
    ),
  );
  return join(...own, {
    cells: [['*/unspaced', withoutSpacing]],
    sums: [...overGroups(groups, names), sumOf('*/n', ['*/unspaced', '*/withSpacing'])],
  });
}
