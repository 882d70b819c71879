import { type AurocEstimate, auroc } from './auroc.ts';
import { countPatterns, type SumStatistic } from './bootstrap-counts.ts';
import { clusteredProportion } from './clustered-proportion.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { jackknifeShare } from './jackknife-share.ts';
import { type AurocPart, type MeanAurocOptions, meanAuroc } from './mean-auroc.ts';

/** Scores of k classes and the true class, row by row. */
export interface ClassPredictions {
  /** [class][row]: higher means more likely. */
  readonly scores: readonly Float64Array[];
  /** Number of the true class, from 0. */
  readonly labels: Uint8Array;
  readonly clusters?: Int32Array;
}

/** AUROC of each class against all others, by its own score. */
export function oneVersusRest(
  input: ClassPredictions,
  options?: Parameters<typeof auroc>[1],
): (AurocEstimate | CannotTell)[] {
  checkClasses(input);
  const { scores, labels, clusters } = input;
  return scores.map((ofClass, k) =>
    auroc(
      {
        scores: ofClass,
        labels: labels.map((label) => Number(label === k)),
        ...(clusters !== undefined && { clusters }),
      },
      options,
    ),
  );
}

/** Unweighted mean of the AUROCs of each class against the rest (scikit-learn: multi_class 'ovr', average 'macro'). */
export function macroAuroc(input: ClassPredictions, options: MeanAurocOptions = {}): Estimate | CannotTell {
  checkClasses(input);
  const rows = Uint32Array.from(input.labels.keys());
  const parts = input.scores.map(
    (scores, k): AurocPart => ({
      name: `class ${k}`,
      rows,
      scores,
      labels: input.labels.map((label) => Number(label === k)),
    }),
  );
  return meanAuroc(parts, rows.length, 'mean AUROC of each class against the rest', clusteredBy(input, options));
}

/** M of Hand and Till (doi 10.1023/A:1010920819831): mean over ordered pairs of classes of the AUROC among the rows of the two. */
export function handTill(input: ClassPredictions, options: MeanAurocOptions = {}): Estimate | CannotTell {
  checkClasses(input);
  const { scores, labels } = input;
  const parts = scores.flatMap((ofClass, k) =>
    scores.flatMap((_, other): AurocPart[] => {
      if (other === k) return [];
      const rows = Uint32Array.from(labels.keys()).filter((row) => labels[row] === k || labels[row] === other);
      return [
        {
          name: `classes ${k} and ${other}`,
          rows,
          scores: Float64Array.from(rows, (row) => ofClass[row]),
          labels: Uint8Array.from(rows, (row) => Number(labels[row] === k)),
        },
      ];
    }),
  );
  return meanAuroc(parts, labels.length, "Hand and Till's M", clusteredBy(input, options));
}

function clusteredBy({ clusters }: ClassPredictions, options: MeanAurocOptions): MeanAurocOptions {
  return { ...options, ...(clusters !== undefined && { clusters }) };
}

/** The class with the highest score, the first of equal ones. */
export function answeredClasses({ scores, labels }: ClassPredictions): Uint8Array {
  return labels.map((_, row) => {
    let best = 0;
    for (let k = 1; k < scores.length; k++) if (scores[k][row] > scores[best][row]) best = k;
    return best;
  });
}

/** Rows by [true class][answered class]. */
export function confusionMatrix(labels: Uint8Array, answered: Uint8Array, classes: number): number[][] {
  if (answered.length !== labels.length) {
    throw new RangeError(`answers: found ${answered.length} for ${labels.length} labels, allowed: one for each label`);
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] >= classes || answered[row] >= classes) {
      throw new RangeError(
        `class at index ${row}: found ${Math.max(labels[row], answered[row])}, allowed: 0 to ${classes - 1}`,
      );
    }
    matrix[labels[row]][answered[row]]++;
  }
  return matrix;
}

/** Share of rows whose class is right; with one class per row this is also the micro-averaged F1, precision and recall. */
export function microF1(
  labels: Uint8Array,
  answered: Uint8Array,
  clusters?: Int32Array,
  options: { level?: number; minimumRows?: number } = {},
): Estimate | CannotTell {
  const right = labels.map((label, row) => Number(label === answered[row]));
  return clusteredProportion(right, clusters, { minimumRows: 10, ...options });
}

/** Unweighted mean of the F1 of each class; jackknife over rows or subjects, logit interval. A class that nobody has or is given cannot be told. */
export function macroF1(
  {
    labels,
    answered,
    classes,
    clusters,
  }: { labels: Uint8Array; answered: Uint8Array; classes: number; clusters?: Int32Array },
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  const matrix = confusionMatrix(labels, answered, classes);
  const right = matrix.reduce((total, row, k) => total + row[k], 0);
  const counts = { n: labels.length, events: right };
  const statistic = meanF1(classes);
  const cells = Array.from({ length: classes * classes }, (_, cell) =>
    labels.map((label, row) => Number(label * classes + answered[row] === cell)),
  );
  const patterns = countPatterns(cells, clusters);
  const isAbsent = (k: number): boolean =>
    matrix[k].every((count) => count === 0) && matrix.every((row) => row[k] === 0);
  const absent = matrix.findIndex((_, k) => isAbsent(k));
  if (absent >= 0) return { cannotTell: `no study has class ${absent} and none was given it`, ...counts };
  const estimate = statistic(patterns.totals);
  const level = checkedLevel(options.level);
  const interval = jackknifeShare(patterns, statistic, level);
  if (interval === undefined) return { cannotTell: 'the answers do not vary', ...counts };
  const method = 'macro-averaged F1, jackknife over people, logit interval';
  return { estimate, ...interval, level, method, ...counts, ...(clusters && { clusters: patterns.subjects }) };
}

/** Mean F1 from the cells of a confusion matrix, [true * classes + answered]; classes that are absent without a subject are left out. */
function meanF1(classes: number): SumStatistic {
  return (cells) => {
    let [total, present] = [0, 0];
    for (let k = 0; k < classes; k++) {
      let marginal = 0;
      for (let other = 0; other < classes; other++) marginal += cells[k * classes + other] + cells[other * classes + k];
      if (marginal === 0) continue;
      total += (2 * cells[k * classes + k]) / marginal;
      present++;
    }
    return present === 0 ? Number.NaN : total / present;
  };
}

function checkClasses({ scores, labels, clusters }: ClassPredictions): void {
  if (scores.length < 2) throw new RangeError(`classes: found ${scores.length}, allowed: at least 2`);
  const lengths = [...scores.map(({ length }) => length), ...(clusters === undefined ? [] : [clusters.length])];
  const wrong = lengths.find((length) => length !== labels.length);
  if (wrong !== undefined) {
    throw new RangeError(`rows: found ${wrong} for ${labels.length} labels, allowed: one for each label`);
  }
  const stray = labels.findIndex((label) => label >= scores.length);
  if (stray >= 0) {
    throw new RangeError(`label at index ${stray}: found class ${labels[stray]}, allowed: 0 to ${scores.length - 1}`);
  }
}
