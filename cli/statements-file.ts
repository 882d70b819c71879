import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { RefusedInput } from '#functions/errors.ts';
import { checkStatements } from '#lib/report/checklists/checklists.ts';

/** What only people can say of a study, by topic, from a YAML or JSON file; refuses topics that no checklist asks for. */
export async function statementsIn(file: string): Promise<Readonly<Record<string, string>>> {
  const source = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`statements: found no file that can be read (${error.code}), expected YAML or JSON`);
  });
  const statements = parsed(source);
  if (typeof statements !== 'object' || statements === null || Array.isArray(statements))
    throw new RefusedInput('statements: found no topics, expected lines such as "funding: None"');
  const wrong = Object.entries(statements).find(([, text]) => typeof text !== 'string' || text.trim() === '');
  if (wrong !== undefined)
    throw new RefusedInput(`statements: found ${wrong[0]} without a sentence, expected one such as "funding: None"`);
  checkStatements(statements as Record<string, string>);
  return statements as Record<string, string>;
}

function parsed(source: string): unknown {
  try {
    return parse(source);
  } catch (error) {
    throw new RefusedInput(`statements: found ${error instanceof Error ? error.message : 'no YAML'}, expected YAML`);
  }
}
