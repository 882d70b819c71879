// What goes wrong with recordings, each with what it must come to.
import type { ZipMember } from '#lib/formats/zip-write.ts';
import type { EcgOddity } from './ecg-habits.ts';
import type { LeadName } from './ecg-leads.ts';

/** The study of a hospital that an oddity befalls. */
const places: Readonly<Record<Exclude<EcgOddity, 'repeated-file'>, number>> = {
  'wrong-checksum': 2,
  'short-signal': 2,
  'no-signal-file': 2,
  'flat-lead': 4,
  flat: 4,
  'no-label': 5,
};

/** The oddity of the study with this number, of those that this hospital knows. */
export function oddityOf(study: number, oddities: readonly EcgOddity[]): EcgOddity | undefined {
  return oddities.find((oddity) => oddity !== 'repeated-file' && places[oddity] === study);
}

/** Leads that stand still in this recording of these leads. */
export function stillLeads(oddity: EcgOddity | undefined, leads: readonly LeadName[]): readonly LeadName[] {
  if (oddity === 'flat') return leads;
  return oddity === 'flat-lead' ? leads.slice(-1) : [];
}

export interface Damage {
  readonly files: readonly ZipMember[];
  /** Reason code for which intake must refuse the recording. */
  readonly rejected?: string;
}

/** Header and signal file as the oddity leaves them. */
export function damage(header: ZipMember, signal: ZipMember, oddity: EcgOddity | undefined): Damage {
  switch (oddity) {
    case 'wrong-checksum':
      return { files: [header, { ...signal, body: withOneBitTurned(signal.body) }], rejected: 'checksum' };
    case 'short-signal': {
      const half = signal.body.subarray(0, signal.body.length >> 1);
      return { files: [header, { ...signal, body: half }], rejected: 'signal-file-short' };
    }
    case 'no-signal-file':
      return { files: [header], rejected: 'signal-file-missing' };
    case 'flat':
      return { files: [header, signal], rejected: 'no-signal' };
    default:
      return { files: [header, signal] };
  }
}

/** The lowest bit of a byte in the middle: one sample differs by one step. */
function withOneBitTurned(body: Uint8Array): Uint8Array {
  const turned = body.slice();
  turned[body.length >> 1] ^= 1;
  return turned;
}
