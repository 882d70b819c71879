import type { AnalysedRow, SilentRow } from '#lib/cohort/select.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { clustersOf, MINIMUM_ROWS, seenShare } from './measure.ts';
import type { Figure, SilenceResult } from './record.ts';

type Thresholds = ModelContract['thresholds'];
type Labelled = AnalysedRow | SilentRow;

/**
 * The labelled studies with those on which the model kept silent, by site and in one heap: how often it was silent, and what is
 * found and cleared of all of them. A study without an answer counts as neither found nor cleared (intention to diagnose,
 * doi:10.1136/bmj.e6717). Empty where there was no silence.
 */
export function silenceOf(
  rows: readonly AnalysedRow[],
  silent: readonly SilentRow[],
  sites: readonly string[],
  thresholds: Thresholds,
): SilenceResult[] {
  if (silent.length === 0) return [];
  const all: readonly Labelled[] = [...rows, ...silent];
  const bySite = Map.groupBy(all, ({ site }) => site);
  const occupied = sites.flatMap((site) => {
    const here = bySite.get(site);
    return here === undefined ? [] : [silenceResult(site, here, thresholds)];
  });
  return [...occupied, silenceResult(null, all, thresholds)];
}

const isSilent = (row: Labelled): row is SilentRow => 'reason' in row;

function silenceResult(site: string | null, rows: readonly Labelled[], thresholds: Thresholds): SilenceResult {
  const events = rows.filter(({ label }) => label === 1);
  const others = rows.filter(({ label }) => label === 0);
  const positive = (at: Thresholds[number]) => (row: Labelled) =>
    !isSilent(row) && row.score >= thresholdOf(at, row.file);
  const negative = (at: Thresholds[number]) => (row: Labelled) =>
    !isSilent(row) && row.score < thresholdOf(at, row.file);
  return {
    site,
    events: events.length,
    nonEvents: others.length,
    silentEvents: events.filter(isSilent).length,
    silentNonEvents: others.filter(isSilent).length,
    silentShareOfEvents: share(events, isSilent),
    silentShareOfNonEvents: share(others, isSilent),
    thresholds: thresholds.map((at) => ({
      name: at.name,
      sensitivity: share(events, positive(at)),
      specificity: share(others, negative(at)),
    })),
  };
}

/** The share of the rows that pass, people being clusters. */
function share(rows: readonly Labelled[], passes: (row: Labelled) => boolean): Figure {
  const outcomes = Uint8Array.from(rows, (row) => Number(passes(row)));
  const figure = clusteredProportion(outcomes, clustersOf(rows), { minimumRows: MINIMUM_ROWS });
  return seenShare(
    figure,
    outcomes.reduce((sum, value) => sum + value, 0),
    rows.length,
  );
}
