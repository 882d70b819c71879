// Which weights may judge a payload, and what the score then proves.
import type { Relation } from '#functions/study.ts';
import { isEcgContract, type ModelContract } from './contract.ts';
import type { ModelFile } from './contract-parts.ts';

export interface Judge {
  readonly file: string;
  readonly relation: Relation;
}

/**
 * Chooses weights by the hashes of what the model reads of a study: the final ones where training saw none of them (external);
 * where it did, the fold that left their group out (left-out-site where groups are sites, else left-out-fold); the final ones,
 * honestly called apparent, where no fold left out every group that has one of them.
 */
export function judgeChooser(contract: ModelContract): Chooser {
  const chooser = known.get(contract) ?? createChooser(contract);
  known.set(contract, chooser);
  return chooser;
}

type Chooser = (...payloadHashes: readonly string[]) => Judge;

/** Thousands of hashes are sorted into groups once per contract, not once per study. */
const known = new WeakMap<ModelContract, Chooser>();

function createChooser(contract: ModelContract): Chooser {
  const groupsOf = trainingGroups(contract);
  const final = fileOf(contract, (entry) => entry.role === 'final') as ModelFile;
  const left: Relation =
    isEcgContract(contract) && contract.training.foldsBy === 'recording' ? 'left-out-fold' : 'left-out-site';
  return (...payloadHashes) => {
    const groups = new Set(payloadHashes.flatMap((hash) => [...(groupsOf.get(hash) ?? [])]));
    if (groups.size === 0) return { file: final.file, relation: 'external' };
    const fold =
      groups.size === 1 ? fileOf(contract, (entry) => entry.role === 'fold' && groups.has(entry.leftOut)) : undefined;
    return fold ? { file: fold.file, relation: left } : { file: final.file, relation: 'apparent' };
  };
}

const fileOf = (contract: ModelContract, wanted: (entry: ModelFile) => boolean): ModelFile | undefined =>
  contract.files.find(wanted);

function trainingGroups(contract: ModelContract): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const [group, hashes] of Object.entries(contract.training.groups)) {
    for (const hash of hashes) groups.set(hash, (groups.get(hash) ?? new Set()).add(group));
  }
  return groups;
}
