// Several findings of one study. By hand: node bench/coverage/labels.ts [data sets].
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
import type { Family } from './families.ts';
import { type Scenario, shifted, told } from './scenario.ts';
import { coverageTable, familyCoverage } from './table.ts';

const TRUTH_STUDIES = 400_000;

interface Population {
  readonly name: string;
  readonly studies: number;
  readonly prevalences: readonly number[];
  readonly perPerson: number;
  /** Share of references that are unknown. */
  readonly unknown: number;
}

const POPULATIONS: readonly Population[] = [
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
function draw({ studies, prevalences, perPerson, unknown }: Population, source: Random) {
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

/** Figures over several findings of one study. */
const labelFamilies = (): Family[] =>
  POPULATIONS.map((population) => ({ name: population.name, scenarios: [labelScenario(population)] }));

function labelScenario(population: Population): Scenario {
  let truths: ReadonlyMap<string, number> | undefined;
  return {
    name: `labels ${population.name}`,
    truth: 0,
    draw(source) {
      truths ??= truthsOf(population);
      const drawn = draw(population, source);
      return Object.fromEntries(
        Object.entries(FIGURES).map(([name, of]) => [name, shifted(told(of(drawn)), truths?.get(name) ?? Number.NaN)]),
      );
    },
  };
}

/** The figures of so many studies, as if each were of another person. */
function truthsOf(population: Population): ReadonlyMap<string, number> {
  const { set, ...answers } = draw({ ...population, studies: TRUTH_STUDIES }, random(`truth ${population.name}`));
  const { clusters: _people, ...alone } = set;
  return new Map(Object.entries(FIGURES).map(([name, of]) => [name, estimateOf(of({ set: alone, ...answers }))]));
}

function estimateOf(figure: Estimate | CannotTell): number {
  if ('cannotTell' in figure) throw new Error(figure.cannotTell);
  return figure.estimate;
}

if (import.meta.main) {
  const sets = Number(process.argv[2] ?? 2000);
  console.log(coverageTable(labelFamilies().flatMap((family) => familyCoverage(family, sets))));
}
