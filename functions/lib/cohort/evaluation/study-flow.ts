// From the rows of a table to the studies that are analysed: the steps, and what is lost between them.

/** Steps of the flow, in order. */
export const STEPS = ['rows', 'studies', 'answered', 'analysed'] as const;

export interface EvaluationFlow {
  /** null: all sites. */
  readonly site: string | null;
  readonly steps: readonly {
    readonly name: (typeof STEPS)[number];
    readonly count: number;
    readonly losses: readonly { readonly code: string; readonly count: number }[];
  }[];
}

/** Why a row is not analysed, with the step that it does not reach; the first is no loss. */
const LOSSES = [
  { step: 'analysed', code: 'none' },
  { step: 'studies', code: 'not-selected' },
  { step: 'studies', code: 'contradiction' },
  { step: 'studies', code: 'repeated' },
  { step: 'answered', code: 'neither' },
  { step: 'answered', code: 'no-answer' },
  { step: 'answered', code: 'answer-not-finite' },
  { step: 'answered', code: 'answer-unreadable' },
  { step: 'analysed', code: 'no-reference' },
  { step: 'analysed', code: 'reference-not-finite' },
  { step: 'analysed', code: 'reference-unreadable' },
  { step: 'analysed', code: 'no-follow-up' },
  { step: 'analysed', code: 'grids-differ' },
] as const;

export type LossCode = (typeof LOSSES)[number]['code'];

/** By which the loss of a row is kept: its place among all, 0 for none. */
export const lossAt = (code: LossCode): number => PLACES[code];

const PLACES = Object.fromEntries(LOSSES.map(({ code }, place) => [code, place])) as Readonly<Record<LossCode, number>>;

/** The flow of all rows, then of each site by name, from the place of each row's loss. */
export function flowOfLosses(
  losses: Uint8Array,
  sites: { readonly values: readonly string[]; readonly codes: Uint8Array | Uint16Array } | undefined,
): EvaluationFlow[] {
  const names = sites?.values ?? [];
  const counts = new Float64Array(LOSSES.length * Math.max(1, names.length));
  for (let row = 0; row < losses.length; row++) counts[(sites?.codes[row] ?? 0) * LOSSES.length + losses[row]]++;
  const bySite = names.map((site, place) => ({ site, counts: counts.subarray(place * LOSSES.length) }));
  const all = Float64Array.from(LOSSES, (_, loss) => {
    let total = 0;
    for (let at = loss; at < counts.length; at += LOSSES.length) total += counts[at];
    return total;
  });
  const named = bySite.sort((a, b) => (a.site < b.site ? -1 : 1));
  return [{ site: null, counts: all }, ...named].map(({ site, counts: own }) => ({ site, steps: stepsOf(own) }));
}

function stepsOf(counts: Float64Array): EvaluationFlow['steps'] {
  let count = LOSSES.reduce((sum, _, loss) => sum + counts[loss], 0);
  return STEPS.map((name) => {
    const losses = LOSSES.flatMap(({ step, code }, loss) =>
      step === name && loss > 0 && counts[loss] > 0 ? [{ code, count: counts[loss] }] : [],
    ).sort((a, b) => (a.code < b.code ? -1 : 1));
    count -= losses.reduce((sum, loss) => sum + loss.count, 0);
    return { name, count, losses };
  });
}
