/** Where an ECG stands on its page: several on one page need ids and names of regions of their own. */
export interface EcgPlace {
  /** Before each id. */
  readonly prefix: string;
  /** Behind each name of a region: ", ECG 17". */
  readonly of: string;
}

export const ALONE: EcgPlace = { prefix: '', of: '' };

/** The nth ECG of its drop. */
export const placeOfRow = (row: number): EcgPlace => ({ prefix: `ecg-${row}-`, of: `, ECG ${row}` });
