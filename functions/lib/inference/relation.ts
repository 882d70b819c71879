// Which weights may judge a payload, and what the score then proves.
import type { Relation } from '#functions/study.ts';
import type { ModelContract, ModelFile } from './contract.ts';

export interface Judge {
  readonly file: string;
  readonly relation: Relation;
}

/**
 * Chooses weights by payload hash: the final ones for a payload that training never saw (external); for one that it saw, the fold
 * that left its site out (left-out-site); the final ones, honestly called apparent, where no fold left out every site that has it.
 */
export function judgeChooser(contract: ModelContract): (payloadHash: string) => Judge {
  const sitesOf = trainingSites(contract);
  const final = fileOf(contract, (entry) => entry.role === 'final') as ModelFile;
  return (payloadHash) => {
    const sites = sitesOf.get(payloadHash);
    if (sites === undefined) return { file: final.file, relation: 'external' };
    const fold =
      sites.size === 1 ? fileOf(contract, (entry) => entry.role === 'fold' && sites.has(entry.leftOut)) : undefined;
    return fold ? { file: fold.file, relation: 'left-out-site' } : { file: final.file, relation: 'apparent' };
  };
}

const fileOf = (contract: ModelContract, wanted: (entry: ModelFile) => boolean): ModelFile | undefined =>
  contract.files.find(wanted);

function trainingSites(contract: ModelContract): ReadonlyMap<string, ReadonlySet<string>> {
  const sites = new Map<string, Set<string>>();
  for (const [site, hashes] of Object.entries(contract.training.groups)) {
    for (const hash of hashes) sites.set(hash, (sites.get(hash) ?? new Set()).add(site));
  }
  return sites;
}
