import type { Finding } from '#functions/study.ts';
import type { EcgSubject } from '#lib/signal/ecg.ts';
import { parseDecimal } from '../number.ts';

/** What the info strings say about the person. */
export interface Info {
  readonly subject: EcgSubject;
  readonly diagnoses: readonly string[];
  readonly findings: readonly Finding[];
}

const oldestYears = 120;

/**
 * Age, sex and diagnoses from the comment lines, in the three habits of PhysioNet: `Age: 63` and `Dx: 426783006` (CinC 2020, 2021),
 * `<age>: 63  <sex>: M`, and the first line of the MIT-BIH databases, `63 M 1085 1629 x1`.
 */
export function readInfo(lines: readonly string[]): Info {
  const findings: Finding[] = [];
  const named = namedFields(lines);
  const mit = /^(-?\d{1,3})\s+([MF?])\s+-?\d+\s+-?\d+\s+\S+$/.exec(lines[0] ?? '');
  const ageYears = readAge(named.get('age') ?? mit?.[1], findings);
  const sex = readSex(named.get('sex') ?? named.get('gender') ?? mit?.[2], findings);
  return {
    subject: { ...(ageYears !== undefined && { ageYears }), ...(sex !== undefined && { sex }) },
    diagnoses: readDiagnoses(named.get('dx'), findings),
    findings,
  };
}

/** `name: value` of a whole line, or several `<name>: value` in one; names in lower case, the first of each counts. */
function namedFields(lines: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const bracketed = [...line.matchAll(/<([^<>]+)>\s*:\s*([^<]*)/g)];
    const plain = /^([A-Za-z]+)\s*:\s*(.*)$/.exec(line);
    for (const [, name, value] of bracketed.length > 0 ? bracketed : plain === null ? [] : [plain]) {
      const key = name.trim().toLowerCase();
      if (!fields.has(key)) fields.set(key, value.trim());
    }
  }
  return fields;
}

function isUnknown(text: string): boolean {
  return /^(?:|\?|-1|nan|n\/?a|none|unknown|\(none\)|unspecified)$/i.test(text);
}

/** Completed years; PTB-XL hides ages above 89 as 300, which is no age here. */
function readAge(text: string | undefined, findings: Finding[]): number | undefined {
  if (text === undefined || isUnknown(text)) return undefined;
  const years = parseDecimal(text.replace(/\s*(?:y|yr|yrs|years?)\.?$/i, ''), '.');
  if (years !== undefined && years >= 0 && years <= oldestYears) return Math.floor(years);
  findings.push(leftOut('age-unreadable', `found an age that is none, accepted 0 to ${oldestYears} years`));
  return undefined;
}

function readSex(text: string | undefined, findings: Finding[]): 'F' | 'M' | undefined {
  if (text === undefined || isUnknown(text)) return undefined;
  if (/^(?:f|female|woman)$/i.test(text)) return 'F';
  if (/^(?:m|male|man)$/i.test(text)) return 'M';
  findings.push(leftOut('sex-unreadable', 'found a sex in other words, accepted male, female, M and F'));
  return undefined;
}

/** SNOMED CT identifiers have 6 to 18 digits (SNOMED CT Release File Specification, 5.3). */
function readDiagnoses(text: string | undefined, findings: Finding[]): string[] {
  if (text === undefined || isUnknown(text)) return [];
  const codes = text.split(',').map((code) => code.trim());
  const diagnoses = codes.filter((code) => /^[1-9]\d{5,17}$/.test(code));
  const others = codes.length - diagnoses.length;
  if (others > 0) {
    findings.push(
      leftOut('diagnosis-unreadable', `found ${others} diagnoses without a SNOMED CT code, accepted codes`),
    );
  }
  return [...new Set(diagnoses)];
}

function leftOut(code: string, message: string): Finding {
  return { severity: 'warning', code, message: `${message}; left out` };
}
