interface NumberedClusters {
  /** For each row the place of its cluster in the order in which clusters first appear. */
  readonly places: Int32Array;
  readonly count: number;
}

/** Sums one or more values per cluster. Returns for each value its totals, in the order in which clusters first appear. */
export function clusterTotals(clusters: Int32Array, values: readonly ArrayLike<number>[]): Float64Array[] {
  const { places, count } = numberClusters(clusters);
  return values.map((value) => {
    const totals = new Float64Array(count);
    for (let row = 0; row < places.length; row++) totals[places[row]] += value[row];
    return totals;
  });
}

/** How many different clusters the rows belong to. */
export function countClusters(clusters: Int32Array): number {
  return numberClusters(clusters).count;
}

/** Numbers the clusters from 0 in the order in which they first appear. */
export function numberClusters(clusters: Int32Array): NumberedClusters {
  let low = Infinity;
  let high = -Infinity;
  for (let row = 0; row < clusters.length; row++) {
    if (clusters[row] < low) low = clusters[row];
    if (clusters[row] > high) high = clusters[row];
  }
  // A table where the numbers lie close together, as they do when people are numbered from 0; a map where they do not.
  return high - low < 32 * clusters.length ? numberByTable(clusters, low, high) : numberByMap(clusters);
}

function numberByTable(clusters: Int32Array, low: number, high: number): NumberedClusters {
  const placeOf = new Int32Array(Math.max(0, high - low + 1)).fill(-1);
  const places = new Int32Array(clusters.length);
  let count = 0;
  for (let row = 0; row < clusters.length; row++) {
    const entry = clusters[row] - low;
    if (placeOf[entry] < 0) placeOf[entry] = count++;
    places[row] = placeOf[entry];
  }
  return { places, count };
}

function numberByMap(clusters: Int32Array): NumberedClusters {
  const placeOf = new Map<number, number>();
  const places = new Int32Array(clusters.length);
  for (let row = 0; row < clusters.length; row++) {
    let place = placeOf.get(clusters[row]);
    if (place === undefined) {
      place = placeOf.size;
      placeOf.set(clusters[row], place);
    }
    places[row] = place;
  }
  return { places, count: placeOf.size };
}
