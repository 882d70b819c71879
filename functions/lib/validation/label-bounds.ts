/** Scores with known labels. */
export interface KnownLabels {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
}

/**
 * The labels of further rows that make the AUROC of all rows as large as any labels could. With a given number of events among them it is
 * largest where these have the highest scores (exchanging a lower one for a higher one only adds), so each number is tried in turn:
 * O(n log n). The smallest AUROC is that of the labels found for the negated scores. Bounds without an assumption on who has no label, as
 * in the test ignorance region of Kosinski and Barnhart (doi 10.1002/sim.1517). Of equal AUROCs the one with fewer events.
 */
export function bestLabels({ scores, labels }: KnownLabels, unknown: Float64Array): Uint8Array {
  const events = scores.filter((_, row) => labels[row] === 1).sort();
  const others = scores.filter((_, row) => labels[row] === 0).sort();
  const descending = [...unknown.keys()].sort((a, b) => unknown[b] - unknown[a] || a - b);
  const all = Float64Array.from([...others, ...unknown]).sort();
  // Pairs in which the event has the higher score, ties by half, with no further event.
  let wins = events.reduce((total, score) => total + below(all, score), 0);
  let best = { events: 0, auroc: share(wins, events.length, all.length) };
  let [tied, tiedScore] = [0, Number.NaN];
  for (let moved = 0; moved < descending.length; moved++) {
    const score = unknown[descending[moved]];
    tied = score === tiedScore ? tied : 0;
    tiedScore = score;
    // As a non-event it lost to these events: the known ones, and the `moved` before it, of which `tied` are equal to it.
    const lost = events.length - below(events, score) + (moved - tied / 2);
    // As an event it wins against the known others and those that are still to come, all of them at most equal to it.
    const ahead = below(all, score) - (tied + 1) / 2;
    wins += ahead - lost;
    tied++;
    const auroc = share(wins, events.length + moved + 1, all.length - moved - 1);
    if (auroc > best.auroc || Number.isNaN(best.auroc)) best = { events: moved + 1, auroc };
  }
  const found = new Uint8Array(unknown.length);
  for (const row of descending.slice(0, best.events)) found[row] = 1;
  return found;
}

/** NaN without both classes. */
const share = (wins: number, events: number, others: number): number => wins / (events * others);

/** How many of the sorted scores are lower, equal ones by half. */
function below(sorted: Float64Array, score: number): number {
  return (firstAbove(sorted, score, false) + firstAbove(sorted, score, true)) / 2;
}

function firstAbove(sorted: Float64Array, score: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < score || (orEqual && sorted[middle] === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}
