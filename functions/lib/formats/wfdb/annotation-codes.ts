/** Symbols of the annotation codes 1 to 41 (ecgcodes.h and the PhysioBank annotation page); 15 and 17 are not assigned. */
const symbols = 'NLRaVFJASEj/Q~ | sT*D"=pB^t+u?![]en@xf()r';

/** Codes that are read by name. */
export const annotationCode = {
  note: 22,
  rhythm: 28,
  last: 49,
  skip: 59,
  number: 60,
  subtype: 61,
  channel: 62,
  text: 63,
};

/** The symbol of a code; codes that the standard leaves to the user are written as `[42]`. */
export function annotationSymbol(code: number): string {
  const symbol = symbols[code - 1];
  return symbol === undefined || symbol === ' ' ? `[${code}]` : symbol;
}
