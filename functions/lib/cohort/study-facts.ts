// What the archive knows of a study, apart from label and score.
import type { AnswerDetail, Measurements } from '#functions/study.ts';
import { groupsOf, withoutGroups } from '#lib/formats/study-groups.ts';
import type { PredictionTableRow, StudyTableRow } from './rows.ts';

/** What was recorded, of an ECG. */
export interface RecordingFacts {
  readonly durationSeconds: number;
  readonly samplingRateHz: number;
  readonly leads: number;
  /** Lead or leads that the model read; undefined where it was not run. */
  readonly leadRead: string | undefined;
}

export interface StudyFacts {
  readonly site: string;
  readonly studyKey: string;
  /** Unit of the tables: of an ECG its own id. */
  readonly unit: string;
  /** Cluster: rows of the same person are not independent. */
  readonly subjectKey: string;
  readonly sex: string | undefined;
  readonly ageYears: number | undefined;
  /** The recorder, where the site names it. */
  readonly device: string | undefined;
  /** Further groups that sites describe, by column: ethnicity, insurance; a missing value is absent. */
  readonly groups: Readonly<Record<string, string>>;
  readonly recording: RecordingFacts | undefined;
  /** Names of the measurements that are present. */
  readonly present: ReadonlySet<string>;
  /** The measurements by name, in the units of the vocabulary; of an ECG everything but its signal. */
  readonly measurements: Measurements;
  /** When this revision of the study first came, ISO 8601 UTC: the only date that every study has. */
  readonly arrivedAt: string;
}

/** The facts of a study row; `prediction` says which lead the model read. */
export function studyFacts(
  study: StudyTableRow,
  arrivedAt: string,
  { detail }: Pick<PredictionTableRow, 'detail'>,
): StudyFacts {
  const whole = JSON.parse(study.payload) as Measurements;
  const payload = withoutGroups(whole);
  const { sex, age, device } = payload;
  return {
    site: study.site,
    studyKey: study.studyKey,
    unit: study.unit,
    subjectKey: study.subjectKey,
    sex: typeof sex === 'string' ? sex : undefined,
    ageYears: typeof age === 'number' ? age : undefined,
    device: typeof device === 'string' ? device : undefined,
    groups: sharedGroups(groupsOf(whole)),
    recording: recordingOf(payload, detail),
    present: sharedNames(Object.keys(payload)),
    measurements: payload,
    arrivedAt,
  };
}

/** Most of such records that are remembered at a time. */
const MOST_SHARED = 10_000;

/** Equal records once: millions of studies have few combinations of groups and of present measurements. */
function shared<Key extends object, Value>(
  nameOf: (key: Key) => string,
  make: (key: Key) => Value,
): (key: Key) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const name = nameOf(key);
    const known = values.get(name);
    if (known !== undefined) return known;
    if (values.size >= MOST_SHARED) values.clear();
    const value = make(key);
    values.set(name, value);
    return value;
  };
}

const sharedGroups = shared(
  (groups: Readonly<Record<string, string>>) => JSON.stringify(groups),
  (groups) => groups,
);
const sharedNames = shared(
  (names: readonly string[]) => names.join('\n'),
  (names): ReadonlySet<string> => new Set(names),
);

/** The facts of an ECG's payload (EcgDescription); undefined for measurements. */
function recordingOf(payload: Measurements, detail: string | null): RecordingFacts | undefined {
  const { leads, samplingRateHz, durationSeconds } = payload;
  if (typeof leads !== 'string' || typeof samplingRateHz !== 'number' || typeof durationSeconds !== 'number')
    return undefined;
  const leadRead = detail === null ? undefined : (JSON.parse(detail) as AnswerDetail).lead;
  return { durationSeconds, samplingRateHz, leads: leads.split(',').length, leadRead };
}
