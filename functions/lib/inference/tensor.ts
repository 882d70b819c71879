// Measurements to the tensors that a contract names: `values` and `present`, both float32 [n][field], row-major.
import type { Measurements } from '#functions/study.ts';
import type { FieldRule, MeasurementsContract } from './measurements-contract.ts';

export interface FieldTensors {
  readonly values: Float32Array;
  readonly present: Float32Array;
  readonly shape: readonly [number, number];
}

/** `fields-to-tensor`: numbers as they are, codes by the contract's table, a missing field as 0 with present 0. */
export function fieldsToTensor(contract: MeasurementsContract, rows: readonly Measurements[]): FieldTensors {
  const rules = fieldRules(contract);
  const values = new Float32Array(rows.length * rules.length);
  const present = new Float32Array(values.length);
  rows.forEach((row, n) => {
    rules.forEach((rule, f) => {
      const value = numberFor(rule, row[rule.name]);
      if (value === undefined) return;
      values[n * rules.length + f] = value;
      present[n * rules.length + f] = 1;
    });
  });
  return { values, present, shape: [rows.length, rules.length] };
}

function fieldRules(contract: MeasurementsContract): readonly FieldRule[] {
  const byName = new Map(contract.accepts.fields.map((rule) => [rule.name, rule]));
  return (contract.preprocessing[0]?.order ?? []).map((field) => byName.get(field) as FieldRule);
}

function numberFor(rule: FieldRule, value: number | string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (rule.codes) return rule.codes[String(value)];
  return typeof value === 'number' ? value : undefined;
}
