// When a model of measurements keeps silent, and why: the contract's own rules and the limits of what it accepts.
import type { Measurements } from '#functions/study.ts';
import type { FieldRule, MeasurementsContract } from './measurements-contract.ts';
import { outsidePopulation } from './population.ts';

/** The reason to abstain as a code for tables and reports; undefined when the model may speak. */
export function measurementsAbstention(contract: MeasurementsContract, row: Measurements): string | undefined {
  return outsideFields(contract, row) ?? outsidePopulation(contract.accepts, row) ?? outsideRules(contract, row);
}

function outsideFields(contract: MeasurementsContract, row: Measurements): string | undefined {
  for (const rule of contract.accepts.fields) {
    const value = row[rule.name];
    if (value === undefined) {
      if (rule.required) return `missing-${rule.name}`;
    } else if (!accepts(rule, value)) return `outside-${rule.name}`;
  }
  return undefined;
}

function accepts(rule: FieldRule, value: number | string): boolean {
  if (rule.codes) return String(value) in rule.codes;
  if (typeof value !== 'number') return false;
  return value >= (rule.minimum ?? Number.NEGATIVE_INFINITY) && value <= (rule.maximum ?? Number.POSITIVE_INFINITY);
}

function outsideRules(contract: MeasurementsContract, row: Measurements): string | undefined {
  for (const rule of contract.abstain) {
    if (rule.rule === 'missing-fields') {
      if (rule.of.filter((field) => row[field] === undefined).length > rule.maximumMissing) return 'missing-fields';
    } else if (typeof row.age === 'number' && (row.age < rule.minimumYears || row.age > rule.maximumYears))
      return 'age-outside';
  }
  return undefined;
}
