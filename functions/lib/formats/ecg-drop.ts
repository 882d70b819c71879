import { createHash } from 'node:crypto';
import { RejectedDrop } from '#functions/errors.ts';
import type { EcgDescription, Finding } from '#functions/study.ts';
import { describeEcg } from '#lib/deidentify/ecg.ts';
import type { EcgRecord } from '#lib/signal/ecg.ts';
import { recordingFindings } from '#lib/signal/recording-findings.ts';
import type { Site } from '#lib/sites/site.ts';
import { type EcgFiles, ecgFiles, type Files, signalFiles } from './ecg-files.ts';
import { encodeEcg } from './ecg-object.ts';
import { headerLabels } from './header-labels.ts';
import { lastPart, type RowOwner } from './owners.ts';
import { canonicalPayload } from './payload.ts';
import { describeRecords, type RecordDescription, type RecordDescriptions } from './record-descriptions.ts';
import type { LabelledRow } from './table.ts';
import type { GivenLabel } from './table-labels.ts';
import { readWfdb } from './wfdb/record.ts';

/** An ECG as it may leave the intake boundary, and whose it is: local ids, which become keyed hashes. */
export interface ReadEcg extends RowOwner {
  /** `ecg.bin`, see ecg-object.ts. */
  readonly object: Uint8Array;
  readonly description: EcgDescription;
  /** What the diagnoses of the header say, as the site describes them. */
  readonly labels: readonly GivenLabel[];
  readonly findings: readonly Finding[];
}

/** The ECGs of a drop, read one by one: together they would not fit the memory of a function. */
export interface EcgDrop {
  /** Names of the records as the site gave them; row n is the nth. They stay inside the intake boundary. */
  readonly records: readonly string[];
  readonly labels: readonly LabelledRow[];
  readonly findings: readonly Finding[];
  /** Records that say the same as an earlier one about the same study. */
  readonly repeated: ReadonlySet<string>;
  /** Bytes of the record's signal files: what reading it will take is some times as much. */
  readonly bytesOf: (record: string) => number;
  /** Reads one record; throws RejectedDrop where it cannot be taken, which costs the others nothing. */
  readonly read: (record: string) => ReadEcg;
}

/** Opens the ECGs among the files of a drop; throws RejectedDrop where there are none. No message holds a name. */
export function openEcgDrop(files: Files, site: Site): EcgDrop {
  const sorted = ecgFiles(files, site);
  const { records, tables, findings } = sorted;
  const { of, labels, findings: told } = describeRecords(tables, records);
  const read = (record: string): ReadEcg => {
    const description = of.get(record);
    if (description !== undefined && 'code' in description)
      throw new RejectedDrop(description.code, description.message);
    const undescribed = description === undefined && tables.length > 0;
    const ecg = readRecord(files, sorted, record);
    const labels = headerLabels(ecg.diagnoses, site.headerLabels ?? []);
    return { ...readEcg(ecg, description ?? ownName(record), undescribed), labels };
  };
  const { repeated, contradicting } = twins(records, of, read);
  return {
    records,
    labels,
    findings: [...findings, ...told],
    repeated,
    bytesOf(record) {
      const sizes = signalFiles(files, sorted.headers, record).map((path) => files.get(path)?.length ?? 0);
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    read(record) {
      if (contradicting.has(record)) throw contradiction();
      return read(record);
    },
  };
}

/** Records of one study: equal ones count once; where they differ, which is right cannot be known, so none counts. */
function twins(records: readonly string[], of: RecordDescriptions['of'], read: EcgDrop['read']) {
  const repeated = new Set<string>();
  const contradicting = new Set<string>();
  const studyOf = (record: string): string => {
    const told = of.get(record) ?? ownName(record);
    return JSON.stringify('code' in told ? record : [told.patientId, told.study]);
  };
  for (const same of Map.groupBy(records, studyOf).values()) {
    if (same.length === 1) continue;
    const readable = same.flatMap((record) => payloadOf(record, read));
    const differ = new Set(readable.map(({ payload }) => payload)).size > 1;
    for (const { record } of differ ? readable : readable.slice(1)) (differ ? contradicting : repeated).add(record);
  }
  return { repeated, contradicting };
}

/** None where the record cannot be read, which costs the other nothing. */
function payloadOf(record: string, read: EcgDrop['read']): { record: string; payload: string }[] {
  try {
    return [{ record, payload: canonicalPayload(read(record).description) }];
  } catch (error) {
    if (error instanceof RejectedDrop) return [];
    throw error;
  }
}

function contradiction(): RejectedDrop {
  const found = 'found another record about the same study that says something else';
  return new RejectedDrop('contradiction', `${found}, accepted one record per study`);
}

/** Where no table says so, the record's own name is the person and the study, in the form of ids (lib/ledger/identity.ts). */
function ownName(record: string): RecordDescription {
  const name = lastPart(record).normalize('NFC').trim();
  return { patientId: name, study: name, measurements: {} };
}

/** Annotations are not read: nothing uses them, and a damaged one would cost the record. */
function readRecord(files: Files, { headers }: EcgFiles, record: string): EcgRecord {
  const own = new Map([[`${record}.hea`, files.get(headers.get(record) ?? '') ?? new Uint8Array()]]);
  for (const path of signalFiles(files, headers, record)) {
    const bytes = files.get(path);
    if (bytes !== undefined) own.set(path, bytes);
  }
  return readWfdb(own, record);
}

function readEcg(record: EcgRecord, told: RecordDescription, undescribed: boolean): Omit<ReadEcg, 'labels'> {
  if (record.leads.every(({ samplesMv }) => isStill(samplesMv))) throw noSignal();
  if (record.findings.some(({ code }) => code === 'rate-default')) throw noRate();
  const object = encoded(record);
  const { description, findings } = describeEcg(record, told.measurements, sha256(object));
  const quality = recordingFindings(record.leads);
  return {
    patientId: told.patientId,
    study: told.study,
    object,
    description,
    findings: [...record.findings, ...findings, ...(undescribed ? [UNDESCRIBED] : []), ...quality],
  };
}

const UNDESCRIBED: Finding = {
  severity: 'warning',
  code: 'record-undescribed',
  message: "found no row about the record in the site's tables; its own name stands for the person",
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** No valid sample differs from another. */
function isStill(samples: Float32Array): boolean {
  const first = samples.find((value) => !Number.isNaN(value));
  return samples.every((value) => Number.isNaN(value) || value === first);
}

/** header(5) would have 250 Hz stand for it, and every interval and score would rest on that guess. */
function noRate(): RejectedDrop {
  return new RejectedDrop('sampling-rate-missing', 'found no sampling rate in the header, accepted one that is given');
}

function noSignal(): RejectedDrop {
  const found = 'found no lead that ever changes';
  return new RejectedDrop('no-signal', `${found}, accepted at least one lead with a signal`);
}

function encoded({ leads }: EcgRecord): Uint8Array {
  try {
    return encodeEcg(leads);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const found = 'found amplitudes above 2147 V: the gain or the unit in the header is wrong';
    throw new RejectedDrop('amplitude-impossible', `${found}, accepted amplitudes of an ECG`, { cause: error });
  }
}
