import type { Random } from '#lib/simulate/random.ts';
import { influenceVariance } from './influence-variance.ts';
import { fitUpdate, type UpdateMethod } from './model-update.ts';
import { personFolds } from './person-folds.ts';
import { type Predictions, selectRows } from './predictions.ts';

/** What a probability costs where the label is this. */
export type Loss = (probability: number, label: number) => number;

export interface NestedCrossValidation {
  /** Per round: each row's probability by the update that was fitted without its person. */
  readonly rounds: readonly Float64Array[];
  /** Per loss: mean squared error of the cross-validated gain as an estimate of the gain of the update that was fitted. */
  readonly squaredErrors: readonly number[];
}

export interface CrossValidationOptions {
  readonly random: Random;
  readonly folds: number;
  readonly rounds: number;
  readonly clipTo: number;
  readonly losses: readonly Loss[];
}

/**
 * Cross-validation of an update with the error of its result by nesting (Bates, Hastie and Tibshirani,
 * doi 10.1080/01621459.2023.2197686). The spread of the held-out rows alone leaves out that the update itself would be another one with
 * other people, and its interval covers 71 to 77 % for a calibrated model. Here each fold is held out altogether, the others are
 * cross-validated among themselves, and the squared difference of both results, less the variance of the fold's own, averages to the
 * squared error. Nothing where a fold leaves no finite fit.
 */
export function nestedCrossValidation(
  method: UpdateMethod,
  predictions: Predictions,
  { random, folds, rounds, clipTo, losses }: CrossValidationOptions,
): NestedCrossValidation | undefined {
  const squaredErrors = losses.map(() => 0);
  const results: Float64Array[] = [];
  for (let round = 0; round < rounds; round++) {
    const foldOf = personFolds(predictions, folds, random);
    const updated = new Float64Array(foldOf.length);
    for (let fold = 0; fold < folds; fold++) {
      const outer = judged(
        method,
        predictions,
        foldOf,
        (own) => own === fold,
        () => true,
        clipTo,
      );
      if (outer === undefined) return undefined;
      outer.rows.forEach((row, place) => {
        updated[row] = outer.after[place];
      });
      const inner: Judged[] = [];
      for (let other = 0; other < folds; other++) {
        if (other === fold) continue;
        const result = judged(
          method,
          predictions,
          foldOf,
          (own) => own === other,
          (own) => own !== fold,
          clipTo,
        );
        if (result === undefined) return undefined;
        inner.push(result);
      }
      losses.forEach((loss, place) => {
        squaredErrors[place] += squaredError(outer, inner, loss) / (rounds * folds);
      });
    }
    results.push(updated);
  }
  return { rounds: results, squaredErrors };
}

/** Held-out rows with their probabilities after an update that was fitted to the others. */
interface Judged {
  readonly rows: Uint32Array;
  readonly held: Predictions;
  readonly after: Float64Array;
}

function judged(
  method: UpdateMethod,
  predictions: Predictions,
  foldOf: Uint8Array,
  isHeld: (fold: number) => boolean,
  takesPart: (fold: number) => boolean,
  clipTo: number,
): Judged | undefined {
  const rows = rowsWhere(foldOf, isHeld);
  const update = fitUpdate(
    method,
    selectRows(
      predictions,
      rowsWhere(foldOf, (own) => takesPart(own) && !isHeld(own)),
    ),
    clipTo,
  );
  const held = selectRows(predictions, rows);
  return update && { rows, held, after: update.apply(held.scores) };
}

function rowsWhere(foldOf: Uint8Array, wanted: (fold: number) => boolean): Uint32Array {
  const rows = new Uint32Array(foldOf.length);
  let count = 0;
  for (let row = 0; row < foldOf.length; row++) if (wanted(foldOf[row])) rows[count++] = row;
  return rows.slice(0, count);
}

function squaredError(outer: Judged, inner: readonly Judged[], loss: Loss): number {
  const gains = gainsOf(outer, loss);
  const mean = meanOf([gains]);
  const { variance } = influenceVariance(
    gains.map((gain) => (gain - mean) / gains.length),
    outer.held.clusters,
    0.95,
  );
  return (meanOf(inner.map((result) => gainsOf(result, loss))) - mean) ** 2 - variance;
}

function gainsOf({ held, after }: Judged, loss: Loss): Float64Array {
  return after.map(
    (probability, place) => loss(held.scores[place], held.labels[place]) - loss(probability, held.labels[place]),
  );
}

function meanOf(parts: readonly Float64Array[]): number {
  let total = 0;
  let count = 0;
  for (const values of parts) {
    for (const value of values) total += value;
    count += values.length;
  }
  return total / count;
}
