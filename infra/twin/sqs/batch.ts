// Batches: up to ten entries, each with its own outcome.
import { batchRefused, missingParameter, SqsError } from './errors.ts';
import { checkFields, type Parameters, text } from './parameters.ts';

const MAXIMUM_ENTRIES = 10;

/** As in AWS, a list that would be empty is left out. */
export interface BatchResult {
  readonly Successful?: readonly object[];
  readonly Failed?: readonly object[];
}

/** Checks the entries of a batch request as a whole; `fields` are those that an entry may have besides its Id. */
export function parseEntries(parameters: Parameters, fields: readonly string[]): readonly Parameters[] {
  const found = parameters.Entries;
  if (!Array.isArray(found)) throw missingParameter('Entries');
  if (found.length === 0) throw batchRefused('EmptyBatchRequest', 'There should be at least one entry in the request');
  if (found.length > MAXIMUM_ENTRIES) {
    throw batchRefused(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAXIMUM_ENTRIES}. You have sent ${found.length}`,
    );
  }
  const entries = found.map((entry: unknown) => checkFields(entry, ['Id', ...fields]));
  const ids = new Set<string>();
  for (const entry of entries) {
    const id = text(entry, 'Id');
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw batchRefused(
        'InvalidBatchEntryId',
        'A batch entry id can only contain 1 to 80 letters, digits, hyphens and underscores',
      );
    }
    if (ids.has(id)) throw batchRefused('BatchEntryIdsNotDistinct', `Id ${id} repeated`);
    ids.add(id);
  }
  return entries;
}

/** Runs each entry by itself: what SQS refuses is reported under its Id, anything else is thrown. */
export function runEntries(entries: readonly Parameters[], run: (entry: Parameters) => object): BatchResult {
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    const Id = text(entry, 'Id');
    try {
      successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { ...(successful.length > 0 && { Successful: successful }), ...(failed.length > 0 && { Failed: failed }) };
}
