// From the dipole to electrodes and from electrodes to leads.

/** The leads that are measured; III and the augmented leads follow from I and II. */
export const independentLeads = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type IndependentLead = (typeof independentLeads)[number];

export const twelveLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type LeadName = (typeof twelveLeads)[number];

export const electrodes = ['RA', 'LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type Electrode = (typeof electrodes)[number];

export type Vector = readonly [x: number, y: number, z: number];

/**
 * Lead vectors of the Dower transform from Frank's x, y, z (Dower, Machado and Osborne 1980, doi 10.1002/clc.1980.3.2.87),
 * the lead-field matrix with which Sameni's dipole becomes twelve leads.
 */
const leadVectors: Readonly<Record<IndependentLead, Vector>> = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23],
};

/** Lead vector of any of the twelve leads, by Einthoven's and Goldberger's equations from I and II. */
export function leadVector(lead: LeadName): Vector {
  const { I: one, II: two } = leadVectors;
  const mix = (ofOne: number, ofTwo: number): Vector => [
    ofOne * one[0] + ofTwo * two[0],
    ofOne * one[1] + ofTwo * two[1],
    ofOne * one[2] + ofTwo * two[2],
  ];
  if (lead === 'III') return mix(-1, 1);
  if (lead === 'aVR') return mix(-0.5, -0.5);
  if (lead === 'aVL') return mix(1, -0.5);
  if (lead === 'aVF') return mix(-0.5, 1);
  return leadVectors[lead];
}

export type IndependentSamples = Readonly<Record<IndependentLead, Float64Array>>;

/** The independent leads of a dipole moving in time. */
export function projectDipole(dipole: readonly [Float64Array, Float64Array, Float64Array]): IndependentSamples {
  const [x, y, z] = dipole;
  const project = ([ofX, ofY, ofZ]: Vector) => {
    const samples = new Float64Array(x.length);
    for (let index = 0; index < samples.length; index++) {
      samples[index] = ofX * x[index] + ofY * y[index] + ofZ * z[index];
    }
    return samples;
  };
  return Object.fromEntries(
    independentLeads.map((lead) => [lead, project(leadVectors[lead])]),
  ) as unknown as IndependentSamples;
}

/**
 * The twelve leads that a recorder writes when some electrodes sit in each other's place: potentials of the nine electrodes
 * against Wilson's terminal, exchanged, and the leads formed anew, chest leads against the terminal of what is now at the limbs.
 */
export function formLeads(
  leads: IndependentSamples,
  swaps: readonly (readonly [Electrode, Electrode])[],
): Record<LeadName, Float32Array> {
  const place = swappedPlaces(swaps);
  const potentials = electrodePotentials(leads);
  const [ra, la, ll] = (['RA', 'LA', 'LL'] as const).map((electrode) => potentials[place[electrode]]);
  const difference = (of: (index: number) => number) => {
    const samples = new Float32Array(ra.length);
    for (let index = 0; index < samples.length; index++) samples[index] = of(index);
    return samples;
  };
  const chest = (electrode: Electrode) => {
    const potential = potentials[place[electrode]];
    return difference((n) => potential[n] - (ra[n] + la[n] + ll[n]) / 3);
  };
  return {
    I: difference((n) => la[n] - ra[n]),
    II: difference((n) => ll[n] - ra[n]),
    III: difference((n) => ll[n] - la[n]),
    aVR: difference((n) => ra[n] - (la[n] + ll[n]) / 2),
    aVL: difference((n) => la[n] - (ra[n] + ll[n]) / 2),
    aVF: difference((n) => ll[n] - (ra[n] + la[n]) / 2),
    V1: chest('V1'),
    V2: chest('V2'),
    V3: chest('V3'),
    V4: chest('V4'),
    V5: chest('V5'),
    V6: chest('V6'),
  };
}

function electrodePotentials({ I: one, II: two, ...chest }: IndependentSamples): Record<Electrode, Float64Array> {
  return {
    RA: one.map((value, index) => -(value + two[index]) / 3),
    LA: one.map((value, index) => (2 * value - two[index]) / 3),
    LL: one.map((value, index) => (2 * two[index] - value) / 3),
    ...chest,
  };
}

/** Which electrode each input of the recorder is connected to. */
function swappedPlaces(swaps: readonly (readonly [Electrode, Electrode])[]): Record<Electrode, Electrode> {
  const place = Object.fromEntries(electrodes.map((electrode) => [electrode, electrode])) as Record<
    Electrode,
    Electrode
  >;
  for (const [first, second] of swaps) [place[first], place[second]] = [place[second], place[first]];
  return place;
}
