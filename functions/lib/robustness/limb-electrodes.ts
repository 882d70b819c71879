// Limb electrodes in each other's place.
import type { StoredLead } from '#lib/formats/ecg-object.ts';

/** Two limb electrodes: right arm, left arm, left leg. */
export type LimbSwap = 'RA-LA' | 'RA-LL' | 'LA-LL';

type Limb = 'I' | 'II' | 'III' | 'aVR' | 'aVL' | 'aVF';
type Mirror = readonly [lead: Limb, sign: 1 | -1];

/**
 * What the recorder writes as each limb lead when two electrodes are exchanged: by Einthoven's law the same leads under other names
 * and signs. Chest leads are taken against the mean of the three limbs, which no exchange changes (Batchvarov, Malik and Camm
 * 2007, doi 10.1093/europace/eum172).
 */
const MIRRORS: Readonly<Record<LimbSwap, Readonly<Record<Limb, Mirror>>>> = {
  'RA-LA': { I: ['I', -1], II: ['III', 1], III: ['II', 1], aVR: ['aVL', 1], aVL: ['aVR', 1], aVF: ['aVF', 1] },
  'RA-LL': { I: ['III', -1], II: ['II', -1], III: ['I', -1], aVR: ['aVF', 1], aVL: ['aVL', 1], aVF: ['aVR', 1] },
  'LA-LL': { I: ['II', 1], II: ['I', 1], III: ['III', -1], aVR: ['aVR', 1], aVL: ['aVF', 1], aVF: ['aVL', 1] },
};

const isLimb = (name: string): name is Limb => name in MIRRORS['RA-LA'];

/** Names of a single lead between the arms, where the recorder names none or a modified one. */
const BETWEEN_ARMS: ReadonlySet<string> = new Set(['ECG', 'MLI']);

/**
 * The leads as recorded with these electrodes exchanged; undefined where what one of `read` would show cannot be known from what
 * was recorded, or does not change.
 */
export function exchangeLimbs(
  leads: readonly StoredLead[],
  swap: LimbSwap,
  read: readonly string[],
): readonly StoredLead[] | undefined {
  const seen = leads.map((lead) => seenAs(lead, leads, swap));
  const known = (name: string) => seen[leads.findIndex((lead) => lead.name === name)] !== undefined;
  const changes = leads.some((lead, n) => read.includes(lead.name) && seen[n] !== lead);
  if (!read.every(known) || !changes) return undefined;
  return leads.map((lead, n) => seen[n] ?? lead);
}

/** The lead itself where the exchange leaves it alone; undefined where it cannot be known. */
function seenAs(lead: StoredLead, leads: readonly StoredLead[], swap: LimbSwap): StoredLead | undefined {
  if (BETWEEN_ARMS.has(lead.name) && leads.length === 1) return swap === 'RA-LA' ? turned(lead, lead, -1) : undefined;
  if (!isLimb(lead.name)) return lead;
  const [name, sign] = MIRRORS[swap][lead.name];
  if (name === lead.name && sign === 1) return lead;
  const source = leads.find((other) => other.name === name) ?? derived(name, leads);
  return source && turned(lead, source, sign);
}

function turned(lead: StoredLead, source: StoredLead, sign: 1 | -1): StoredLead {
  return { ...source, name: lead.name, samplesMv: sign === 1 ? source.samplesMv : source.samplesMv.map((mv) => -mv) };
}

/** Weights of I and II in each of the other limb leads (Einthoven, Goldberger). */
const OF_I_AND_II: Readonly<Record<Limb, readonly [one: number, two: number]>> = {
  I: [1, 0],
  II: [0, 1],
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
};

function derived(name: Limb, leads: readonly StoredLead[]): StoredLead | undefined {
  const [one, two] = ['I', 'II'].map((wanted) => leads.find((lead) => lead.name === wanted));
  if (one === undefined || two === undefined) return undefined;
  if (one.samplingRateHz !== two.samplingRateHz || one.samplesMv.length !== two.samplesMv.length) return undefined;
  const [ofOne, ofTwo] = OF_I_AND_II[name];
  return { ...one, name, samplesMv: one.samplesMv.map((mv, n) => ofOne * mv + ofTwo * two.samplesMv[n]) };
}
