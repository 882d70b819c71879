// How often the search for the worst slice raises an alarm: where nothing is there, and where a gap is planted.
import { searchSlices } from '#lib/fairness/slices.ts';
import { type PlantedInput, plantedSlice } from '#lib/simulate/planted-slice.ts';
import { random } from '#lib/simulate/random.ts';
import { percent } from './scenario.ts';

interface SliceScenario extends PlantedInput {
  readonly name: string;
}

/** Five columns of 2 to 5 groups. The planted slice, women of the oldest of five age bands, holds a tenth of the people. */
export const sliceScenarios: readonly SliceScenario[] = [
  { name: '300 people', people: 300, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.2 },
  { name: '1,000 people', people: 1000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.2 },
  { name: '1,000 people, mistakes rare', people: 1000, studiesPerPerson: 1, missed: 0.03, missedInSlice: 0.03 },
  { name: '400 people of 3 studies', people: 400, studiesPerPerson: 3, missed: 0.2, missedInSlice: 0.2 },
  { name: '1,000 people, slice 20 points worse', people: 1000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.4 },
  { name: '1,000 people, slice 30 points worse', people: 1000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.5 },
  { name: '2,000 people, slice 20 points worse', people: 2000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.4 },
  { name: '4,000 people, slice 15 points worse', people: 4000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.35 },
  { name: '4,000 people, slice 20 points worse', people: 4000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.4 },
];

/** Shares of repetitions in which any slice was confirmed, and in which the planted one, or a part of it, was among them. */
export function sliceRow({ name, ...input }: SliceScenario, repetitions: number): string {
  const source = random(`slices/${name}`);
  let [any, planted] = [0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { columns, target, person } = plantedSlice(source, input);
    const confirmed = searchSlices(columns, [target], person, source).findings.filter((finding) => finding.confirmed);
    any += Number(confirmed.length > 0);
    planted += Number(
      confirmed.some(({ conditions }) =>
        ['sex-0', 'age-4'].every((wanted) => conditions.some(({ value }) => value === wanted)),
      ),
    );
  }
  const hit = input.missed === input.missedInSlice ? 'nothing is planted' : percent(planted, repetitions);
  return `| ${name} | ${percent(any, repetitions)} | ${hit} |`;
}

if (import.meta.main) {
  const repetitions = Number(process.argv[2] ?? 1000);
  console.log('| people | any slice confirmed | planted slice, or a part of it, confirmed |\n|---|---|---|');
  for (const scenario of sliceScenarios) console.log(sliceRow(scenario, repetitions));
}
