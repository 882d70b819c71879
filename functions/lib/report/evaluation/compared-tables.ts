import { betweenTables } from './between-section.ts';
import type { ComparedResults } from './compared-record.ts';
import { comparisonTables, nameOf } from './comparison-words.ts';

/** Hospitals and gaps as CSV where the ids of figures number classes or findings: each figure by its name, "Sensitivity, AF". */
export function comparedTables({ between, comparison }: ComparedResults): [string, string][] {
  return [
    ...betweenTables(between && { measures: between.measures.map((measure) => ({ ...measure, id: measure.name })) }),
    ...comparisonTables(
      comparison && {
        ...comparison,
        figures: comparison.figures.map((figure) => ({ ...figure, id: figure.name })),
        gaps: comparison.gaps.map((gap) => ({ ...gap, figure: nameOf(comparison, gap).name })),
      },
    ),
  ];
}
