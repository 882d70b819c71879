import type { Chapter } from '../../chapter.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { calibrationDetailSection } from './section.ts';
import { type CalibrationDetail, calibrationDetailOf, shareCalibrationDetail } from './value.ts';
import { calibrationCautions, calibrationMethods } from './words.ts';

const FIGURES = [
  'slope',
  'ici',
  'e50',
  'e90',
  'ece',
  'brier',
  'scaledBrier',
  'reliability',
  'resolution',
  'uncertainty',
] as const;

const HEADERS: Readonly<Record<(typeof FIGURES)[number], string>> = {
  ...{ slope: 'calibration_slope', ici: 'ici', e50: 'e50', e90: 'e90', ece: 'ece_debiased', brier: 'brier' },
  ...{ scaledBrier: 'scaled_brier', reliability: 'reliability', resolution: 'resolution', uncertainty: 'uncertainty' },
};

/** Slope, distances from the diagonal and parts of the Brier score, by hospital and group. */
export const calibrationDetail: Chapter<CalibrationDetail> = {
  title: 'Calibration in detail',
  repeatable: true,
  compute: calibrationDetailOf,
  share: shareCalibrationDetail,
  section: calibrationDetailSection,
  tables: (value) => new Map([['calibration-detail.csv', table(value)]]),
  methods: calibrationMethods,
  cautions: calibrationCautions,
  points: () => [],
};

function table({ wholes, parts }: CalibrationDetail): string {
  const header = [
    'site',
    'sex',
    'age_band_years',
    'device',
    'n',
    'events',
    ...FIGURES.flatMap((name) => figureHeader(HEADERS[name])),
    'p_of_perfect_calibration',
  ];
  const rows = [...wholes, ...parts].map((group): Cell[] => [
    ...[group.site, group.sex, group.ageBand, group.device].map((name) => name ?? 'all'),
    count(group.n),
    count(group.events),
    ...FIGURES.flatMap((name) => figureCells(group[name])),
    group.p,
  ]);
  return csv(header, rows);
}
