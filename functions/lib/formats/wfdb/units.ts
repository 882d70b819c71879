const millivoltsPer: ReadonlyMap<string, number> = new Map([
  ['mv', 1],
  ['millivolt', 1],
  ['millivolts', 1],
  ['uv', 1e-3],
  ['\u03bcv', 1e-3],
  ['microv', 1e-3],
  ['microvolt', 1e-3],
  ['microvolts', 1e-3],
  ['nv', 1e-6],
  ['nanovolt', 1e-6],
  ['nanovolts', 1e-6],
  ['v', 1e3],
  ['volt', 1e3],
  ['volts', 1e3],
]);

export const acceptedVoltages = 'mV, uV, \u00b5V, nV or V';

/** How many mV one of this unit is, or undefined for what is no voltage; case does not count, since nobody records megavolts. */
export function millivolts(unit: string): number | undefined {
  return millivoltsPer.get(unit.normalize('NFKC').toLowerCase());
}
