import { RejectedDrop } from '#functions/errors.ts';
import type { Finding } from '#functions/study.ts';
import type { EcgLead, EcgRecord } from '#lib/signal/ecg.ts';
import { amplitudeFindings } from '#lib/signal/ecg-quality.ts';
import { readAnnotations } from './annotations.ts';
import { parseHeader, type WfdbHeader } from './header.ts';
import { readInfo } from './info.ts';
import { readLeads } from './leads.ts';

export interface WfdbOptions {
  /** What becomes of several samples in one frame: each is kept, at the lead's own rate, or their mean, at the record's. Kept unless told. */
  readonly frames?: 'expanded' | 'averaged';
}

/** Extensions of annotation files that are read along: the reference, and the beats that a detector found. */
const annotators = ['atr', 'qrs'];

/**
 * Reads the ECG of a WFDB record from the files of a drop: `<recordName>.hea`, the signal files that it names in the same folder,
 * annotations if they are there. A name may have folders, as the paths in a zip do. Signals that are no ECG are left out with a
 * finding. Throws RejectedDrop where a number could be wrong; no message holds a name or a comment.
 */
export function readWfdb(
  files: ReadonlyMap<string, Uint8Array>,
  recordName: string,
  options: WfdbOptions = {},
): EcgRecord {
  const headerBytes = files.get(`${recordName}.hea`);
  if (headerBytes === undefined)
    throw new RejectedDrop('wfdb-header', 'found no header file, accepted a record with one');
  const header = parseHeader(headerBytes);
  const info = readInfo(header.info);
  const folder = recordName.slice(0, recordName.lastIndexOf('/') + 1);
  const { leads, findings, frames } = readLeads(
    header,
    (file) => files.get(folder + file),
    options.frames ?? 'expanded',
  );
  const { frameRateHz, start } = header.record;
  const fastest = leads.reduce((best, lead) => (lead.samplingRateHz > best.samplingRateHz ? lead : best));
  const annotations = annotators.flatMap((annotator) => {
    const bytes = files.get(`${recordName}.${annotator}`);
    return bytes === undefined ? [] : [{ annotator, events: readAnnotations(bytes, { frameRateHz, frames }) }];
  });
  return {
    leads,
    samplingRateHz: fastest.samplingRateHz,
    samples: fastest.samplesMv.length,
    frameRateHz,
    ...(start.time !== undefined && { startTime: start.time }),
    subject: info.subject,
    diagnoses: info.diagnoses,
    comments: header.info,
    findings: [...headerFindings(header, recordName), ...findings, ...info.findings, ...recordFindings(leads)],
    ...(annotations.length > 0 && { annotations }),
  };
}

function headerFindings({ record }: WfdbHeader, recordName: string): Finding[] {
  const findings: Finding[] = [];
  if (!record.frameRateGiven) {
    findings.push({
      severity: 'warning',
      code: 'rate-default',
      message: 'found no sampling rate, taken as 250 Hz as in header(5)',
    });
  }
  if (record.start.unreadable) {
    findings.push({
      severity: 'warning',
      code: 'start-time-unreadable',
      message: 'found a start time that is none; left out',
    });
  }
  if (record.recordName.replace(/\.(?:mat|hea)$/i, '') !== recordName.replace(/^.*\//, '')) {
    findings.push({
      severity: 'information',
      code: 'record-renamed',
      message: 'found another record name in the header than in its file name',
    });
  }
  return findings;
}

function recordFindings(leads: readonly EcgLead[]): Finding[] {
  const findings = amplitudeFindings(leads);
  const names = leads.map(({ name }) => name);
  for (const name of new Set(names.filter((lead, index) => names.indexOf(lead) !== index))) {
    findings.push({ severity: 'warning', code: 'lead-repeated', message: `found lead ${name} more than once` });
  }
  if (new Set(leads.map(({ samplingRateHz }) => samplingRateHz)).size > 1) {
    findings.push({ severity: 'information', code: 'rates-differ', message: 'found leads of several sampling rates' });
  }
  return findings;
}
