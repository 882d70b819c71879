// What the schema of an ECG contract cannot say: names that must agree with each other, and steps that must be possible.
import type { EcgContract } from './ecg-contract.ts';
import { type EcgOperation, operationOf } from './ecg-operations.ts';
import { outputKind } from './ecg-outputs.ts';

/** The first thing that is wrong, or undefined. */
export function ecgFault(contract: EcgContract): string | undefined {
  for (const fault of faults(contract)) return fault;
  return undefined;
}

function* faults(contract: EcgContract): Generator<string> {
  yield* classFaults(contract);
  yield* leadFaults(contract);
  yield* limitFaults(contract);
  yield* orderFaults(contract.preprocessing);
  yield* possibleFaults(contract);
  yield* tensorFaults(contract);
  yield* abstentionFaults(contract);
}

function* classFaults({ task, classes, positive, training, calibration, files }: EcgContract): Generator<string> {
  if (new Set(classes).size < classes.length) yield 'classes: found one twice, allowed each once';
  if (task === 'binary' && classes.length !== 2) yield `classes: found ${classes.length}, allowed 2 of a binary task`;
  yield* strangers('positive', [positive], classes);
  yield* strangers('training.classes', Object.keys(training.classes), classes);
  yield* strangers('training.publishedClasses', Object.keys(training.publishedClasses ?? {}), classes);
  yield* strangers('calibration.prevalence', Object.keys(calibration.prevalence ?? {}), classes);
  const names = files.map(({ file }) => file);
  yield* strangers('calibration.temperature', Object.keys(calibration.temperature ?? {}), names);
  const total = Object.values(training.classes).reduce((sum, n) => sum + n, 0);
  if (total !== training.n) yield `training.classes: found ${total} in all, allowed ${training.n} as in n`;
}

function* strangers(at: string, found: readonly string[], allowed: readonly string[]): Generator<string> {
  for (const name of found) if (!allowed.includes(name)) yield `${at}: found ${name}, allowed ${allowed.join(', ')}`;
}

function* leadFaults({ accepts, preprocessing }: EcgContract): Generator<string> {
  const [first] = preprocessing;
  if (first?.operation !== 'select-lead' && first?.operation !== 'select-leads') {
    yield `preprocessing: found ${first?.operation} first, allowed select-lead, select-leads`;
    return;
  }
  const wanted = 'oneOf' in accepts.leads ? accepts.leads.oneOf : accepts.leads.allOf;
  const agrees = 'oneOf' in accepts.leads === (first.operation === 'select-lead');
  if (!agrees || wanted.join() !== first.order.join())
    yield `accepts.leads: found ${wanted.join(', ')}, allowed the order of ${first.operation}: ${first.order.join(', ')}`;
  if (new Set(first.order).size < first.order.length) yield 'preprocessing: found a lead twice, allowed each once';
}

function* limitFaults({ accepts }: EcgContract): Generator<string> {
  for (const name of ['samplingRateHz', 'durationSeconds'] as const) {
    const { minimum, maximum } = accepts[name];
    if (minimum > maximum) yield `accepts.${name}: found ${minimum} to ${maximum}, allowed a rising pair`;
  }
}

/** Selecting first, filling before anything that reads neighbouring samples, windows and their combination last. */
function* orderFaults(steps: readonly EcgOperation[]): Generator<string> {
  const places = steps.map(({ operation }) => operation);
  for (const once of ['select-lead', 'select-leads', 'fill-gaps', 'tile-windows', 'combine-windows'] as const) {
    if (places.filter((place) => place === once).length > 1) yield `preprocessing: found ${once} twice, allowed once`;
  }
  const at = (name: EcgOperation['operation']) => places.indexOf(name);
  if (Math.max(at('select-lead'), at('select-leads')) > 0)
    yield 'preprocessing: found leads selected twice, allowed once';
  if (at('fill-gaps') > 1) yield `preprocessing: found fill-gaps at place ${at('fill-gaps') + 1}, allowed 2`;
  const tail = at('tile-windows') < 0 ? [] : ['tile-windows', 'combine-windows'];
  const found = places.filter((place) => place === 'tile-windows' || place === 'combine-windows');
  if (found.join() !== tail.join() || places.slice(places.length - tail.length).join() !== tail.join())
    yield `preprocessing: found ${found.join(', ')}, allowed neither, or tile-windows and combine-windows at the end`;
}

/** Every step at the lowest rate and the shortest duration that are accepted. */
function* possibleFaults({ accepts, preprocessing }: EcgContract): Generator<string> {
  let rateHz = accepts.samplingRateHz.minimum;
  let seconds = accepts.durationSeconds.minimum;
  for (const step of preprocessing) {
    const highest = highestHz(step);
    if (highest >= rateHz / 2)
      yield `preprocessing: ${step.operation}: found ${highest} Hz, allowed below ${rateHz / 2} Hz, half of the lowest sampling rate`;
    if ((step.operation === 'bandpass' && step.lowHz >= step.highHz) || fewestSamples(step) > seconds * rateHz)
      yield `preprocessing: ${step.operation}: found edges or a duration that cannot be, allowed rising edges and ${fewestSamples(step)} samples`;
    if (step.operation === 'crop') {
      if (step.durationSeconds > seconds)
        yield `preprocessing: crop: found ${step.durationSeconds} s, allowed up to ${seconds} s, the shortest ECG`;
      seconds = Math.min(seconds, step.durationSeconds);
    }
    if (step.operation === 'resample') rateHz = step.toHz;
  }
}

function highestHz(step: EcgOperation): number {
  if (step.operation === 'bandpass' || step.operation === 'lowpass') return step.highHz;
  if (step.operation === 'highpass') return step.lowHz;
  return step.operation === 'notch' ? step.centerHz : 0;
}

/** Samples that a filter pads at each end, and one (lib/signal/filter-both-ways.ts). */
function fewestSamples(step: EcgOperation): number {
  if (step.operation === 'notch') return 10;
  if (step.operation === 'bandpass') return 3 * (2 * step.order + 1) + 1;
  return step.operation === 'highpass' || step.operation === 'lowpass' ? 3 * (step.order + 1) + 1 : 1;
}

function* tensorFaults(contract: EcgContract): Generator<string> {
  const { inputs, outputs, preprocessing } = contract;
  const [{ shape }] = inputs as [EcgContract['inputs'][number]];
  const words = shape.filter((size) => typeof size === 'string');
  if (new Set(words).size < words.length || !words.includes('samples') || shape.some((size) => Number(size) > 1))
    yield `inputs: found shape ${shape.join(' × ')}, allowed samples, and windows, leads and 1, each word once`;
  if (!words.includes('leads') && operationOf(preprocessing, 'select-leads') !== undefined)
    yield `inputs: found shape ${shape.join(' × ')} for several leads, allowed one with leads`;
  for (const output of outputs) {
    if (outputKind(contract, output) === undefined)
      yield `outputs: ${output.name}: found shape ${output.shape.join(' × ')}, allowed windows × ${contract.classes.length} or ${contract.classes.length}`;
  }
  const kinds = outputs.map((output) => outputKind(contract, output)?.of);
  if (new Set(kinds).size < kinds.length)
    yield 'outputs: found two of one kind, allowed one of windows and one of the recording';
  const combination = operationOf(preprocessing, 'combine-windows');
  const combined = combination?.inGraph;
  if (combined !== undefined && combined !== kinds.includes('recording'))
    yield `outputs: found ${kinds.join(' and ')}, allowed ${combined ? 'one of the recording, as the graph combines' : 'windows only, as the graph does not combine'}`;
  if (combined === false && combination?.method === 'mean-of-logits' && outputs[0].values !== 'logits')
    yield `outputs: ${outputs[0].name}: found probabilities, allowed logits to take the mean of`;
}

function* abstentionFaults({ abstain, accepts, classes, files, preprocessing }: EcgContract): Generator<string> {
  const steps = preprocessing.map(({ operation }) => operation).filter((name) => !name.endsWith('-windows'));
  const names = files.map(({ file }) => file);
  for (const rule of abstain) {
    const at = `abstain: ${rule.rule}`;
    if (rule.rule === 'probability-at-least') {
      yield* strangers(at, [rule.class], classes);
      yield* strangers(at, Object.keys(rule.folds ?? {}), names);
    } else if (rule.rule === 'duration-outside') {
      const { minimum, maximum } = accepts.durationSeconds;
      if (rule.minimumSeconds < minimum || rule.maximumSeconds > maximum || rule.minimumSeconds > rule.maximumSeconds)
        yield `${at}: found ${rule.minimumSeconds} to ${rule.maximumSeconds} s, allowed within ${minimum} to ${maximum} s`;
    } else yield* strangers(at, [rule.after], steps);
  }
}
