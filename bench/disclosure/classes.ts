import type { ClassesResults } from '#lib/report/evaluation/classes/record.ts';
import type { Count } from '#lib/report/record.ts';
import { type Cell, idOf, overGroups, type Said } from './said.ts';
import { againstRest, sharesOf, toldCells, unjudged } from './shares.ts';
import { type Equation, sumOf } from './system.ts';

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
      ...toldCells(group.answeredShare, at('n'), at('answered')),
      ...toldCells(group.rightOfAll, at('n'), at('rightOfAll')),
      ...toldCells(group.summary.accuracy, at('answered'), at('right')),
      ...toldCells(group.summary.kappa, at('answered'), at('right')),
      ...(['macroAuroc', 'brier', 'logLoss'] as const).flatMap((name) =>
        toldCells(group.summary[name], at('answered')),
      ),
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
          toldCells(of.figures[name], at('answered'), own('own')),
        ),
        ...unjudged(of.figures.sensitivity, at('answered'), own('own')),
        ...toldCells(of.figures.sensitivity, own('own'), own('tp')),
        ...toldCells(of.figures.specificity, own('others'), own('tn')),
        ...toldCells(of.figures.positivePredictiveValue, own('called'), own('tp')),
        ...toldCells(of.figures.f1, own('touched'), own('tp')),
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
  cells.push(...sharesOf(results, classShare));
  const names = ['answered', 'silent', 'right', 'wrong', 'rightOfAll', 'notRight'];
  const each = ['tp', 'fn', 'tn', 'fp', 'silent', 'own', 'others', 'called', 'touched', 'reference'];
  sums.push(...overGroups(groups, [...names, ...places.flatMap((k) => each.map((name) => `${k}/${name}`))]));
  return { cells, sums };
}

const ofClass = againstRest({ own: 'own', others: 'others', all: () => 'answered' });

function classShare(at: string, figure: string, n: Count, events: Count): Cell[] {
  if (figure !== 'answered') return ofClass(at, figure, n, events);
  return [
    [`${at}/n`, n],
    [`${at}/answered`, events],
  ];
}
