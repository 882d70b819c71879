import type { Chapter } from '../../chapter.ts';
import { crudeGroup } from '../../groups.ts';
import { hospitalsSection } from './section.ts';
import { hospitalTables } from './tables.ts';
import { type Hospitals, hospitalsOf, shareHospitals } from './value.ts';
import { hospitalCautions, hospitalMethods, hospitalPoints } from './words.ts';

/** Differences between hospitals: pooled figures, influence, case-mix, small against large, year by year. */
export const hospitals: Chapter<Hospitals> = {
  title: 'Between hospitals',
  repeatable: true,
  compute: hospitalsOf,
  share: shareHospitals,
  section: (value, { primary }) => hospitalsSection(value, crudeGroup(primary)?.auroc),
  tables: hospitalTables,
  methods: hospitalMethods,
  cautions: hospitalCautions,
  points: hospitalPoints,
};
