/** ECGs of a unit at most: a second of work, a page that a browser opens, and few enough to be taken one by one after failures. */
const MOST_ECGS = 32;
/** Of their signal files. Decoded they take some times as much memory. */
const MOST_BYTES = 4 * 2 ** 20;

/** Records that are filed together. */
export interface EcgGroup {
  /** Counted from 0. */
  readonly places: readonly number[];
  /** One record with more signal than a group may hold: such records take their memory one by one. */
  readonly isLong: boolean;
}

/** Neighbours together, as evenly as the limits allow; the same for the same drop. */
export function groupsOf(bytesOf: readonly number[]): readonly EcgGroup[] {
  const even = Math.ceil(bytesOf.length / Math.ceil(bytesOf.length / MOST_ECGS));
  const groups: number[][] = [];
  let bytes = 0;
  for (const [place, size] of bytesOf.entries()) {
    const last = groups.at(-1);
    bytes += size;
    if (last !== undefined && last.length < even && bytes <= MOST_BYTES) {
      last.push(place);
    } else {
      groups.push([place]);
      bytes = size;
    }
  }
  return groups.map((places) => ({ places, isLong: places.length === 1 && bytesOf[places[0]] > MOST_BYTES }));
}
