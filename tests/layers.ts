// The import rules of the rooms (docs/architecture.md), read from import lines.
import { posix } from 'node:path';

/** Everything that this source imports, as paths from the repository's root or as package names. */
export function importsOf(file: string, source: string): readonly string[] {
  const lines = source.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?(?:\bfrom\s*)?['"]([^'"\n]+)['"]/g);
  const dynamic = source.matchAll(/\bimport\(\s*['"]([^'"\n]+)['"]/g);
  return [...lines, ...dynamic].map((match) => resolved(file, match[1] as string));
}

function resolved(file: string, specifier: string): string {
  if (specifier.startsWith('#lib/')) return `functions/lib/${specifier.slice('#lib/'.length)}`;
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
}

interface Rule {
  readonly says: string;
  readonly forbids: (from: string, to: string) => boolean;
}

const CLOUD_PACKAGE = /^(@aws-sdk|@smithy|@middy|@aws-lambda-powertools)\//;

/** `route` of `functions/route/…`; undefined in lib and for the files beside the steps. */
const stepOf = (path: string): string | undefined => /^functions\/(?!lib\/)([^/]+)\//.exec(path)?.[1];
const isLib = (path: string): boolean => path.startsWith('functions/lib/');
const isHandler = (path: string): boolean => /^functions\/[^/]+\/handler\.ts$/.test(path);
const isOutside = (path: string): boolean => /^(infra|tests|bench)\//.test(path);

const RULES: readonly Rule[] = [
  { says: 'lib imports no step', forbids: (from, to) => isLib(from) && stepOf(to) !== undefined },
  {
    says: 'a step imports no other step',
    forbids: (from, to) => stepOf(from) !== undefined && stepOf(to) !== undefined && stepOf(from) !== stepOf(to),
  },
  {
    says: 'only lib/aws imports cloud packages',
    forbids: (from, to) =>
      CLOUD_PACKAGE.test(to) && !from.startsWith('functions/lib/aws/') && (!isOutside(from) || isTwin(from)),
  },
  {
    says: 'only lib/inference/session.ts imports onnxruntime',
    forbids: (from, to) => /^onnxruntime/.test(to) && from !== 'functions/lib/inference/session.ts',
  },
  {
    says: 'only handlers and cli import lib/aws and lib/local',
    forbids: (from, to) => {
      const room = /^functions\/lib\/(aws|local)\//.exec(to)?.[0];
      if (room === undefined || from.startsWith(room)) return false;
      return !isHandler(from) && !from.startsWith('cli/') && !isOutside(from);
    },
  },
];

const isTwin = (path: string): boolean => path.startsWith('infra/twin/');

/** Broken rules of one file, as `<file>: <rule>: <import>`. */
export const brokenRules = (file: string, source: string): readonly string[] =>
  importsOf(file, source).flatMap((to) =>
    RULES.filter(({ forbids }) => forbids(file, to)).map(({ says }) => `${file}: ${says}: ${to}`),
  );
