// The scale of ECG paper (IEC 60601-2-25): 25 mm/s and 10 mm/mV. Pictures are drawn in mm.
export const MM_PER_SECOND = 25;
export const MM_PER_MILLIVOLT = 10;
/** Small square of the paper: 40 ms by 0.1 mV. */
export const SMALL_SQUARE_MM = 1;
export const LARGE_SQUARE_MM = 5;

/** A millimetre to two decimals, without zeros that say nothing. */
export const mm = (value: number): string => String(Math.round(value * 100) / 100);
