// One vocabulary for the leads of every format. Names as in IEC 60601-2-25 and SCP-ECG (EN 1064); modified leads as in the MIT-BIH
// and European ST-T databases.

/** The twelve standard leads in their usual order. */
export const standardLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

const furtherLeads = [
  '-aVR',
  ...['V7', 'V8', 'V9', 'V3R', 'V4R', 'V5R', 'V6R', 'V7R'],
  ...['X', 'Y', 'Z'],
  ...['MLI', 'MLII', 'MLIII', 'MV1', 'MV2', 'MV3', 'MV4', 'MV5', 'MV6', 'MCL1', 'MCL6', 'CM2', 'CM5', 'CC5'],
  ...['ES', 'AS', 'AI'],
  ...['V', 'ECG'],
] as const;

/** Other names of the same leads. C1 to C6 are not among them: they are chest electrodes to some and places of the EEG to others. */
const aliases: Readonly<Record<string, string>> = {
  D1: 'I',
  D2: 'II',
  D3: 'III',
  DI: 'I',
  DII: 'II',
  DIII: 'III',
  VR: 'aVR',
  VL: 'aVL',
  VF: 'aVF',
  VX: 'X',
  VY: 'Y',
  VZ: 'Z',
  ML1: 'MLI',
  ML2: 'MLII',
  ML3: 'MLIII',
  MODLI: 'MLI',
  MODLII: 'MLII',
  MODV1: 'MV1',
  EKG: 'ECG',
};

const known = new Map<string, string>(
  [...standardLeads, ...furtherLeads].map((name): [string, string] => [folded(name), name]),
);
for (const [alias, name] of Object.entries(aliases)) known.set(alias, name);

/** Names that monitors give to signals that are no ECG, as whole words. */
const otherSignals =
  /(?:^|[^a-z])(?:eeg|emg|eog|eda|gsr|resp|respiration|abp|art|bp|nbp|ibp|cvp|pap|icp|lap|rap|uap|fap|pleth|ppg|spo2|sao2|co2|etco2|o2|pulse|hr|rr|temp|marker|status|event|accel|acc|angle|sound|pcg|phono|phc|av|pv|tv|mv|wav|scg|bcg|icg|flow|airflow|chest|abdo|abdomen|nasal|snore|body|position|bodypos|thorax|impedance)(?:$|[^a-z])/;

/**
 * The lead that a file's name means, or undefined when it is not in the vocabulary. Case, spaces, dashes, underscores and dots do
 * not count, nor do the words lead, ECG and EKG before a name; `ECG 2` is the second lead of a recorder that names none.
 */
export function leadName(given: string): string | undefined {
  const text = folded(given).replace(/^MDCECGLEAD/, '');
  const direct = known.get(text);
  if (direct !== undefined) return direct;
  const inner = /^(?:ECG|EKG|LEAD)+(.+)$/.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const place = /^(?:0*)([1-9]\d?)$/.exec(inner)?.[1];
  if (place !== undefined) return text.startsWith('LEAD') ? undefined : `ECG${place}`;
  return known.get(inner);
}

/** Names that recorders of movement and others use for signals of their own. */
const shared: ReadonlySet<string> = new Set(['X', 'Y', 'Z', 'ES', 'AS', 'AI', 'V']);

/** True for a name of the vocabulary that nothing but an ECG has. */
export function isUnmistakable(lead: string): boolean {
  return !shared.has(lead);
}

/** True for names of signals that are known to be no ECG, such as a pressure or the respiration. */
export function isOtherSignal(given: string): boolean {
  return leadName(given) === undefined && otherSignals.test(given.toLowerCase().replaceAll('_', ' '));
}

function folded(name: string): string {
  const text = name.normalize('NFKC').toUpperCase();
  const inverted = /^\s*-\s*A?VR\s*$/.test(text);
  return (inverted ? '-' : '') + (inverted ? 'AVR' : text.replaceAll(/[\s._-]/g, ''));
}
