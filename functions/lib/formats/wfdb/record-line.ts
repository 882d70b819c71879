import { RejectedDrop } from '#functions/errors.ts';
import { parseDecimal } from '../number.ts';
import { type HeaderLine, refusedLine } from './lines.ts';
import { type StartTime, startTime } from './start-time.ts';

/** Record line of header(5). */
export interface RecordLine {
  readonly recordName: string;
  readonly signals: number;
  /** Frames per second. */
  readonly frameRateHz: number;
  /** Absent where the line does not give a rate and the standard's 250 Hz is taken. */
  readonly frameRateGiven: boolean;
  readonly counterFrequencyHz: number;
  readonly baseCounter: number;
  /** Frames of each signal; undefined where the header leaves it to the files. */
  readonly frames?: number;
  readonly start: StartTime;
}

const defaultFrameRateHz = 250;
const fastestFrameRateHz = 1_000_000;
const mostSignals = 1000;
const mostFrames = 2 ** 40;

/** Reads `name[/segments] signals [rate[/counter rate[(base counter)]] [samples [time [date]]]]`. */
export function parseRecordLine(line: HeaderLine): RecordLine {
  const fields = line.text.split(/\s+/);
  const [nameField, signalsField, rateField, framesField, ...timeFields] = fields;
  const name = /^([^/\s]+)(?:\/(\d+))?$/.exec(nameField);
  if (name === null || signalsField === undefined || !/^\d{1,6}$/.test(signalsField)) {
    throw refusedLine(line, 'no record line', 'a record name and the number of signals');
  }
  if (name[2] !== undefined) throw multiSegment(name[2]);
  const signals = Number(signalsField);
  if (signals === 0) throw refusedLine(line, 'no signals', 'at least one');
  if (signals > mostSignals) throw refusedLine(line, `${signals} signals`, `up to ${mostSignals}`);
  const rates = parseRates(line, rateField);
  const frames = parseFrames(line, framesField);
  return {
    recordName: name[1],
    signals,
    ...rates,
    frameRateGiven: rateField !== undefined,
    ...(frames !== undefined && { frames }),
    start: startTime(timeFields),
  };
}

function multiSegment(segments: string): RejectedDrop {
  const found = segments.length < 8 ? `a record of ${Number(segments)} segments` : 'a record of segments';
  return new RejectedDrop('wfdb-segments', `found ${found}, accepted records of one segment; send each by itself`);
}

function parseRates(line: HeaderLine, field: string | undefined) {
  if (field === undefined) {
    return { frameRateHz: defaultFrameRateHz, counterFrequencyHz: defaultFrameRateHz, baseCounter: 0 };
  }
  const parts = /^([^/()]+)(?:\/([^/()]+)(?:\(([^()]+)\))?)?$/.exec(field);
  const frameRateHz = parts === null ? undefined : parseDecimal(parts[1], '.');
  if (parts === null || frameRateHz === undefined || frameRateHz <= 0 || frameRateHz > fastestFrameRateHz) {
    throw refusedLine(line, 'a sampling rate that cannot be used', `one above 0 and up to ${fastestFrameRateHz} Hz`);
  }
  const counter = parts[2] === undefined ? frameRateHz : parseDecimal(parts[2], '.');
  const baseCounter = parts[3] === undefined ? 0 : parseDecimal(parts[3], '.');
  if (counter === undefined || baseCounter === undefined) {
    throw refusedLine(line, 'a counter that is no number', 'a counter frequency and a base counter value');
  }
  // As in the WFDB library: a counter frequency that is not positive says that there is no counter.
  return { frameRateHz, counterFrequencyHz: counter > 0 ? counter : frameRateHz, baseCounter };
}

/** Zero means the same as no number: the files decide (header(5), number of samples per signal). */
function parseFrames(line: HeaderLine, field: string | undefined): number | undefined {
  if (field === undefined) return undefined;
  const frames = /^\d{1,15}$/.test(field) ? Number(field) : Number.NaN;
  if (!(frames <= mostFrames)) throw refusedLine(line, 'a number of samples that cannot be', 'a whole number');
  return frames === 0 ? undefined : frames;
}
