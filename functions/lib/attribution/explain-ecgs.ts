// Each stretch of an ECG made flat in turn, in all leads that the model reads.
import { createHash } from 'node:crypto';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { decodeEcg, type StoredLead } from '#lib/formats/ecg-object.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import type { LoadedModel } from '#lib/inference/sessions.ts';
import { leadsRead, outcomeOf } from '#lib/robustness/rerun-ecgs.ts';
import { type Occlusion, occlude } from './occlusion.ts';

/** Stretches are of a second, in longer recordings as long as it takes that there are no more than these. */
const MOST_STRETCHES = 30;

/** By the weights that judged it; undefined where the object is not the one that was judged, or the model now keeps silent. */
export async function explainEcg(
  model: LoadedModel<EcgContract>,
  row: AnalysedRow,
  object: Uint8Array,
): Promise<Occlusion | undefined> {
  if (createHash('sha256').update(object).digest('hex') !== row.measurements.signal) return undefined;
  const leads = decodeEcg(object);
  const read = new Set(leadsRead(model, leads));
  const ask = async (ecg: readonly StoredLead[]): Promise<number | null> => {
    const outcome = await outcomeOf(model, row, ecg);
    return 'score' in outcome ? outcome.score : null;
  };
  const score = await ask(leads);
  if (score === null) return undefined;
  const stretches = stretchesOf(leads.filter(({ name }) => read.has(name)));
  const without = (left: ReadonlySet<string>) =>
    leads.map((lead) =>
      read.has(lead.name)
        ? flattened(
            lead,
            stretches.filter(({ name }) => left.has(name)),
          )
        : lead,
    );
  return occlude(
    score,
    stretches.map(({ name }) => name),
    (left) => ask(without(left)),
  );
}

interface Stretch {
  readonly name: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Stretches of the same length, a second or a little more; none of a recording too short for two. */
function stretchesOf(leads: readonly StoredLead[]): Stretch[] {
  const seconds = Math.min(...leads.map(({ samplesMv, samplingRateHz }) => samplesMv.length / samplingRateHz));
  if (!(seconds >= 2) || seconds === Number.POSITIVE_INFINITY) return [];
  const count = Math.min(MOST_STRETCHES, Math.floor(seconds));
  const length = seconds / count;
  return Array.from({ length: count }, (_, n) => {
    const [fromSeconds, toSeconds] = [n * length, (n + 1) * length];
    return { name: `${fromSeconds.toFixed(1)} to ${toSeconds.toFixed(1)} s`, fromSeconds, toSeconds };
  });
}

/** The lead with these stretches at its median, the level between beats; missing samples stay missing. */
function flattened(lead: StoredLead, stretches: readonly Stretch[]): StoredLead {
  const { samplesMv, samplingRateHz } = lead;
  const level = medianOf(samplesMv);
  const flat = samplesMv.slice();
  for (const { fromSeconds, toSeconds } of stretches) {
    const [from, to] = [fromSeconds, toSeconds].map((seconds) => Math.round(seconds * samplingRateHz));
    for (let place = from; place < Math.min(to, flat.length); place++)
      if (!Number.isNaN(flat[place])) flat[place] = level;
  }
  return { ...lead, samplesMv: flat };
}

function medianOf(samples: Float32Array): number {
  const valid = samples.filter((sample) => !Number.isNaN(sample)).sort();
  return valid.length === 0 ? 0 : valid[Math.floor(valid.length / 2)];
}
