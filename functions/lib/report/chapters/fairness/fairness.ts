// Chapter "Fairness": groups compared with each other, by tests that are corrected for their number.
import type { Chapter } from '../../chapter.ts';
import { computeFairness } from './compute.ts';
import { fairnessCautions, fairnessMethods, fairnessPoints } from './methods.ts';
import { fairnessSection } from './section.ts';
import { shareFairness } from './share.ts';
import { fairnessTables } from './tables.ts';
import type { FairnessValue } from './value.ts';

export const fairness: Chapter<FairnessValue> = {
  title: 'Fairness: gaps between groups',
  repeatable: true,
  compute: computeFairness,
  share: shareFairness,
  section: fairnessSection,
  tables: fairnessTables,
  methods: fairnessMethods,
  cautions: fairnessCautions,
  points: fairnessPoints,
};
