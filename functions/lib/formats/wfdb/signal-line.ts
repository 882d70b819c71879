import { RejectedDrop } from '#functions/errors.ts';
import { parseDecimal } from '../number.ts';
import { type HeaderLine, refusedLine } from './lines.ts';
import { signalFormats } from './signal-formats.ts';

/** Signal specification line of header(5), with the defaults of the standard where a field is absent. */
export interface SignalLine {
  readonly line: HeaderLine;
  readonly file: string;
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Frames by which the signal's samples come late in the file. */
  readonly skewFrames: number;
  readonly byteOffset: number;
  /** Steps of the converter per unit. */
  readonly gain: number;
  /** The gain is absent or 0, "uncalibrated", and the standard's 200 is taken. */
  readonly gainGiven: boolean;
  /** Converter value at 0 of the unit. */
  readonly baseline: number;
  readonly unit: string;
  readonly unitGiven: boolean;
  readonly adcResolutionBits: number;
  readonly adcZero: number;
  readonly initialValue?: number;
  readonly checksum?: number;
  readonly description: string;
}

const defaultGain = 200;
const accepted = 'file, format[xSAMPLES][:SKEW][+OFFSET], gain[(baseline)][/unit] and whole numbers as in header(5)';
const acceptedFormats = [...signalFormats.keys()].join(', ');
const mostSamplesPerFrame = 100_000;
/** Beyond these no amplitude would be a number of 32 bits; no converter comes near. */
const gainRange = { least: 1e-9, most: 1e12 };
const largestBaseline = 1e12;

/** Reads one signal line. File names are taken as keys of the files that came along, and as nothing else. */
export function parseSignalLine(line: HeaderLine): SignalLine {
  const fields = line.text.split(/\s+/, 8);
  const [file, formatField, gainField] = fields;
  if (file === '-' || file.startsWith('~') || /[/\\]/.test(file) || file === '..') {
    throw refusedLine(line, 'a signal file in another place', 'the name of a file beside the header');
  }
  const storage = parseFormat(line, formatField);
  const calibration = parseGain(line, gainField);
  const [resolution, zero, initial, sum, block] = [3, 4, 5, 6, 7].map((index) => wholeNumber(line, fields[index]));
  if (block !== undefined && block < 0) throw refusedLine(line, 'a block size below 0', accepted);
  const adcZero = zero ?? 0;
  return {
    line,
    file,
    ...storage,
    gain: calibration.gain ?? defaultGain,
    gainGiven: calibration.gain !== undefined,
    baseline: calibration.baseline ?? adcZero,
    unit: calibration.unit ?? 'mV',
    unitGiven: calibration.unit !== undefined,
    adcResolutionBits: resolution ?? (storage.format === 8 ? 10 : 12),
    adcZero,
    ...(initial !== undefined && { initialValue: initial }),
    ...(sum !== undefined && { checksum: sum }),
    description: /^(?:\S+\s+){8}(.+)$/.exec(line.text)?.[1].trim() ?? '',
  };
}

function parseFormat(line: HeaderLine, field: string | undefined) {
  const parts = /^(\d{1,6})(?:x(\d{1,9}))?(?::(\d{1,9}))?(?:\+(\d{1,12}))?$/.exec(field ?? '');
  if (parts === null) throw refusedLine(line, 'no signal specification', accepted);
  const format = Number(parts[1]);
  if (!signalFormats.has(format)) throw unknownFormat(line, format);
  const samplesPerFrame = Number(parts[2] ?? 1);
  if (samplesPerFrame === 0 || samplesPerFrame > mostSamplesPerFrame) {
    throw refusedLine(line, `${samplesPerFrame} samples per frame`, `1 to ${mostSamplesPerFrame}`);
  }
  return { format, samplesPerFrame, skewFrames: Number(parts[3] ?? 0), byteOffset: Number(parts[4] ?? 0) };
}

function unknownFormat(line: HeaderLine, format: number): RejectedDrop {
  const flac = [508, 516, 524].includes(format) ? ' (FLAC)' : '';
  return new RejectedDrop(
    'wfdb-format',
    `header line ${line.number}: found signal format ${format}${flac}, accepted ${acceptedFormats}`,
  );
}

interface Calibration {
  readonly gain?: number;
  readonly baseline?: number;
  readonly unit?: string;
}

function parseGain(line: HeaderLine, field: string | undefined): Calibration {
  if (field === undefined) return {};
  const parts = /^([^()/]+)(?:\(([^()/]+)\))?(?:\/(.+))?$/.exec(field);
  const gain = parts === null ? undefined : parseDecimal(parts[1], '.');
  const baseline = parts?.[2] === undefined ? undefined : parseDecimal(parts[2], '.');
  if (parts === null || gain === undefined || (parts[2] !== undefined && baseline === undefined)) {
    throw refusedLine(line, 'a gain that is no number', accepted);
  }
  const steps = Math.abs(gain);
  if (gain !== 0 && (steps < gainRange.least || steps > gainRange.most)) {
    throw refusedLine(line, 'a gain that no converter has', `${gainRange.least} to ${gainRange.most} steps per unit`);
  }
  if (baseline !== undefined && Math.abs(baseline) > largestBaseline) {
    throw refusedLine(line, 'a baseline that no converter has', `up to ${largestBaseline}`);
  }
  return {
    ...(gain !== 0 && { gain }),
    ...(baseline !== undefined && { baseline }),
    ...(parts[3] !== undefined && { unit: parts[3] }),
  };
}

function wholeNumber(line: HeaderLine, field: string | undefined): number | undefined {
  if (field === undefined) return undefined;
  if (/^[+-]?\d{1,12}$/.test(field)) return Number(field);
  throw refusedLine(line, 'text where a whole number belongs', accepted);
}
