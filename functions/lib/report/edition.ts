// What every kind of report says of its edition and of where it comes from, in the same words.
import type { VNode } from 'preact';
import { element } from './element.ts';

export interface Edition {
  readonly audience: 'internal' | 'shareable';
  /** Small cells are not hidden. */
  readonly publicData: boolean;
}

/** What a report of a table or a reader study was made from and by. */
export interface TableProvenance {
  readonly command: string;
  readonly software: string;
  /** Of what was drawn at random, from the hashes of the inputs; left out where nothing was. */
  readonly seed?: string;
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
}

export type ProvenanceLine = readonly [term: string, text: VNode | string];

export function audienceWords({ audience, publicData }: Edition): string {
  if (publicData) return 'Public data: no cell is hidden.';
  return audience === 'internal'
    ? 'Internal edition: not to leave the hospitals.'
    : 'Shareable edition: counts of 1 to 10 and their complements are hidden.';
}

export const hashLine = (name: string, sha256: string): ProvenanceLine => [
  name,
  element('code', null, `sha256 ${sha256}`),
];

export const provenanceLines = ({ command, software, seed, inputs }: TableProvenance): ProvenanceLine[] => [
  ...inputs.map(({ name, sha256 }) => hashLine(name, sha256)),
  ['Software', software],
  ...(seed === undefined ? [] : [['Seed of what was drawn at random', seed] as const]),
  ['Command', element('code', null, command)],
];

export function provenanceList(lines: readonly ProvenanceLine[]): VNode {
  return element(
    'dl',
    null,
    lines.flatMap(([term, text]) => [element('dt', null, term), element('dd', null, text)]),
  );
}
