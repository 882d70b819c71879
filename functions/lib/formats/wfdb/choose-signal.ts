import { RejectedDrop } from '#functions/errors.ts';
import type { Finding } from '#functions/study.ts';
import { isOtherSignal, isUnmistakable, leadName } from '#lib/signal/leads.ts';
import type { SignalLine } from './signal-line.ts';
import { acceptedVoltages, millivolts } from './units.ts';

/** What a signal of the record is to us: a lead with its unit in mV, or nothing, with the reason among the findings. */
export interface ChosenSignal {
  readonly lead?: { readonly name: string; readonly millivolts: number };
  readonly findings: readonly Finding[];
}

/**
 * Decides by name and unit whether a signal is a lead of an ECG. `place` counts from 1.
 * An ECG lead in another unit than a voltage is refused; other signals are left out.
 */
export function chooseSignal(signal: SignalLine, place: number): ChosenSignal {
  const name = leadName(signal.description);
  const factor = millivolts(signal.unit);
  if (factor === undefined) {
    if (name !== undefined && isUnmistakable(name)) throw wrongUnit(signal, name);
    return leftOut(signal, 'found a unit that is no voltage');
  }
  if (isOtherSignal(signal.description)) return leftOut(signal, 'found a signal that is no ECG by its name');
  if (name === undefined && !signal.unitGiven)
    return leftOut(signal, 'found neither a lead of the vocabulary nor a unit');
  const findings: Finding[] = [];
  if (name === undefined)
    findings.push(
      about(signal, 'lead-unknown', `found a lead name that is not in the vocabulary, kept as unknown-${place}`),
    );
  if (!signal.gainGiven)
    findings.push(
      about(signal, 'gain-default', 'found no gain, taken as 200 per mV as in header(5); amplitudes are uncalibrated'),
    );
  else if (signal.gain < 0)
    findings.push(about(signal, 'gain-negative', 'found a gain below 0: the signal is stored upside down'));
  return { lead: { name: name ?? `unknown-${place}`, millivolts: factor }, findings };
}

function leftOut(signal: SignalLine, found: string): ChosenSignal {
  return { findings: [about(signal, 'signal-left-out', `${found}; left out`)] };
}

function about(signal: SignalLine, code: string, found: string): Finding {
  return { severity: 'warning', code, message: `header line ${signal.line.number}: ${found}` };
}

function wrongUnit(signal: SignalLine, name: string): RejectedDrop {
  return new RejectedDrop(
    'unit',
    `header line ${signal.line.number}: found lead ${name} in a unit that is no voltage, accepted ${acceptedVoltages}`,
  );
}
