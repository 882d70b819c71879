import type { LabelPair, LabelsResults } from '#lib/report/evaluation/labels/record.ts';
import { type Cell, idOf, overGroups, type Said } from './said.ts';
import { againstRest, sharesOf, toldCells, unjudged } from './shares.ts';
import { type Equation, sumOf } from './system.ts';

export function saidOfLabels(results: LabelsResults): Said {
  const { groups, labels, pairs, cardinality, claims } = results;
  const decided = labels.flatMap(({ answers }, k) => (answers === 'none' ? [] : [k]));
  const places = labels.map((_, k) => k);
  const isDecided = decided.length === labels.length;
  const cells: Cell[] = claims.flatMap(({ auroc, observedExpected }, k) =>
    [auroc, observedExpected].flatMap((figure) => toldCells(figure, `*/${k}/known`, `*/${k}/events`)),
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
      ...toldCells(over.exactMatch, at('complete'), at('exact')),
      ...toldCells(over.hammingLoss, at('heap'), at('wrong')),
      ...toldCells(over.microF1, at('touched'), at('found')),
      ...toldCells(over.macroAuroc, at('n')),
    );
    const judged = group.labels.flatMap(({ label, ranking }, k) =>
      ranking !== null && group.judged.includes(label) ? [k] : [],
    );
    const means = [over.macroAuroc, over.macroAveragePrecision].flatMap((figure) =>
      toldCells(figure, undefined, at('judgedEvents')),
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
        ].flatMap((figure) => toldCells(figure, own('known'), own('events'))),
        ...([
          [own('tp'), decisions?.truePositives],
          [own('fn'), decisions?.falseNegatives],
          [own('tn'), decisions?.trueNegatives],
          [own('fp'), decisions?.falsePositives],
        ] as const),
        ...unjudged(decisions?.sensitivity ?? ranking?.auroc, own('known'), own('events')),
        ...toldCells(decisions?.sensitivity, own('events'), own('tp')),
        ...toldCells(decisions?.specificity, own('nonEvents'), own('tn')),
        ...toldCells(decisions?.positivePredictiveValue, own('called'), own('tp')),
        ...toldCells(decisions?.negativePredictiveValue, own('uncalled'), own('tn')),
        ...toldCells(decisions?.f1, own('touched'), own('tp')),
        ...toldCells(decisions?.matthewsCorrelation, own('known'), own('rightOf')),
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
  cells.push(...sharesOf(results, labelShare));
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

const labelShare = againstRest({ own: 'events', others: 'nonEvents', all: (k) => `${k}/known` });

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
