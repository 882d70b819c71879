// What a shareable report on classes, or on several findings, says about counts.
import type { ClassesResults } from '#lib/report/evaluation/classes/record.ts';
import type { ComparedResults } from '#lib/report/evaluation/compared-record.ts';
import type { LabelPair, LabelsResults } from '#lib/report/evaluation/labels/record.ts';
import type { EvaluationGroup } from '#lib/report/evaluation/record.ts';
import type { Count, Figure } from '#lib/report/record.ts';
import { type Equation, sumOf } from './system.ts';

interface Said {
  readonly cells: readonly (readonly [id: string, count: Count | undefined])[];
  readonly sums: readonly Equation[];
}

type Cell = readonly [string, Count | undefined];

const idOf = ({ group, value }: EvaluationGroup): string => (group === null ? '*' : `${group}=${value}`);

/** n and events of a figure as cells, where it is printed; one that has no interval says them of its own denominator. */
const told = (figure: Figure | null | undefined, n: string | undefined, events?: string): Cell[] =>
  figure === null || figure === undefined || !('estimate' in figure)
    ? []
    : [
        ...(n === undefined ? [] : [[n, figure.n] as const]),
        ...(events === undefined ? [] : [[events, figure.events] as const]),
      ];

/** What a figure that is not judged says: all studies, and those with the class or finding. */
const unjudged = (figure: Figure | null | undefined, n: string, events: string): Cell[] =>
  figure !== null && figure !== undefined && 'cannotTell' in figure && /^no |, fewer than/.test(figure.cannotTell)
    ? [
        [n, figure.n],
        [events, figure.events],
      ]
    : [];

function overGroups(groups: readonly EvaluationGroup[], names: readonly string[]): Equation[] {
  const [, ...parts] = groups;
  const columns = [...Map.groupBy(parts, ({ group }) => group).values()];
  return columns.flatMap((column) =>
    names.map((name) =>
      sumOf(
        `*/${name}`,
        column.map((group) => `${idOf(group)}/${name}`),
      ),
    ),
  );
}

/** Shares of hospitals and of compared groups: their numerator and denominator. */
function ofCompared(
  { between, comparison }: ComparedResults,
  cells: (at: string, figure: string, n: Count, events: Count) => Cell[],
): Cell[] {
  const sites = (between?.measures ?? []).flatMap(({ id, figures }) =>
    figures.flatMap(({ site, figure }) =>
      'successes' in figure ? cells(`site=${site}`, id, figure.n, figure.successes) : [],
    ),
  );
  const gaps = (comparison?.gaps ?? []).flatMap(({ column, group, reference, figure, groupFigure, referenceFigure }) =>
    (
      [
        [group, groupFigure],
        [reference, referenceFigure],
      ] as const
    ).flatMap(([value, of]) => ('estimate' in of ? cells(`${column}=${value}`, figure, of.n, of.events) : [])),
  );
  return [...sites, ...gaps];
}

export function saidOfClasses(results: ClassesResults): Said {
  const { groups, matrix, classes, namedBySilence } = results;
  const places = classes.map((_, k) => k);
  const bySilence = namedBySilence.map((name) => classes.indexOf(name));
  const cells: Cell[] = matrix.flatMap((row, r) => row.map((count, a): Cell => [`matrix/${r}/${a}`, count]));
  const sums: Equation[] = places.flatMap((k) => [
    sumOf(`*/${k}/tp`, [`matrix/${k}/${k}`]),
    sumOf(`*/${k}/silent`, [`matrix/${k}/${classes.length}`]),
    sumOf(
      `*/${k}/fn`,
      places.filter((a) => a !== k).map((a) => `matrix/${k}/${a}`),
    ),
    sumOf(
      `*/${k}/fp`,
      places.filter((r) => r !== k).map((r) => `matrix/${r}/${k}`),
    ),
  ]);
  for (const group of groups) {
    const at = (name: string): string => `${idOf(group)}/${name}`;
    cells.push(
      ...(['answered', 'silent', 'right', 'wrong'] as const).map((name): Cell => [at(name), group[name]]),
      ...told(group.answeredShare, at('n'), at('answered')),
      ...told(group.rightOfAll, at('n'), at('rightOfAll')),
      ...told(group.summary.accuracy, at('answered'), at('right')),
      ...told(group.summary.kappa, at('answered'), at('right')),
      ...(['macroAuroc', 'brier', 'logLoss'] as const).flatMap((name) => told(group.summary[name], at('answered'))),
    );
    sums.push(
      sumOf(at('n'), [at('answered'), at('silent')]),
      sumOf(at('answered'), [at('right'), at('wrong')]),
      sumOf(at('n'), [at('rightOfAll'), at('notRight')]),
      sumOf(at('rightOfAll'), [at('right'), ...bySilence.map((k) => at(`${k}/silent`))]),
      ...(['tp', 'fn', 'fp', 'silent'] as const).map((name) =>
        sumOf(
          at({ tp: 'right', fn: 'wrong', fp: 'wrong', silent: 'silent' }[name]),
          places.map((k) => at(`${k}/${name}`)),
        ),
      ),
    );
    for (const [k, of] of group.classes.entries()) {
      const own = (name: string): string => at(`${k}/${name}`);
      cells.push(
        ...([
          [own('tp'), of.truePositives],
          [own('fn'), of.falseNegatives],
          [own('tn'), of.trueNegatives],
          [own('fp'), of.falsePositives],
          [own('silent'), of.silent],
        ] as const),
        ...(['auroc', 'observedExpected', 'slope'] as const).flatMap((name) =>
          told(of.figures[name], at('answered'), own('own')),
        ),
        ...unjudged(of.figures.sensitivity, at('answered'), own('own')),
        ...told(of.figures.sensitivity, own('own'), own('tp')),
        ...told(of.figures.specificity, own('others'), own('tn')),
        ...told(of.figures.positivePredictiveValue, own('called'), own('tp')),
        ...told(of.figures.f1, own('touched'), own('tp')),
      );
      sums.push(
        sumOf(own('own'), [own('tp'), own('fn')]),
        sumOf(own('others'), [own('tn'), own('fp')]),
        sumOf(own('called'), [own('tp'), own('fp')]),
        sumOf(own('touched'), [own('tp'), own('fp'), own('fn')]),
        sumOf(at('answered'), [own('own'), own('others')]),
        sumOf(own('reference'), [own('own'), own('silent')]),
      );
    }
  }
  cells.push(...ofCompared(results, classShare));
  const names = ['answered', 'silent', 'right', 'wrong', 'rightOfAll', 'notRight'];
  const each = ['tp', 'fn', 'tn', 'fp', 'silent', 'own', 'others', 'called', 'touched', 'reference'];
  sums.push(...overGroups(groups, [...names, ...places.flatMap((k) => each.map((name) => `${k}/${name}`))]));
  return { cells, sums };
}

function classShare(at: string, figure: string, n: Count, events: Count): Cell[] {
  if (figure === 'answered')
    return [
      [`${at}/n`, n],
      [`${at}/answered`, events],
    ];
  const [name, k] = figure.split('/');
  if (name === 'sensitivity')
    return [
      [`${at}/${k}/own`, n],
      [`${at}/${k}/tp`, events],
    ];
  if (name === 'specificity')
    return [
      [`${at}/${k}/others`, n],
      [`${at}/${k}/tn`, events],
    ];
  return [
    [`${at}/answered`, n],
    [`${at}/${k}/own`, events],
  ];
}

export function saidOfLabels(results: LabelsResults): Said {
  const { groups, labels, pairs, cardinality, claims } = results;
  const decided = labels.flatMap(({ answers }, k) => (answers === 'none' ? [] : [k]));
  const places = labels.map((_, k) => k);
  const isDecided = decided.length === labels.length;
  const cells: Cell[] = claims.flatMap(({ auroc, observedExpected }, k) =>
    [auroc, observedExpected].flatMap((figure) => told(figure, `*/${k}/known`, `*/${k}/events`)),
  );
  const sums: Equation[] = [];
  const isComplete = groups.every((group) =>
    group.labels.every(({ unknown, unanswered }) => unknown === 0 && unanswered === 0),
  );
  for (const group of groups) {
    const at = (name: string): string => `${idOf(group)}/${name}`;
    const { over } = group;
    cells.push(
      ...(['complete', 'exact', 'inexact', 'right', 'wrong'] as const).map(
        (name): Cell => [at(name), group[name] ?? undefined],
      ),
      ...told(over.exactMatch, at('complete'), at('exact')),
      ...told(over.hammingLoss, at('heap'), at('wrong')),
      ...told(over.microF1, at('touched'), at('found')),
      ...told(over.macroAuroc, at('n')),
    );
    const judged = group.labels.flatMap(({ label }, k) => (group.judged.includes(label) ? [k] : []));
    const means = [over.macroAuroc, over.macroAveragePrecision].flatMap((figure) =>
      told(figure, undefined, at('judgedEvents')),
    );
    cells.push(...means);
    if (means.length > 0)
      sums.push(
        sumOf(
          at('judgedEvents'),
          judged.map((k) => at(`${k}/events`)),
        ),
      );
    sums.push(
      sumOf(at('heap'), [at('right'), at('wrong')]),
      sumOf(
        at('heap'),
        decided.map((k) => at(`${k}/known`)),
      ),
      sumOf(
        at('wrong'),
        decided.flatMap((k) => [at(`${k}/fn`), at(`${k}/fp`)]),
      ),
      sumOf(
        at('found'),
        decided.map((k) => at(`${k}/tp`)),
      ),
      sumOf(at('touched'), [at('found'), at('wrong')]),
      sumOf(at('n'), [at('complete'), at('incomplete')]),
      ...(isDecided
        ? [
            sumOf(at('complete'), [at('exact'), at('inexact')]),
            sumOf(at('wrong'), [at('inexact'), at('excess'), at('elsewhere')]),
          ]
        : []),
      ...(isComplete ? [{ of: [[at('elsewhere'), 1]], constant: 0 } as const] : []),
    );
    for (const [k, of] of group.labels.entries()) {
      const own = (name: string): string => at(`${k}/${name}`);
      const { decisions, ranking, calibration } = of;
      cells.push(
        ...([
          [own('known'), of.n],
          [own('unknown'), of.unknown],
          [own('unanswered'), of.unanswered],
          [own('events'), of.events],
          [own('nonEvents'), of.nonEvents],
        ] as const),
        ...[
          ranking?.auroc,
          ranking?.averagePrecision,
          calibration?.observedExpected,
          calibration?.intercept,
          calibration?.slope,
        ].flatMap((figure) => told(figure, own('known'), own('events'))),
        ...([
          [own('tp'), decisions?.truePositives],
          [own('fn'), decisions?.falseNegatives],
          [own('tn'), decisions?.trueNegatives],
          [own('fp'), decisions?.falsePositives],
        ] as const),
        ...unjudged(decisions?.sensitivity ?? ranking?.auroc, own('known'), own('events')),
        ...told(decisions?.sensitivity, own('events'), own('tp')),
        ...told(decisions?.specificity, own('nonEvents'), own('tn')),
        ...told(decisions?.positivePredictiveValue, own('called'), own('tp')),
        ...told(decisions?.negativePredictiveValue, own('uncalled'), own('tn')),
        ...told(decisions?.f1, own('touched'), own('tp')),
        ...told(decisions?.matthewsCorrelation, own('known'), own('rightOf')),
      );
      sums.push(
        sumOf(at('n'), [own('known'), own('unknown'), own('unanswered')]),
        sumOf(own('known'), [own('events'), own('nonEvents')]),
        sumOf(own('events'), [own('tp'), own('fn')]),
        sumOf(own('nonEvents'), [own('tn'), own('fp')]),
        sumOf(own('called'), [own('tp'), own('fp')]),
        sumOf(own('uncalled'), [own('tn'), own('fn')]),
        sumOf(own('touched'), [own('tp'), own('fp'), own('fn')]),
        sumOf(own('rightOf'), [own('tp'), own('tn')]),
      );
    }
  }
  cells.push(...ofCompared(results, labelShare));
  const together = pairs.map((pair, p) =>
    ofPair(
      pair,
      p,
      labels.map(({ name }) => name),
      isComplete,
    ),
  );
  cells.push(...together.flatMap((of) => of.cells));
  sums.push(...together.flatMap((of) => of.sums));
  if (cardinality !== null) {
    for (const { labels: number, reference, answer } of cardinality.counts)
      cells.push([`per/${number}/reference`, reference], [`per/${number}/answer`, answer ?? undefined]);
    for (const name of isDecided ? ['reference', 'answer'] : ['reference'])
      sums.push(
        sumOf(
          '*/complete',
          cardinality.counts.map((of) => `per/${of.labels}/${name}`),
        ),
      );
  }
  const heap = [
    'heap',
    'right',
    'wrong',
    'found',
    'touched',
    'complete',
    'exact',
    'inexact',
    'incomplete',
    'excess',
    'elsewhere',
  ];
  const each = [
    'known',
    'unknown',
    'unanswered',
    'events',
    'nonEvents',
    'tp',
    'fn',
    'tn',
    'fp',
    'called',
    'uncalled',
    'touched',
    'rightOf',
  ];
  sums.push(...overGroups(groups, [...heap, ...places.flatMap((k) => each.map((name) => `${k}/${name}`))]));
  return { cells, sums };
}

function labelShare(at: string, figure: string, n: Count, events: Count): Cell[] {
  const [name, k] = figure.split('/');
  if (name === 'sensitivity')
    return [
      [`${at}/${k}/events`, n],
      [`${at}/${k}/tp`, events],
    ];
  if (name === 'specificity')
    return [
      [`${at}/${k}/nonEvents`, n],
      [`${at}/${k}/tn`, events],
    ];
  return [
    [`${at}/${k}/known`, n],
    [`${at}/${k}/events`, events],
  ];
}

/** The three tables of a pair; where every label is known, their margins are those of the labels. */
function ofPair(pair: LabelPair, p: number, names: readonly string[], isComplete: boolean): Said {
  const cells: Cell[] = [];
  const sums: Equation[] = [];
  for (const kind of ['reference', 'answers', 'errors'] as const) {
    const id = (name: string): string => `pair/${p}/${kind}/${name}`;
    for (const name of ['both', 'onlyFirst', 'onlySecond', 'neither'] as const)
      cells.push([id(name), pair[kind]?.[name]]);
    if (!isComplete) continue;
    const margin = { reference: 'events', answers: 'called', errors: 'errorsOf' }[kind];
    const [a, b] = [pair.first, pair.second].map((name) => `*/${names.indexOf(name)}`);
    sums.push(
      sumOf('*/n', [id('both'), id('onlyFirst'), id('onlySecond'), id('neither')]),
      sumOf(`${a}/${margin}`, [id('both'), id('onlyFirst')]),
      sumOf(`${b}/${margin}`, [id('both'), id('onlySecond')]),
      ...(kind === 'errors' ? [a, b].map((label) => sumOf(`${label}/errorsOf`, [`${label}/fn`, `${label}/fp`])) : []),
    );
  }
  return { cells, sums };
}
