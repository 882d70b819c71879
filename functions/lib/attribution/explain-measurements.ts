// Each measured value left out in turn, as if it had not been measured: models of measurements say themselves what they make of that.
import type { Measurements } from '#functions/study.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { measurementsAbstention } from '#lib/inference/measurements-abstention.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import { measurementsScores } from '#lib/inference/measurements-scores.ts';
import type { LoadedModel } from '#lib/inference/sessions.ts';
import { type Occlusion, occlude } from './occlusion.ts';

/** By the weights that judged the row; what the model requires, such as age and sex, is never left out. */
export async function explainMeasurements(
  model: LoadedModel<MeasurementsContract>,
  { file, measurements }: Pick<AnalysedRow, 'measurements'> & { readonly file: string },
): Promise<Occlusion | undefined> {
  const { contract } = model;
  const session = await model.session(file);
  const ask = async (row: Measurements): Promise<number | null> => {
    if (measurementsAbstention(contract, row) !== undefined) return null;
    const [score] = await measurementsScores(contract, session, [row]);
    return score;
  };
  const score = await ask(measurements);
  if (score === null) return undefined;
  const optional = contract.accepts.fields.filter(
    ({ name, required }) => required !== true && measurements[name] !== undefined,
  );
  return occlude(
    score,
    optional.map(({ name }) => name),
    (left) => ask(Object.fromEntries(Object.entries(measurements).filter(([name]) => !left.has(name)))),
  );
}
