import type { PlannedBeat } from './ecg-beats.ts';
import { atrialWaves, type Conduction, type Part, qrsOnsetS, ventricularWaves, type Wave } from './ecg-dipole.ts';
import { type LeadName, leadVector, twelveLeads, type Vector } from './ecg-leads.ts';
import type { Random } from './random.ts';

type Dipole = readonly [Float64Array, Float64Array, Float64Array];

/** What differs between two people with the same heart disease. */
export interface Person {
  readonly partGain: Readonly<Record<Part, number>>;
  /** Rotation of the dipole, one row for each axis. */
  readonly rotation: readonly [Vector, Vector, Vector];
}

/** The shift of ST is planted as wanted, whoever the person. */
const average: Person = {
  partGain: { P: 1, QRS: 1, T: 1 },
  rotation: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

export type Territory = 'septal' | 'anterior' | 'lateral' | 'inferior';

export interface StShift {
  readonly territory: Territory;
  /** In the lead of the territory that shows most, at 120 ms after R: above 0 elevation, below 0 depression. */
  readonly shiftMv: number;
}

export interface Complexes {
  readonly conduction: Conduction;
  readonly person: Person;
  readonly stShift?: StShift | undefined;
}

/** Leads that look at a territory (AHA/ACCF/HRS 2009, doi 10.1161/CIRCULATIONAHA.108.191098). */
const territoryLeads: Readonly<Record<Territory, readonly LeadName[]>> = {
  septal: ['V1', 'V2'],
  anterior: ['V2', 'V3', 'V4'],
  lateral: ['I', 'aVL', 'V5', 'V6'],
  inferior: ['II', 'III', 'aVF'],
};

/** Three Gaussians in a row make the plateau from the end of QRS into T. */
const plateau = [0.09, 0.135, 0.18].map((centerS) => ({ centerS, widthS: 0.028 }));
const plateauAt120Ms = plateau.reduce((sum, { centerS, widthS }) => sum + gaussian(0.12, centerS, widthS), 0);

/** Sizes and electrical axis of one person: sizes within about a sixth, axis within about 12° of 15° below that of the published subject. */
export function personFrom(stream: Random): Person {
  const gain = (spread: number) => Math.exp(stream.normal(0, spread));
  const all = gain(0.15);
  const partGain = { P: all * gain(0.15), QRS: all, T: all * gain(0.2) };
  const degrees = Math.PI / 180;
  return { partGain, rotation: rotation(stream.normal(15, 12) * degrees, stream.normal(0, 10) * degrees) };
}

/** First in the frontal plane (x to y), then in the transverse plane (x to z). */
function rotation(frontal: number, transverse: number): Person['rotation'] {
  const [cosF, sinF, cosT, sinT] = [Math.cos(frontal), Math.sin(frontal), Math.cos(transverse), Math.sin(transverse)];
  return [
    [cosT * cosF, -cosT * sinF, -sinT],
    [sinF, cosF, 0],
    [sinT * cosF, -sinT * sinF, cosT],
  ];
}

/** Adds all beats, and P waves alone where `droppedRTimesS` says that no QRS follows. */
export function addBeats(
  dipole: Dipole,
  samplingRateHz: number,
  beats: readonly PlannedBeat[],
  droppedRTimesS: readonly number[],
  complexes: Complexes,
): void {
  const add = (waves: readonly Wave[], timeS: number, person = complexes.person) =>
    addWaves(dipole, samplingRateHz, waves, timeS, person);
  const conductedBeat = ventricularWaves[complexes.conduction];
  const injury = stWaves(complexes.stShift);
  for (const { kind, rTimeS, rrS, extraPrS } of beats) {
    const isVentricular = kind === 'ventricular-premature';
    add(stretchT(isVentricular ? ventricularWaves['ventricular-beat'] : conductedBeat, rrS), rTimeS);
    if (!isVentricular) add(injury, rTimeS, average);
    const atrial = kind === 'atrial-premature' ? atrialWaves.ectopic : atrialWaves.sinus;
    if (extraPrS !== undefined) add(atrial, rTimeS - extraPrS + pShiftS(complexes.conduction));
  }
  for (const rTimeS of droppedRTimesS) add(atrialWaves.sinus, rTimeS + pShiftS(complexes.conduction));
}

/** A QRS that starts earlier before its R wave has its P wave earlier too. */
export function pShiftS(conduction: Conduction): number {
  return qrsOnsetS[conduction] - qrsOnsetS.normal;
}

/** QT goes with the cube root of RR (Fridericia 1920, doi 10.1046/j.1542-474X.2003.08413.x): T moves and widens. */
function stretchT(waves: readonly Wave[], rrS: number): readonly Wave[] {
  const factor = Math.cbrt(rrS);
  return waves.map((wave) =>
    wave.part === 'T' ? { ...wave, centerS: wave.centerS * factor, widthS: wave.widthS * factor } : wave,
  );
}

function addWaves(dipole: Dipole, samplingRateHz: number, waves: readonly Wave[], timeS: number, person: Person): void {
  for (const { part, axis, amplitudeMv, centerS, widthS } of waves) {
    const center = timeS + centerS;
    const start = Math.max(0, Math.ceil((center - 5 * widthS) * samplingRateHz));
    const end = Math.min(dipole[0].length - 1, Math.floor((center + 5 * widthS) * samplingRateHz));
    const size = amplitudeMv * person.partGain[part];
    const [x, y, z] = person.rotation.map((row) => row[axis] * size);
    for (let index = start; index <= end; index++) {
      const shape = gaussian(index / samplingRateHz, center, widthS);
      dipole[0][index] += x * shape;
      dipole[1][index] += y * shape;
      dipole[2][index] += z * shape;
    }
  }
}

function gaussian(timeS: number, centerS: number, widthS: number): number {
  const distance = (timeS - centerS) / widthS;
  return Math.exp(-0.5 * distance * distance);
}

/** A current of injury towards (elevation) or away from the territory; the far side shows the reciprocal change by itself. */
function stWaves(stShift: StShift | undefined): Wave[] {
  if (stShift === undefined) return [];
  const vector = injuryVector(stShift);
  return plateau.flatMap((place) =>
    ([0, 1, 2] as const).map((axis) => ({
      part: 'QRS' as const,
      axis,
      amplitudeMv: vector[axis] / plateauAt120Ms,
      ...place,
    })),
  );
}

/** Along the mean lead vector of the territory, as long as its lead that shows most needs it. */
function injuryVector({ territory, shiftMv }: StShift): Vector {
  const vectors = territoryLeads[territory].map(leadVector);
  const mean = ([0, 1, 2] as const).map((axis) => vectors.reduce((sum, vector) => sum + vector[axis], 0));
  const most = Math.max(...vectors.map((vector) => dot(vector, mean)));
  const [x, y, z] = mean.map((part) => (part * shiftMv) / most);
  return [x, y, z];
}

/** Planted shift in each lead at 120 ms after R. */
export function stShiftByLead(stShift: StShift | undefined): Partial<Record<LeadName, number>> {
  if (stShift === undefined) return {};
  const vector = injuryVector(stShift);
  return Object.fromEntries(twelveLeads.map((lead) => [lead, dot(leadVector(lead), vector)]));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
