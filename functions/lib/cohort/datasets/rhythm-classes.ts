// Which rhythms of public ECG datasets are which class of a model that tells normal, fibrillation, other rhythms and noise apart.
import type { ClassLabel } from '../rows.ts';

/** Name of the label that says the rhythm in one word. */
export const RHYTHM_LABEL = 'rhythm';

/**
 * The words in the column `rhythm_class`, the values of the label, and the class. The class "other rhythm" of CinC 2017 holds ectopic
 * beats, tachycardia and blocks without a finer label (models/ecg-af/card.md); where that does not decide it, a rhythm has no class.
 */
const RHYTHMS = {
  'sinus-rhythm': ['normal', 'sinus rhythm, nothing else named'],
  'atrial-fibrillation': ['atrial-fibrillation', 'atrial fibrillation'],
  'other-rhythm': ['other-rhythm', 'another rhythm, without a finer word'],
  noise: ['noise', 'too noisy to be read'],
  'sinus-tachycardia': ['other-rhythm', 'sinus tachycardia'],
  'sinus-bradycardia': ['other-rhythm', 'sinus bradycardia'],
  'ectopic-beats': ['other-rhythm', 'sinus rhythm with ectopic beats, bigeminy, trigeminy'],
  supraventricular: ['other-rhythm', 'supraventricular arrhythmia or tachycardia'],
  paced: ['other-rhythm', 'paced rhythm'],
  'atrial-flutter': [null, 'atrial flutter'],
  'sinus-arrhythmia': [null, 'sinus arrhythmia'],
  'conduction-block': [null, 'sinus rhythm with a conduction block'],
  'several-rhythms': [null, 'several rhythms, none of them fibrillation'],
  'no-rhythm': [null, 'no rhythm named'],
} as const satisfies Readonly<Record<string, readonly [className: string | null, meaning: string]>>;

export type RhythmWord = keyof typeof RHYTHMS;

const WORDS = Object.keys(RHYTHMS) as RhythmWord[];

/** From a word in the column to the value of the label. */
export const rhythmCodes: Readonly<Record<string, number>> = Object.fromEntries(
  WORDS.map((word, place) => [word, place + 1]),
);

/** What a cohort says of these values; only the words that a dataset uses. */
export function rhythmClasses(words: readonly RhythmWord[] = WORDS): ClassLabel[] {
  return words.map((word) => {
    const [className, meaning] = RHYTHMS[word];
    return { class: className, label: RHYTHM_LABEL, value: rhythmCodes[word], meaning };
  });
}

/** Codes of one vocabulary, by what they say of the rhythm. */
interface Vocabulary {
  readonly fibrillation: readonly string[];
  readonly flutter: readonly string[];
  readonly sinus: readonly string[];
  readonly block: readonly string[];
  readonly others: Readonly<Partial<Record<RhythmWord, readonly string[]>>>;
}

/** SCP-ECG statements of PTB-XL (scp_statements.csv). */
export const SCP_RHYTHMS: Vocabulary = {
  fibrillation: ['AFIB'],
  flutter: ['AFLT'],
  sinus: ['SR'],
  block: ['1AVB', '2AVB', '3AVB', 'CLBBB', 'CRBBB', 'ILBBB', 'IRBBB', 'LAFB', 'LPFB', 'IVCD'],
  others: {
    'sinus-tachycardia': ['STACH'],
    'sinus-bradycardia': ['SBRAD'],
    'sinus-arrhythmia': ['SARRH'],
    'ectopic-beats': ['PAC', 'PVC', 'PRC(S)', 'BIGU', 'TRIGU'],
    supraventricular: ['SVARR', 'SVTAC', 'PSVT'],
    paced: ['PACE'],
  },
};

/** SNOMED CT codes of CinC 2021 (its Dx_mapping tables); codes that name no rhythm and no block play no part. */
export const SNOMED_RHYTHMS: Vocabulary = {
  fibrillation: ['164889003'],
  flutter: ['164890007'],
  sinus: ['426783006'],
  block: [
    ...['270492004', '195042002', '27885002', '233917008'], // atrioventricular: first, second, third degree, any
    ...['164909002', '733534002', '59118001', '713427006', '713426002', '6374002'], // left, right, incomplete, any bundle branch
    ...['445118002', '445211001', '698252002'], // left anterior, left posterior fascicular, nonspecific intraventricular
  ],
  others: {
    'sinus-tachycardia': ['427084000'],
    'sinus-bradycardia': ['426177001'],
    'sinus-arrhythmia': ['427393009'],
    'ectopic-beats': ['284470004', '427172004', '17338001', '63593006', '164884008', '11157007', '251180001'],
    supraventricular: ['426761007', '713422000', '67198005'],
    paced: ['10370003'],
  },
};

/**
 * The word for a study from its codes. Fibrillation goes before everything, flutter before the rest, as for the yes-or-no label; with
 * ectopic beats beside sinus rhythm the beats decide; sinus rhythm beside another rhythm, or two others, is `several-rhythms`.
 */
export function rhythmWord(codes: readonly string[], vocabulary: Vocabulary): RhythmWord {
  const has = (of: readonly string[]): boolean => of.some((code) => codes.includes(code));
  if (has(vocabulary.fibrillation)) return 'atrial-fibrillation';
  if (has(vocabulary.flutter)) return 'atrial-flutter';
  const others = (Object.keys(vocabulary.others) as RhythmWord[]).filter((word) => has(vocabulary.others[word] ?? []));
  const sinus = has(vocabulary.sinus);
  if (others.length > 1) return 'several-rhythms';
  if (others.length === 1) return sinus && others[0] !== 'ectopic-beats' ? 'several-rhythms' : others[0];
  if (!sinus) return 'no-rhythm';
  return has(vocabulary.block) ? 'conduction-block' : 'sinus-rhythm';
}
