import { RejectedDrop } from '#functions/errors.ts';
import type { Finding } from '#functions/study.ts';
import type { EcgLead } from '#lib/signal/ecg.ts';
import { toFrameMeans, toMillivolts } from './calibration.ts';
import { agreesWith, checksum } from './checksum.ts';
import { chooseSignal } from './choose-signal.ts';
import type { WfdbHeader } from './header.ts';
import {
  groupSignals,
  type OpenedFile,
  openSignalFile,
  type SignalGroup,
  signalReader,
  sumDifferences,
} from './signal-file.ts';
import type { Samples } from './signal-formats.ts';
import type { SignalLine } from './signal-line.ts';

/** Samples of all leads together: 256 MiB as numbers, three leads of a day at 250 Hz. Reading holds them three times over. */
const mostSamples = 2 ** 26;

interface ReadFile {
  readonly group: SignalGroup;
  readonly opened: OpenedFile;
}

/** Looks up a signal file by the name that the header gives. */
export type FindFile = (name: string) => Uint8Array | undefined;

/** Leads of a record from its signal files, verified against the header; what is no ECG is left out with a finding. */
export function readLeads(
  header: WfdbHeader,
  findFile: FindFile,
  mode: 'expanded' | 'averaged',
): { leads: EcgLead[]; findings: Finding[]; frames: number } {
  const opened = groupSignals(header.signals).map((group) => ({ group, opened: openGroup(group, findFile) }));
  const { frames, findings } = frameCount(header, opened);
  checkSize(frames, header.signals);
  const leads: EcgLead[] = [];
  for (const { group, opened: file } of opened) {
    const read = signalReader(file.decode(frames), group.frameSize);
    let place = 0;
    for (const signal of group.signals) {
      const samples = storedSamples(read(place, signal.samplesPerFrame), signal);
      place += signal.samplesPerFrame;
      findings.push(...verify(signal, samples));
      const chosen = chooseSignal(signal, header.signals.indexOf(signal) + 1);
      findings.push(...chosen.findings);
      if (chosen.lead !== undefined) leads.push(toLead(header, signal, samples, chosen.lead, group, mode));
    }
  }
  if (leads.length === 0)
    throw new RejectedDrop('no-ecg', 'found no ECG among the signals, accepted at least one lead');
  return { leads, findings, frames };
}

function openGroup(group: SignalGroup, findFile: FindFile): OpenedFile {
  const bytes = findFile(group.file);
  if (bytes !== undefined) return openSignalFile(group, bytes);
  const line = group.signals[0].line.number;
  throw new RejectedDrop(
    'signal-file-missing',
    `header line ${line}: found no file of the name that it gives, accepted all signal files of a record together`,
  );
}

/** The header's number of frames, which every file must hold; without it what all files hold. */
function frameCount(header: WfdbHeader, files: readonly ReadFile[]): { frames: number; findings: Finding[] } {
  const held = files.map(({ opened }) => opened.frames);
  const frames = header.record.frames ?? Math.min(...held);
  const short = files.find(({ opened }) => opened.frames < frames);
  if (short !== undefined) {
    throw new RejectedDrop(
      'signal-file-short',
      `signal file of header line ${short.group.signals[0].line.number}: found ${short.opened.frames} samples of each signal, accepted the ${frames} that the header gives`,
    );
  }
  if (frames === 0)
    throw new RejectedDrop('zero-length', 'found a record without samples, accepted at least one sample');
  if (held.every((count) => count === frames)) return { frames, findings: [] };
  const message = `found up to ${Math.max(...held)} samples of each signal in the files, ${frames} belong to the record; the rest is left out`;
  return { frames, findings: [{ severity: 'warning', code: 'signal-file-long', message }] };
}

function checkSize(frames: number, signals: readonly SignalLine[]): void {
  const samples = frames * signals.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
  if (samples <= mostSamples) return;
  throw new RejectedDrop(
    'too-large',
    `found ${samples} samples in all, accepted up to ${mostSamples}; split the record`,
  );
}

function storedSamples(stored: Samples, signal: SignalLine): Samples {
  return signal.format === 8 ? sumDifferences(stored, signal.initialValue ?? signal.adcZero) : stored;
}

/**
 * Sum and first sample as the header gives them. A sum of 0 that does not fit was never computed (CinC 2017 has it throughout); a
 * wrong first sample beside it may be a recording cut after its header was written (there too), or another recording.
 */
function verify(signal: SignalLine, samples: Samples): Finding[] {
  const place = `header line ${signal.line.number}`;
  const sum = checksum(samples);
  const agrees = signal.checksum !== undefined && agreesWith(sum, signal.checksum);
  if (!agrees && signal.checksum !== undefined && signal.checksum !== 0) {
    const written = signal.checksum & 0xffff;
    throw new RejectedDrop('checksum', `${place}: found samples whose sum is ${sum}, accepted ${written} as it says`);
  }
  const findings: Finding[] = [];
  if (!agrees) {
    const found = signal.checksum === undefined ? 'no checksum' : 'checksum 0, which was never computed';
    const message = `${place}: found ${found}; the samples are not verified`;
    findings.push({ severity: 'information', code: 'checksum-absent', message });
  }
  if (signal.format !== 8 && signal.initialValue !== undefined && signal.initialValue !== samples[0]) {
    const found = `${samples[0]} as first sample where it says ${signal.initialValue}`;
    const message = `${place}: found ${found}; ${agrees ? 'the checksum agrees' : 'the samples may be others than its own'}`;
    findings.push({ severity: agrees ? 'information' : 'warning', code: 'initial-value-differs', message });
  }
  return findings;
}

function toLead(
  header: WfdbHeader,
  signal: SignalLine,
  samples: Samples,
  lead: { name: string; millivolts: number },
  group: SignalGroup,
  mode: 'expanded' | 'averaged',
): EcgLead {
  const { gain, baseline, samplesPerFrame } = signal;
  const calibration = { stepsPerMillivolt: gain / lead.millivolts, baseline, invalid: group.format.invalid };
  const skew = signal.skewFrames * samplesPerFrame;
  const averaged = mode === 'averaged' && samplesPerFrame > 1;
  return {
    name: lead.name,
    given: signal.description,
    samplesMv: averaged
      ? toFrameMeans(samples, skew, samplesPerFrame, calibration)
      : toMillivolts(samples, skew, calibration),
    samplingRateHz: header.record.frameRateHz * (averaged ? 1 : samplesPerFrame),
  };
}
