import { readFile } from 'node:fs/promises';
import { RefusedInput } from '#functions/errors.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { Report } from '#lib/report/record.ts';

/** What the last audit kept of its people, from its internal report.json; refuses a report of another model, or one that kept nothing. */
export async function referenceIn(file: string, { model }: Cohort): Promise<NonNullable<Cohort['reference']>> {
  const source = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`reference: found no file that can be read (${error.code}), expected internal/report.json`);
  });
  const report = parsed(source);
  const { name, version } = report.model ?? {};
  if (name !== model.name)
    throw new RefusedInput(`reference: found a report of model ${name ?? 'none'}, allowed ${model.name}`);
  const populations = report.chapters?.drift?.summaries;
  if (!Array.isArray(populations))
    throw new RefusedInput(
      'reference: found no summary of people, allowed internal/report.json with a chapter of drift',
    );
  return { report: `${report.cohort?.name ?? 'unnamed'}, ${name} ${version}`, populations };
}

function parsed(source: string): Partial<Report> {
  try {
    return JSON.parse(source) as Partial<Report>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RefusedInput('reference: found no JSON, expected internal/report.json', { cause: error });
  }
}
