// What can be wrong with an ECG, with the size of it: each a pure function of the recording and of a stream of random numbers.
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { resample } from '#lib/signal/resample.ts';
import type { Random } from '#lib/simulate/random.ts';
import type { Disturbance } from './disturbance.ts';
import { exchangeLimbs, type LimbSwap } from './limb-electrodes.ts';
import { qrsPower, type StressNoise, unitNoise, withNoise } from './stress-noise.ts';

/** A recording about to be disturbed. What the model does not read stays as it is, but where electrodes are exchanged. */
export interface DisturbedEcg {
  readonly leads: readonly StoredLead[];
  /** Names of the leads that the model reads. */
  readonly read: readonly string[];
  /** The same noise at every level: the levels differ in size and in nothing else. */
  readonly noiseOf: (kind: StressNoise, lead: StoredLead) => Float64Array;
  /** Of the QRS complexes of a lead, mV². */
  readonly powerOf: (lead: StoredLead) => number | undefined;
}

export interface EcgDisturbance extends Disturbance {
  /** Arm electrodes may then be in each other's place, which the quality check looks for in further leads. */
  readonly exchanges?: true;
  /** The leads as they would have come; undefined where it cannot be done to this recording. */
  readonly apply: (ecg: DisturbedEcg) => readonly StoredLead[] | undefined;
}

/** `stream` is the recording's own: the same recording is disturbed alike whatever else was drawn. */
export function disturbedEcg(leads: readonly StoredLead[], read: readonly string[], stream: Random): DisturbedEcg {
  const noises = new Map<string, Float64Array>();
  const powers = new Map<StoredLead, number | undefined>();
  return {
    leads,
    read,
    noiseOf(kind, { name, samplesMv, samplingRateHz }) {
      const key = `${kind}/${name}`;
      const known = noises.get(key) ?? unitNoise(kind, samplesMv.length, samplingRateHz, stream.fork(key));
      noises.set(key, known);
      return known;
    },
    powerOf(lead) {
      if (!powers.has(lead)) powers.set(lead, qrsPower(lead.samplesMv, lead.samplingRateHz));
      return powers.get(lead);
    },
  };
}

/** Every disturbance of ECGs that a model with this contract may be asked about. */
export function ecgDisturbances({ accepts }: Pick<EcgContract, 'accepts'>): readonly EcgDisturbance[] {
  return [
    ...NOISES.flatMap((noise) => LEVELS_DB.map((snrDb) => noiseDisturbance(noise, snrDb))),
    ...[0.5, 2].map(gain),
    ...SWAPS.map(swapDisturbance),
    shorter('half', 'First half alone', 'the first half', (seconds) => seconds / 2, false),
    shorter(
      'shortest',
      `First ${accepts.durationSeconds.minimum} s alone`,
      `the first ${accepts.durationSeconds.minimum} s, the least that the model accepts,`,
      () => accepts.durationSeconds.minimum,
      true,
    ),
    ...[250, 125].map(slower),
    flatStretch,
    gap,
  ];
}

/** Levels of the MIT-BIH noise stress test database but its lowest. */
const LEVELS_DB = [24, 12, 6, 0] as const;
/** From here on a recording is one that people would repeat. */
const LEAST_EXPECTED_DB = 12;
const STRESS_TEST =
  'Moody, Muldrow and Mark, Computers in Cardiology 1984;11:381-384 (levels as in doi 10.13026/C2HS3T); the noise is simulated';

interface NoiseWords {
  readonly kind: StressNoise;
  readonly family: string;
  readonly shape: string;
}

const NOISES: readonly NoiseWords[] = [
  { kind: 'white', family: 'White noise', shape: 'normal, independent from sample to sample' },
  { kind: 'baseline-wander', family: 'Baseline wander', shape: 'sines of 0.05 to 0.5 Hz' },
  { kind: 'muscle', family: 'Muscle noise', shape: 'white noise between 20 and 150 Hz' },
  {
    kind: 'electrode-motion',
    family: 'Electrode motion',
    shape: 'about one jolt a second, fading within tenths of one',
  },
  { kind: 'mains', family: 'Mains', shape: '50 Hz with a tenth of its third harmonic' },
];

function noiseDisturbance({ kind, family, shape }: NoiseWords, snrDb: number): EcgDisturbance {
  return {
    id: `${kind}-${snrDb}db`,
    family,
    name: `${family}, ${snrDb} dB`,
    size: `${shape}; QRS power (peak to peak squared over 8) to mean square of the noise ${snrDb} dB`,
    source: STRESS_TEST,
    expected: snrDb >= LEAST_EXPECTED_DB,
    apply: (ecg) =>
      changed(ecg, (lead) => {
        const power = ecg.powerOf(lead);
        if (power === undefined || (kind === 'mains' && lead.samplingRateHz <= 2 * MAINS_HZ)) return undefined;
        return withNoise(lead.samplesMv, ecg.noiseOf(kind, lead), power, snrDb);
      }),
  };
}

const MAINS_HZ = 50;
const RECORDERS = 'Kligfield and others 2007, doi 10.1161/CIRCULATIONAHA.106.180200';

function gain(factor: number): EcgDisturbance {
  return {
    id: `gain-${factor === 2 ? 'double' : 'half'}`,
    family: 'Wrong gain',
    name: `Gain × ${factor}`,
    size: `every sample times ${factor}: recorded at ${10 * factor} mm/mV and read as 10`,
    source: RECORDERS,
    expected: true,
    apply: (ecg) => changed(ecg, ({ samplesMv }) => Float64Array.from(samplesMv, (sample) => factor * sample)),
  };
}

const SWAPS: readonly (readonly [LimbSwap, string])[] = [
  ['RA-LA', 'Right and left arm'],
  ['RA-LL', 'Right arm and left leg'],
  ['LA-LL', 'Left arm and left leg'],
];

function swapDisturbance([swap, places]: (typeof SWAPS)[number]): EcgDisturbance {
  const single = swap === 'RA-LA' ? '; a single lead between the arms upside down' : '';
  return {
    id: `swap-${swap.toLowerCase()}`,
    family: 'Electrodes exchanged',
    name: `${places} exchanged`,
    size: `limb leads by Einthoven's law, chest leads as they are${single}`,
    source: 'Batchvarov, Malik and Camm 2007, doi 10.1093/europace/eum172',
    expected: true,
    exchanges: true,
    apply: ({ leads, read }) => exchangeLimbs(leads, swap, read),
  };
}

function shorter(
  id: string,
  name: string,
  part: string,
  secondsOf: (seconds: number) => number,
  expected: boolean,
): EcgDisturbance {
  return {
    id: `shorter-${id}`,
    family: 'Shorter recording',
    name,
    size: `${part} of every lead`,
    source: 'ours',
    expected,
    apply({ leads, read }) {
      const short = leads.map((lead) => {
        const { samplesMv, samplingRateHz } = lead;
        const length = Math.ceil(secondsOf(samplesMv.length / samplingRateHz) * samplingRateHz);
        return length < samplesMv.length ? { ...lead, samplesMv: samplesMv.subarray(0, length) } : lead;
      });
      const isCut = short.some((lead, n) => read.includes(lead.name) && lead !== leads[n]);
      return isCut ? short : undefined;
    },
  };
}

function slower(toHz: number): EcgDisturbance {
  return {
    id: `rate-${toHz}hz`,
    family: 'Slower sampling',
    name: `Sampled at ${toHz} Hz`,
    size: `polyphase resampling to ${toHz} Hz, of recordings that are faster`,
    source: RECORDERS,
    expected: true,
    apply(ecg) {
      const { leads, read } = ecg;
      const isFaster = ({ samplingRateHz }: StoredLead) => samplingRateHz > toHz;
      if (!leads.filter(({ name }) => read.includes(name)).every((lead) => isFaster(lead) && isWhole(lead)))
        return undefined;
      return leads.map((lead) => {
        if (!read.includes(lead.name)) return lead;
        const samples = resample(lead.samplesMv, { fromHz: lead.samplingRateHz, toHz });
        return { ...lead, samplingRateHz: toHz, samplesMv: toMicrovolts(samples) };
      });
    },
  };
}

const STILL_SECONDS = 2;

const flatStretch: EcgDisturbance = {
  id: 'flat-2s',
  family: 'Part missing',
  name: `${STILL_SECONDS} s flat`,
  size: `the middle ${STILL_SECONDS} s at the value before them, as when an electrode comes off`,
  source: 'ours',
  expected: true,
  apply: (ecg) => changed(ecg, (lead) => overMiddle(lead, (samples, start) => samples[start])),
};

const gap: EcgDisturbance = {
  id: 'gap-2s',
  family: 'Part missing',
  name: `${STILL_SECONDS} s without samples`,
  size: `the middle ${STILL_SECONDS} s invalid, as when a transmission breaks off`,
  source: 'ours',
  expected: true,
  apply: (ecg) => changed(ecg, (lead) => overMiddle(lead, () => Number.NaN)),
};

/** Recordings of at least twice that length. */
function overMiddle(
  { samplesMv, samplingRateHz }: StoredLead,
  valueAt: (samples: Float32Array, start: number) => number,
): Float64Array | undefined {
  const length = Math.round(STILL_SECONDS * samplingRateHz);
  if (samplesMv.length < 2 * length) return undefined;
  const start = Math.floor((samplesMv.length - length) / 2);
  return Float64Array.from(samplesMv).fill(valueAt(samplesMv, start), start, start + length);
}

const isWhole = ({ samplesMv }: StoredLead): boolean => samplesMv.every(Number.isFinite);

/** Every lead that the model reads, changed; undefined where one of them cannot be. */
function changed(
  { leads, read }: DisturbedEcg,
  change: (lead: StoredLead) => Float64Array | undefined,
): readonly StoredLead[] | undefined {
  const out: StoredLead[] = [];
  for (const lead of leads) {
    const samples = read.includes(lead.name) ? change(lead) : undefined;
    if (read.includes(lead.name) && samples === undefined) return undefined;
    out.push(samples === undefined ? lead : { ...lead, samplesMv: toMicrovolts(samples) });
  }
  return out;
}

/** As the archive would hold it: whole microvolts, rounded half up (lib/formats/ecg-object.ts). */
function toMicrovolts(samples: Float64Array): Float32Array {
  const rounded = new Float32Array(samples.length);
  for (let n = 0; n < samples.length; n++) rounded[n] = Math.floor(samples[n] * 1000 + 0.5) / 1000;
  return rounded;
}
