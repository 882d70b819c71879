// Coverage of 95 % intervals of figures over several findings: node bench/coverage/labels.ts [data sets, 2000 unless told].
import { type Random, random } from '#lib/simulate/random.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import {
  exactMatch,
  hammingLoss,
  type LabelSet,
  macroAurocOfLabels,
  macroAveragePrecisionOfLabels,
  macroF1OfLabels,
  macroShareOfLabels,
  microF1OfLabels,
} from '#lib/validation/multilabel.ts';

const TRUTH_STUDIES = 400_000;

interface Scenario {
  readonly name: string;
  readonly studies: number;
  readonly prevalences: readonly number[];
  readonly perPerson: number;
  /** Share of references that are unknown. */
  readonly unknown: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'common findings', studies: 150, prevalences: [0.4, 0.3, 0.3], perPerson: 1, unknown: 0 },
  {
    name: 'rare findings',
    studies: 800,
    prevalences: [0.03, 0.04, 0.02, 0.05, 0.03, 0.04],
    perPerson: 1,
    unknown: 0.1,
  },
  { name: 'several studies of a person', studies: 400, prevalences: [0.3, 0.2, 0.1, 0.2], perPerson: 4, unknown: 0.05 },
];

/** Studies of people whose findings, and whose difficulty, are alike. */
function draw({ studies, prevalences, perPerson, unknown }: Scenario, source: Random) {
  const clusters = Int32Array.from({ length: studies }, (_, row) => Math.floor(row / perPerson));
  const people = Math.ceil(studies / perPerson);
  const ofPerson = Float64Array.from({ length: people }, () => source.normal());
  const hard = Float64Array.from(clusters, (person) => 0.6 * ofPerson[person] + 0.8 * source.normal());
  const names = prevalences.map((_, k) => `finding ${k}`);
  const labels = prevalences.map((share) => {
    const own = Array.from({ length: people }, () => source.bernoulli(share));
    return Uint8Array.from(clusters, (person) => Number(source.bernoulli(0.5) ? own[person] : source.bernoulli(share)));
  });
  const scores = labels.map((truth) =>
    Float64Array.from(truth, (is, row) => 2.2 * is + 0.6 * hard[row] + 0.8 * source.normal()),
  );
  const positive = scores.map((score) => Uint8Array.from(score, (value) => Number(value >= 1.3)));
  const known = labels.map((truth) => truth.map(() => Number(!source.bernoulli(unknown))));
  const set: LabelSet = { names, labels, known, ...(perPerson > 1 && { clusters }) };
  return { set, scores, positive };
}

type Drawn = ReturnType<typeof draw>;

const FIGURES: Readonly<Record<string, (of: Drawn) => Estimate | CannotTell>> = {
  'mean AUROC': ({ set, scores }) => macroAurocOfLabels(set, scores),
  'mean average precision': ({ set, scores }) => macroAveragePrecisionOfLabels(set, scores),
  'mean sensitivity': ({ set, positive }) => macroShareOfLabels(set, positive, 'sensitivity'),
  'mean specificity': ({ set, positive }) => macroShareOfLabels(set, positive, 'specificity'),
  'mean F1': ({ set, positive }) => macroF1OfLabels(set, positive),
  'F1 of all answers': ({ set, positive }) => microF1OfLabels(set, positive),
  'Hamming loss': ({ set, positive }) => hammingLoss(set, positive),
  'exact match': ({ set, positive }) => exactMatch(set, positive),
};

const sets = Number(process.argv[2] ?? 2000);
for (const scenario of SCENARIOS) {
  const large = draw({ ...scenario, studies: TRUTH_STUDIES }, random(`truth ${scenario.name}`));
  const withoutPeople = { ...large, set: { ...large.set } };
  delete (withoutPeople.set as { clusters?: Int32Array }).clusters;
  const truths = Object.entries(FIGURES).map(([name, of]) => [name, estimateOf(of(withoutPeople))] as const);
  const covered = new Map(truths.map(([name]) => [name, { hits: 0, told: 0 }]));
  for (let i = 0; i < sets; i++) {
    const drawn = draw(scenario, random(`${scenario.name} ${i}`));
    for (const [name, truth] of truths) {
      const figure = FIGURES[name](drawn);
      const count = covered.get(name);
      if (count === undefined || 'cannotTell' in figure) continue;
      count.told++;
      count.hits += Number(figure.lower <= truth && truth <= figure.upper);
    }
  }
  console.log(`${scenario.name}: ${JSON.stringify(scenario)}`);
  for (const [name, { hits, told }] of covered)
    console.log(
      `  ${name}: ${((100 * hits) / told).toFixed(1)} % of ${told}, truth ${truths.find(([of]) => of === name)?.[1].toFixed(4)}`,
    );
}

function estimateOf(figure: Estimate | CannotTell): number {
  if ('cannotTell' in figure) throw new Error(figure.cannotTell);
  return figure.estimate;
}
