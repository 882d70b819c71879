/** Sums one or more values per cluster. Returns for each value its totals, in the order in which clusters first appear. */
export function clusterTotals(clusters: Int32Array, values: readonly ArrayLike<number>[]): Float64Array[] {
  const places = new Map<number, number>();
  const placeOfRow = new Int32Array(clusters.length);
  for (let row = 0; row < clusters.length; row++) {
    let place = places.get(clusters[row]);
    if (place === undefined) {
      place = places.size;
      places.set(clusters[row], place);
    }
    placeOfRow[row] = place;
  }
  return values.map((value) => {
    const totals = new Float64Array(places.size);
    for (let row = 0; row < clusters.length; row++) totals[placeOfRow[row]] += value[row];
    return totals;
  });
}

/** How many different clusters the rows belong to. */
export function countClusters(clusters: Int32Array): number {
  return new Set(clusters).size;
}
