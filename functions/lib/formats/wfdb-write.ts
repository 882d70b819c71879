export interface WfdbLead {
  readonly name: string;
  /** mV; NaN where there is no sample. */
  readonly samplesMv: ArrayLike<number>;
}

export interface WfdbContent {
  /** Letters, digits, `_` and `-`. */
  readonly recordName: string;
  readonly samplingRateHz: number;
  readonly leads: readonly WfdbLead[];
  /** Lines such as `Age: 62`, `Sex: Female`, `Dx: 164889003`, as the PhysioNet Challenges write them. */
  readonly comments?: readonly string[];
  /** 16: two bytes a sample; 212: two samples in three bytes, 12 bits each. @default 16 */
  readonly format?: 16 | 212;
  /** Steps of the converter per millivolt. @default 1000 for format 16, 200 for format 212 */
  readonly stepsPerMv?: number;
}

export interface WfdbFile {
  readonly name: string;
  readonly body: Uint8Array;
}

const formats = {
  16: { bits: 16, stepsPerMv: 1000, pack: pack16 },
  212: { bits: 12, stepsPerMv: 200, pack: pack212 },
} as const;

/**
 * A record as a WFDB header and one signal file (header(5) and signal(5) of the WFDB Applications Guide,
 * physionet.org/physiotools/wag): samples in turn by lead, zero at 0 mV, initial value and 16-bit checksum by lead. A
 * missing sample is the lowest number of the format. A sample beyond the format's range is refused: it would be cut off.
 */
export function writeWfdb(content: WfdbContent): readonly [header: WfdbFile, signal: WfdbFile] {
  checkContent(content);
  const { recordName, leads, format = 16, stepsPerMv = formats[format].stepsPerMv } = content;
  const digital = leads.map((lead) => digitized(lead, stepsPerMv, formats[format].bits));
  const frames = new Int16Array(digital.length * digital[0].length);
  digital.forEach((samples, lead) => {
    for (let index = 0; index < samples.length; index++) frames[index * digital.length + lead] = samples[index];
  });
  const header = headerText(content, digital, format, stepsPerMv);
  return [
    { name: `${recordName}.hea`, body: new TextEncoder().encode(header) },
    { name: `${recordName}.dat`, body: formats[format].pack(frames) },
  ];
}

function checkContent({ recordName, samplingRateHz, leads, comments = [], stepsPerMv = 1 }: WfdbContent): void {
  if (!/^[A-Za-z0-9_-]+$/.test(recordName)) {
    throw refused('a record name of other characters', 'letters, digits, _ and -');
  }
  if (!(samplingRateHz > 0 && stepsPerMv > 0)) {
    throw refused(`${samplingRateHz} Hz and ${stepsPerMv} steps per mV`, 'numbers above 0');
  }
  const lengths = new Set(leads.map(({ samplesMv }) => samplesMv.length));
  if (lengths.size !== 1 || lengths.has(0)) {
    throw refused(`${leads.length} leads of ${[...lengths].join(', ')} samples`, 'one lead or more, all of one length');
  }
  if ([...comments, ...leads.map(({ name }) => name)].some((text) => /[\r\n]/.test(text))) {
    throw refused('a comment or lead name of several lines', 'one line');
  }
}

function refused(found: string, allowed: string): RangeError {
  return new RangeError(`WFDB record to write: found ${found}, allowed: ${allowed}`);
}

function digitized({ name, samplesMv }: WfdbLead, stepsPerMv: number, bits: number): Int16Array {
  const lowest = -(2 ** (bits - 1));
  const digital = new Int16Array(samplesMv.length);
  for (let index = 0; index < samplesMv.length; index++) {
    const step = Math.round(samplesMv[index] * stepsPerMv);
    if (step <= lowest || step > -lowest - 1) {
      const range = `${(lowest + 1) / stepsPerMv} to ${(-lowest - 1) / stepsPerMv} mV`;
      throw refused(
        `${samplesMv[index]} mV at sample ${index} of lead ${name}`,
        `${range} at ${stepsPerMv} steps per mV`,
      );
    }
    digital[index] = Number.isNaN(step) ? lowest : step;
  }
  return digital;
}

function headerText(
  content: WfdbContent,
  digital: readonly Int16Array[],
  format: 16 | 212,
  stepsPerMv: number,
): string {
  const { recordName, samplingRateHz, leads, comments = [] } = content;
  const signals = leads.map(({ name }, index) => {
    const samples = digital[index];
    const converter = `${formats[format].bits} 0 ${samples[0]} ${checksum(samples)} 0`;
    return `${recordName}.dat ${format} ${stepsPerMv}(0)/mV ${converter} ${name}`;
  });
  const first = `${recordName} ${leads.length} ${samplingRateHz} ${digital[0].length}`;
  return `${[first, ...signals, ...comments.map((comment) => `#${comment}`)].join('\n')}\n`;
}

/** Sum of all samples in 16 bits with sign. */
function checksum(samples: Int16Array): number {
  return (samples.reduce((sum, sample) => (sum + sample) | 0, 0) << 16) >> 16;
}

function pack16(frames: Int16Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 * frames.length));
  for (let index = 0; index < frames.length; index++) bytes.setInt16(2 * index, frames[index], true);
  return new Uint8Array(bytes.buffer);
}

/** Low byte of the first, high halves of the first (low nibble) and the second (high nibble), low byte of the second. */
function pack212(frames: Int16Array): Uint8Array {
  const bytes = new Uint8Array(3 * Math.ceil(frames.length / 2));
  for (let pair = 0; 2 * pair < frames.length; pair++) {
    const [first, second] = [frames[2 * pair], frames[2 * pair + 1] ?? 0];
    bytes[3 * pair] = first & 0xff;
    bytes[3 * pair + 1] = ((first >> 8) & 0x0f) | ((second >> 4) & 0xf0);
    bytes[3 * pair + 2] = second & 0xff;
  }
  return bytes;
}
