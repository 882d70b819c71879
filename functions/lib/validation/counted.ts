// What the reasons call what they count: a row is a study, a cluster the person whose studies it holds.

/** "1 study", "12 studies". */
export const studies = (n: number): string => `${n} ${n === 1 ? 'study' : 'studies'}`;

/** "1 person", "12 people". */
export const people = (n: number): string => `${n} ${n === 1 ? 'person' : 'people'}`;

/** "1 event", "12 events". */
export const events = (n: number): string => `${n} ${n === 1 ? 'event' : 'events'}`;

/** People where rows are clustered, else studies. */
export const counted = (n: number, clusters: Int32Array | undefined): string =>
  clusters === undefined ? studies(n) : people(n);

/** "is fewer than 10" of one, "are fewer than 10" of others. */
export const fewerThan = (n: number, minimum: number): string => `${n === 1 ? 'is' : 'are'} fewer than ${minimum}`;
