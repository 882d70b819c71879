// What can be wrong with a row of measurements: values left out, given in another unit, or measured as well as instruments do.
import type { Measurements } from '#functions/study.ts';
import { measurementWords } from '#lib/formats/measurement-words.ts';
import { convert } from '#lib/formats/units.ts';
import { fieldOf, isFieldName, type NumberField } from '#lib/formats/vocabulary.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import type { Random } from '#lib/simulate/random.ts';
import type { Disturbance } from './disturbance.ts';

export interface MeasurementDisturbance extends Disturbance {
  /** Undefined where nothing changes. */
  readonly apply: (row: Measurements, stream: () => Random) => DisturbedRow | undefined;
}

/** The row as it would have been filed, or the code with which intake would have refused it. */
type DisturbedRow = { readonly row: Measurements } | { readonly refused: string };

/** Every disturbance of measurements that a model with this contract may be asked about. */
export function measurementDisturbances(contract: MeasurementsContract): readonly MeasurementDisturbance[] {
  const { fields } = contract.accepts;
  const optional = fields.filter((rule) => rule.required !== true).map(({ name }) => name);
  const names = fields.map(({ name }) => name);
  return [
    ...optional.map((name) =>
      leftOut(
        `missing-${name}`,
        `${measurementWords(name)} left out`,
        `no value for ${measurementWords(name)}`,
        [name],
        true,
      ),
    ),
    ...(optional.length > 1
      ? [
          leftOut(
            'missing-all',
            'Everything optional left out',
            'only what the model requires is left',
            optional,
            false,
          ),
        ]
      : []),
    ...names.flatMap(unitMistakes),
    ...ERRORS.filter(({ field }) => names.includes(field)).map(measuredAgain),
  ];
}

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function leftOut(
  id: string,
  name: string,
  size: string,
  fields: readonly string[],
  expected: boolean,
): MeasurementDisturbance {
  return {
    ...{
      id,
      family: 'Left out',
      name: capitalised(name),
      size,
      source: 'the optional fields of the contract',
      expected,
    },
    apply(row) {
      const left = Object.entries(row).filter(([field]) => !fields.includes(field));
      return left.length < Object.keys(row).length ? { row: Object.fromEntries(left) } : undefined;
    },
  };
}

/** Both ways to mistake each unit that a site may give for the archive's own, and back. */
function unitMistakes(name: string): MeasurementDisturbance[] {
  const field = isFieldName(name) ? fieldOf(name) : undefined;
  if (field?.kind !== 'number') return [];
  const other = Object.entries(field.accepted).filter(([, factor]) => factor !== 1);
  return other.flatMap(([unit, factor]) => [
    mistaken(name, field, { given: unit, taken: field.unit, factor: 1 / factor }),
    mistaken(name, field, { given: field.unit, taken: unit, factor }),
  ]);
}

interface Mistake {
  readonly given: string;
  readonly taken: string;
  readonly factor: number;
}

function mistaken(name: string, field: NumberField, { given, taken, factor }: Mistake): MeasurementDisturbance {
  return {
    id: `unit-${name}-${given}-as-${taken}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    family: 'Unit mistaken',
    name: `${capitalised(measurementWords(name))}: ${given} taken for ${taken}`,
    size: `the value times ${Number(factor.toPrecision(4))}`,
    source: 'the units that a site may name',
    expected: true,
    apply(row) {
      const value = row[name];
      if (typeof value !== 'number' || value === 0) return undefined;
      const wrong = convert(value, factor);
      if (wrong < field.minimum || wrong > field.maximum) return { refused: 'value-impossible' };
      return { row: { ...row, [name]: wrong } };
    },
  };
}

/** Random error of one measurement: normal, with this standard deviation, absolute or as a share of the value. */
interface MeasurementError {
  readonly field: string;
  readonly standardDeviation: number;
  readonly isShare: boolean;
  readonly size: string;
  readonly source: string;
}

/** Only where a published bound says how well the instrument must measure. */
const ERRORS: readonly MeasurementError[] = [
  {
    field: 'restingBloodPressure',
    standardDeviation: 8,
    isShare: false,
    size: 'a normal error with standard deviation 8 mmHg, the most that a validated device may have; whole mmHg',
    source: 'ISO 81060-2; Stergiou and others 2018, doi 10.1161/HYPERTENSIONAHA.117.10237',
  },
  {
    field: 'cholesterol',
    standardDeviation: 0.03,
    isShare: true,
    size: 'a normal error with standard deviation 3 % of the value, the most that a laboratory may have; whole mg/dL',
    source: 'National Cholesterol Education Program; Myers and others 2000, doi 10.1093/clinchem/46.11.1762',
  },
];

function measuredAgain({ field, standardDeviation, isShare, size, source }: MeasurementError): MeasurementDisturbance {
  return {
    id: `error-${field}`.toLowerCase(),
    family: 'Measured again',
    name: `${capitalised(measurementWords(field))} measured again`,
    ...{ size, source, expected: true },
    apply(row, stream) {
      const value = row[field];
      if (typeof value !== 'number') return undefined;
      const error = stream().normal(0, isShare ? standardDeviation * value : standardDeviation);
      return { row: { ...row, [field]: Math.round(value + error) } };
    },
  };
}
