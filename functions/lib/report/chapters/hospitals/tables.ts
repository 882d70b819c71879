import type { PooledFigure, PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { isPresent } from '#lib/validation/site-summary.ts';
import { type Cell, csv, figureCells, figureHeader } from '../../csv.ts';
import { isSuppressed } from '../../record.ts';
import type { Hospitals } from './value.ts';
import type { Years } from './years.ts';

/** Every table of the chapter as CSV. */
export function hospitalTables(value: Hospitals): ReadonlyMap<string, string> {
  return new Map([
    ['hospitals-pooled.csv', pooledCsv(value)],
    ['hospitals-sites.csv', sitesCsv(value)],
    ['hospitals-case-mix.csv', caseMixCsv(value)],
    ...(value.years === null ? [] : [['hospitals-years.csv', yearsCsv(value.years)] as const]),
  ]);
}

const name = ({ measure, threshold }: PooledMeasure): Cell[] => [measure, threshold ?? ''];

export function pooledCsv({ measures }: Pick<Hospitals, 'measures'>): string {
  const header = [
    ...['measure', 'threshold', 'scale', 'hospitals', ...figureHeader('pooled'), 'model'],
    ...['prediction_lower', 'prediction_upper', 'i2', 'i2_lower', 'i2_upper', 'tau2', 'tau2_lower', 'tau2_upper'],
    ...['q', 'q_df', 'q_p', 'asymmetry_t', 'asymmetry_df', 'asymmetry_p'],
  ];
  const rows = measures.map((measure): Cell[] => {
    const { scale, sites, pooled, asymmetry } = measure;
    const test =
      'cannotTell' in asymmetry ? [null, null, null] : [asymmetry.t, asymmetry.degreesOfFreedom, asymmetry.p];
    const own =
      'cannotTell' in pooled
        ? [null, null, null, pooled.cannotTell, ...Array<null>(12).fill(null)]
        : pooledCells(pooled);
    return [...name(measure), scale, sites.length, ...own, ...test];
  });
  return csv(header, rows);
}

function pooledCells({ estimate, lower, upper, model, prediction, iSquared, tauSquared, q }: PooledFigure): Cell[] {
  return [
    ...[estimate, lower, upper, null, model],
    ...[prediction?.lower ?? null, prediction?.upper ?? null],
    ...[iSquared?.estimate ?? null, iSquared?.lower ?? null, iSquared?.upper ?? null],
    ...[tauSquared.estimate, tauSquared.lower, tauSquared.upper],
    ...[q?.value ?? null, q?.degreesOfFreedom ?? null, q?.p ?? null],
  ];
}

export function sitesCsv({ measures }: Pick<Hospitals, 'measures'>): string {
  const header = [
    ...[
      'measure',
      'threshold',
      'site',
      'estimate',
      'lower',
      'upper',
      'standard_error_on_scale',
      'n',
      'corrected',
      'weight',
    ],
    ...[
      'without_estimate',
      'without_lower',
      'without_upper',
      'without_tau2',
      'studentized_residual',
      'dffits',
      'cooks_distance',
    ],
    ...['influential', 'left_out_because'],
  ];
  const rows = measures.flatMap((measure): Cell[][] => [
    ...measure.sites.map((site): Cell[] => {
      const { without } = site;
      const others: Cell[] =
        without === null
          ? Array<null>(8).fill(null)
          : [
              ...[without.estimate, without.lower, without.upper, without.tauSquared],
              ...[without.studentizedResidual, without.dffits, without.cooksDistance],
              without.influential === null ? null : String(without.influential),
            ];
      const own = [
        site.site,
        site.estimate,
        site.lower,
        site.upper,
        site.standardError,
        site.n,
        String(site.corrected),
        site.weight,
      ];
      return [...name(measure), ...own, ...others, null];
    }),
    ...measure.leftOut.map(({ site, why }): Cell[] => [...name(measure), site, ...Array<null>(15).fill(null), why]),
  ]);
  return csv(header, rows);
}

function caseMixCsv({ summaries }: Hospitals): string {
  const header = ['site', ...['benchmark', 'auroc_less_benchmark', 'benchmark_recalibrated'].flatMap(figureHeader)];
  const rows = summaries.map(({ site, caseMix }): Cell[] => {
    if (!isPresent(caseMix)) return [site, null, null, null, caseMix.absent, ...Array<null>(8).fill(null)];
    return [site, ...[caseMix.benchmark, caseMix.excess, caseMix.recalibrated].flatMap(figureCells)];
  });
  return csv(header, rows);
}

function yearsCsv({ all, bySite }: Years): string {
  const header = ['site', 'year', 'n', 'events', ...['auroc', 'observed_expected'].flatMap(figureHeader)];
  const rows = [all, bySite].flatMap((part) =>
    isSuppressed(part)
      ? []
      : (part as Exclude<Years['all'], { suppressed: true }>).map(
          ({ site, year, n, events, auroc, observedExpected }): Cell[] => [
            ...[site ?? 'all', year, n, events],
            ...[auroc, observedExpected].flatMap(figureCells),
          ],
        ),
  );
  return csv(header, rows);
}
