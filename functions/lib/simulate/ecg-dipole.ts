// The waves of one heart beat as Gaussians on the three axes of the cardiac dipole (Frank: x to the left, y to the feet,
// z to the back), in mV and in seconds from the R wave at 60 beats per minute.

export type Part = 'P' | 'QRS' | 'T';
export type Axis = 0 | 1 | 2;

export interface Wave {
  readonly part: Part;
  readonly axis: Axis;
  readonly amplitudeMv: number;
  readonly centerS: number;
  /** Standard deviation of the Gaussian. */
  readonly widthS: number;
}

/** Amplitude in mV, place and width in radians of the cardiac phase. */
type Row = readonly [part: Part, amplitudeMv: number, thetaRad: number, widthRad: number];

/**
 * The normal adult of Sameni, Clifford, Jutten and Shamsollahi 2007 (doi 10.1155/2007/43407, Table 1), which takes the
 * dynamical model of McSharry, Clifford, Tarassenko and Smith 2003 (doi 10.1109/TBME.2003.808805) to three dimensions.
 */
const normalX: readonly Row[] = [
  ['P', 0.03, -1.09, 0.0906],
  ['P', 0.08, -0.83, 0.1057],
  ['QRS', -0.13, -0.19, 0.0453],
  ['QRS', 0.85, -0.07, 0.0378],
  ['QRS', 1.11, 0, 0.0332],
  ['QRS', 0.75, 0.06, 0.0302],
  ['QRS', 0.06, 0.22, 0.0378],
  ['T', 0.1, 1.2, 0.604],
  ['T', 0.17, 1.42, 0.302],
  ['T', 0.39, 1.68, 0.1812],
];
const normalY: readonly Row[] = [
  ['P', 0.1, -0.91, 0.15],
  ['QRS', 0.32, -0.11, 0.055],
  ['QRS', 0.51, -0.01, 0.037],
  ['QRS', -0.32, 0.065, 0.0604],
  ['T', 0.04, 0.8, 0.45],
  ['T', 0.08, 1.58, 0.3],
];
const normalZ: readonly Row[] = [
  ['P', -0.03, -1.1, 0.03],
  ['P', -0.14, -0.93, 0.12],
  ['P', -0.035, -0.7, 0.04],
  ['QRS', 0.045, -0.4, 0.4],
  ['QRS', -0.4, -0.15, 0.045],
  ['QRS', 0.46, 0.095, 0.05],
  ['T', -0.12, 1.05, 0.8],
  ['T', -0.2, 1.25, 0.4],
  ['T', -0.35, 1.55, 0.2],
];

/**
 * Changes of ours to the published subject. Its P is low and split in II and high in V2 and V3: one wave towards the feet (the
 * row above is ours), half as large towards the front. Its T is taller than R in V2, and in V2 and V3 J comes up to the 0.2 mV
 * with which the universal definition of infarction begins (doi 10.1161/CIR.0000000000000617): T 0.7 times, 0.5 times towards
 * the front. The frontal axis is turned in `personFrom`.
 */
const ourGain = (part: Part, axis: number): number =>
  part === 'T' ? [0.7, 0.7, 0.5][axis] : part === 'P' && axis === 2 ? 0.5 : 1;

/** The published phase runs once round in a beat; here it runs once in a second and each part is stretched by the rate on its own. */
const normal: readonly Wave[] = [normalX, normalY, normalZ].flatMap((rows, axis) =>
  rows.map(([part, amplitudeMv, theta, width]) => ({
    part,
    axis: axis as Axis,
    amplitudeMv: amplitudeMv * ourGain(part, axis),
    centerS: theta / (2 * Math.PI),
    widthS: width / (2 * Math.PI),
  })),
);

const ofPart = (part: Part): readonly Wave[] => normal.filter((wave) => wave.part === part);
const wave = (part: Part, axis: Axis, amplitudeMv: number, centerS: number, widthS: number): Wave => ({
  part,
  axis,
  amplitudeMv,
  centerS,
  widthS,
});

/** P wave from low in the atria: inverted towards the feet. */
const ectopicP = ofPart('P').map((p) => (p.axis === 1 ? { ...p, amplitudeMv: -p.amplitudeMv } : p));

/**
 * The wide beats are our own waves on the same axes, set to meet the criteria of AHA/ACCF/HRS 2009
 * (doi 10.1161/CIRCULATIONAHA.108.191095): QRS of 120 ms and more; left bundle branch: broad notched R in I and V6, deep
 * S in V1; right bundle branch: rsR' in V1 and a broad S in I and V6; T against the last deflection.
 */
const leftBundle: readonly Wave[] = [
  wave('QRS', 0, 0.75, -0.035, 0.013),
  wave('QRS', 0, 0.3, 0, 0.03),
  wave('QRS', 0, 0.75, 0.03, 0.014),
  wave('QRS', 1, 0.22, -0.005, 0.022),
  wave('QRS', 2, -0.12, -0.062, 0.008),
  wave('QRS', 2, 0.75, -0.012, 0.017),
  wave('QRS', 2, 0.7, 0.025, 0.018),
  wave('T', 0, -0.3, 0.3, 0.05),
  wave('T', 1, -0.05, 0.3, 0.05),
  wave('T', 2, -0.42, 0.29, 0.055),
];
const rightBundle: readonly Wave[] = [
  ...ofPart('QRS'),
  wave('QRS', 0, -0.5, 0.072, 0.017),
  wave('QRS', 1, -0.05, 0.072, 0.017),
  wave('QRS', 2, -0.75, 0.07, 0.017),
  ...ofPart('T').map((t) => (t.axis === 2 ? { ...t, amplitudeMv: -0.3 * t.amplitudeMv } : t)),
];
/** From the right ventricle: like a left bundle branch block, wider, with the axis turned upwards. */
const ventricular: readonly Wave[] = [
  wave('QRS', 0, 0.9, -0.032, 0.017),
  wave('QRS', 0, 0.9, 0.03, 0.022),
  wave('QRS', 1, -0.8, 0, 0.024),
  wave('QRS', 2, 1.2, 0.012, 0.026),
  wave('T', 0, -0.4, 0.31, 0.06),
  wave('T', 1, 0.25, 0.31, 0.06),
  wave('T', 2, -0.5, 0.3, 0.062),
];

export type Conduction = 'normal' | 'left-bundle-branch-block' | 'right-bundle-branch-block';

/** QRS and T by conduction; a ventricular beat has its own. */
export const ventricularWaves: Readonly<Record<Conduction | 'ventricular-beat', readonly Wave[]>> = {
  normal: atLargest([...ofPart('QRS'), ...ofPart('T')]),
  'left-bundle-branch-block': atLargest(leftBundle),
  'right-bundle-branch-block': atLargest(rightBundle),
  'ventricular-beat': atLargest(ventricular),
};

/** Start of the QRS against the R time; P keeps its distance from it. */
export const qrsOnsetS: Readonly<Record<Conduction, number>> = {
  normal: -0.045,
  'left-bundle-branch-block': -0.085,
  'right-bundle-branch-block': -0.045,
};

export const atrialWaves: Readonly<Record<'sinus' | 'ectopic', readonly Wave[]>> = {
  sinus: ofPart('P'),
  ectopic: ectopicP,
};

/** Moves the waves so that time 0 is where the dipole of the QRS is largest: that is what the truth calls the R time. */
function atLargest(waves: readonly Wave[]): readonly Wave[] {
  let largest = 0;
  let shiftS = 0;
  for (let timeS = -0.1; timeS <= 0.1; timeS += 0.0005) {
    const size = Math.hypot(...([0, 1, 2] as const).map((axis) => dipoleAt(waves, axis, timeS)));
    if (size > largest) [largest, shiftS] = [size, timeS];
  }
  return waves.map((each) => ({ ...each, centerS: each.centerS - shiftS }));
}

function dipoleAt(waves: readonly Wave[], axis: Axis, timeS: number): number {
  const gaussian = ({ amplitudeMv, centerS, widthS }: Wave) =>
    amplitudeMv * Math.exp(-0.5 * ((timeS - centerS) / widthS) ** 2);
  return waves
    .filter((each) => each.part === 'QRS' && each.axis === axis)
    .reduce((total, each) => total + gaussian(each), 0);
}
