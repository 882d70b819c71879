// Words for codes. A code that stands here nowhere is shown with its hyphens taken out: nothing is left unsaid.

const STEP_WORDS = {
  received: 'Items received',
  readable: 'Readable',
  'study rows': 'Studies as received, every revision',
  studies: 'Studies of every kind, current revision',
  eligible: 'Eligible: the model accepts them',
  analysed: 'Analysed: the model gave a score',
  labelled: 'Labelled by the reference standard',
  primary: 'In the primary analysis',
} as const;

const REASON_WORDS: Readonly<Record<string, string>> = {
  label: 'labels, not studies (counted below)',
  repeated: 'already received before',
  'format-not-accepted': 'file of a format that is not accepted',
  cells: 'row with more or fewer cells than the header',
  'code-unknown': 'code that the site does not use',
  'not-a-number': 'text where a number belongs',
  'number-format': 'number with another decimal sign than the site uses',
  'value-impossible': 'value outside what is possible',
  'patient-id': 'patient id missing or too long',
  contradiction: 'rows or records of one study that contradict each other',
  checksum: 'samples that differ from their checksum',
  'no-signal': 'no lead with a signal',
  'signal-file-missing': 'signal file missing',
  'signal-file-short': 'signal file shorter than its header says',
  'in-flight': 'still in flight',
  superseded: 'superseded by a later revision of the same study',
  'no-slot-for-the-model':
    'of another kind than the model reads, or received when it was not installed or disabled: the model was not asked',
  withdrawn: 'model withdrawn',
  failed: 'model failed',
  abstained: 'model abstained',
  'no-label': 'no label received',
  'contradictory-labels': 'labels of one drop contradict each other',
  'label-not-binary': 'label neither 0 nor 1',
  'label-dated-after-receipt': 'label dated after the year in which it was received',
  'label-dated-outside': 'label dated outside the years of the cohort',
  apparent: 'the model was trained on them (reported apart)',
  'label-not-blinded': 'label given with the score in sight',
  'unit-quarantined': 'unit quarantined',
  'missing-fields': 'too many measurements missing',
  'age-outside': 'age outside what the model accepts',
  'sex-outside': 'sex outside what the model accepts',
  'lead-missing': 'no lead that the model reads',
  'sampling-rate-outside': 'sampling rate outside what the model accepts',
  'duration-outside': 'duration outside what the model accepts',
  'samples-missing': 'too many samples missing from the lead',
  'amplitude-too-low': 'too flat for an ECG',
  'amplitude-too-high': 'larger than any ECG: the gain is likely wrong',
  'noise-probable': 'probably too noisy to read',
};

export function stepWords(step: keyof typeof STEP_WORDS): string {
  return STEP_WORDS[step];
}

export function reasonWords(code: string): string {
  return REASON_WORDS[code] ?? code.replaceAll('-', ' ');
}

const RELATION_WORDS = {
  external: 'external (the model was not trained on these studies)',
  'left-out-site': 'internal-external (the model never saw this hospital)',
  'left-out-fold': 'internal (the model never saw this recording, but perhaps its person and hospital)',
  apparent: 'apparent (the model was trained on these studies)',
} as const;

export function relationWords(relation: keyof typeof RELATION_WORDS): string {
  return RELATION_WORDS[relation];
}

const EVIDENCE_WORDS = {
  ...RELATION_WORDS,
  'left-out-site': 'internal-external (each hospital was judged by weights that never saw it)',
  'left-out-fold':
    'internal (each recording was judged by weights that never saw it, but perhaps its person and hospital)',
} as const;

/** The same of the studies of a cohort, from one hospital or several. */
export function evidenceWords(relation: keyof typeof EVIDENCE_WORDS): string {
  return EVIDENCE_WORDS[relation];
}

const SEX_WORDS: Readonly<Record<string, string>> = {
  female: 'Women',
  male: 'Men',
  unknown: 'Sex not given',
};

export function sexWords(sex: string): string {
  return Object.hasOwn(SEX_WORDS, sex) ? SEX_WORDS[sex] : sex;
}

/** "Age 50-59", "Age not given". */
export function ageWords(band: string): string {
  return band === 'unknown' ? 'Age not given' : `Age ${band}`;
}

/** "Device cs-12-e", "Device not given". */
export function deviceWords(device: string): string {
  return device === 'unknown' ? 'Device not given' : `Device ${device}`;
}
