import { beforeAll, expect, test } from 'vitest';
import { type MeasurementDisturbance, measurementDisturbances } from '#lib/robustness/measurement-disturbances.ts';
import { random } from '#lib/simulate/random.ts';
import { plainContract } from '../../steps/models.ts';

const ROW = { age: 60, sex: 'F', cholesterol: 232.02, restingBloodPressure: 130, stDepression: 2, chestPain: 4 };
const stream = () => random('row');

let all: readonly MeasurementDisturbance[];

beforeAll(async () => {
  all = measurementDisturbances(await plainContract());
});

function apply(id: string, row: Readonly<Record<string, number | string>> = ROW) {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(`found no disturbance ${id}, expected one of ${all.map((one) => one.id)}`);
  return found.apply(row, stream);
}

test('each optional field is left out by itself, and all together', () => {
  const { cholesterol: _, ...without } = ROW;
  expect(apply('missing-cholesterol')).toEqual({ row: without });
  expect(apply('missing-all')).toEqual({ row: { age: 60, sex: 'F' } });
  expect(all.some(({ id }) => id === 'missing-age' || id === 'missing-sex')).toBe(false);
});

test('what is not there cannot be left out', () => {
  expect(apply('missing-thallium')).toBeUndefined();
  expect(apply('missing-all', { age: 60, sex: 'F' })).toBeUndefined();
});

test('a mistaken unit is refused as intake refuses it, or passes with the value of the other unit', () => {
  // 232.02 mg/dL are 6 mmol/L (factor 38.67): read as mg/dL that is below 20, the least that intake takes.
  expect(apply('unit-cholesterol-mmol-l-as-mg-dl')).toEqual({ refused: 'value-impossible' });
  expect(apply('unit-cholesterol-mg-dl-as-mmol-l')).toEqual({ refused: 'value-impossible' });
  // 2 mm are 0.2 mV (10 mm/mV).
  expect(apply('unit-stdepression-mv-as-mm')).toEqual({ row: { ...ROW, stDepression: 0.2 } });
  expect(apply('unit-stdepression-mm-as-mv')).toEqual({ refused: 'value-impossible' });
  expect(apply('unit-stdepression-mm-as-mv', { ...ROW, stDepression: 1 })).toEqual({
    row: { ...ROW, stDepression: 10 },
  });
});

test('values of zero have no unit to be mistaken', () => {
  expect(apply('unit-stdepression-mv-as-mm', { ...ROW, stDepression: 0 })).toBeUndefined();
});

test('errors of measurement have the spread that they are named after', () => {
  const pressure = all.find(({ id }) => id === 'error-restingbloodpressure');
  const cholesterol = all.find(({ id }) => id === 'error-cholesterol');
  const draws = 4000;
  const source = random('draws');
  const values = (of: MeasurementDisturbance | undefined, field: string): number[] =>
    Array.from({ length: draws }, () => {
      const disturbed = of?.apply(ROW, () => source);
      return disturbed !== undefined && 'row' in disturbed ? Number(disturbed.row[field]) : Number.NaN;
    });
  const spread = (of: readonly number[]): readonly [mean: number, deviation: number] => {
    const mean = of.reduce((sum, value) => sum + value, 0) / of.length;
    return [mean, Math.sqrt(of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (of.length - 1))];
  };
  const [pressureMean, pressureDeviation] = spread(values(pressure, 'restingBloodPressure'));
  // Four standard errors: 8 / √4000 = 0.13 of the mean, 8 / √8000 = 0.09 of the deviation; rounding adds 1/12 to the variance.
  expect(Math.abs(pressureMean - 130)).toBeLessThan(0.51);
  expect(Math.abs(pressureDeviation - Math.sqrt(64 + 1 / 12))).toBeLessThan(0.36);
  const [cholesterolMean, cholesterolDeviation] = spread(values(cholesterol, 'cholesterol'));
  expect(Math.abs(cholesterolMean - 232.02)).toBeLessThan(0.45);
  expect(Math.abs(cholesterolDeviation - Math.sqrt((0.03 * 232.02) ** 2 + 1 / 12))).toBeLessThan(0.32);
});
