import { createHash } from 'node:crypto';
import { RefusedInput } from '#functions/errors.ts';
import { type LabelVolume, readMask, UnusableMask } from '#lib/formats/nifti-mask.ts';
import { compareStructure, type StructureComparison } from '#lib/validation/segmentation/compare-structure.ts';
import type { Spacing } from '#lib/validation/segmentation/mask.ts';
import { type Columns, columnOf } from '../readers/columns.ts';
import type { CellState } from './answers-table.ts';
import type { SegmentationDescription } from './description.ts';
import { type EvaluatedStudies, evaluatedStudies, type ReferenceFault } from './evaluated-studies.ts';

/** The bytes of a mask by its path in the table; undefined where there is no such file. */
export type MaskSource = (path: string) => Promise<Uint8Array | undefined>;

/** Masks of the studies that have both, compared structure by structure. */
export interface SegmentationAnswers {
  readonly description: SegmentationDescription;
  readonly studies: EvaluatedStudies;
  /** [study][structure] in the order of the description. */
  readonly comparisons: readonly (readonly StructureComparison[])[];
  /** Studies whose masks name no unit of their spacing, so that they have no distances. */
  readonly withoutSpacing: number;
  /** How many masks were read, and one hash over the paths and hashes of all of them. */
  readonly masks: { readonly files: number; readonly sha256: string };
}

interface Compared {
  readonly answer: CellState;
  readonly reference: CellState | ReferenceFault;
  readonly comparison: readonly StructureComparison[];
  readonly isSpaced: boolean;
}

/** Reads and compares the masks of every row, one study at a time. */
export async function segmentationAnswers(
  description: SegmentationDescription,
  table: Columns,
  source: MaskSource,
): Promise<SegmentationAnswers> {
  const { columns } = description;
  const paths = [columnOf(table, columns.answer), columnOf(table, columns.reference)];
  const hashes: string[] = [];
  const compared: Compared[] = [];
  for (let row = 0; row < table.rows; row++) {
    const [answer, reference] = await Promise.all(
      paths.map(async (column) => {
        const mask = await maskAt(column[row], source);
        if (mask.sha256 !== undefined) hashes.push(`${column[row]} ${mask.sha256}\n`);
        return mask;
      }),
    );
    compared.push(compare(description, answer, reference));
  }
  refuseUnreadable(table, compared);
  const studies = evaluatedStudies(description, table, {
    answer: (row) => compared[row].answer,
    reference: (row) => compared[row].reference,
    content: [columns.answer, columns.reference],
  });
  const own = Array.from(studies.rows, (row) => compared[row]);
  return {
    ...{ description, studies },
    comparisons: own.map(({ comparison }) => comparison),
    withoutSpacing: own.filter(({ isSpaced }) => !isSpaced).length,
    masks: { files: hashes.length, sha256: createHash('sha256').update(hashes.sort().join('')).digest('hex') },
  };
}

interface ReadMask {
  readonly state: CellState;
  readonly volume?: LabelVolume;
  readonly sha256?: string;
}

async function maskAt(path: string, source: MaskSource): Promise<ReadMask> {
  if (path === '') return { state: 'missing' };
  const bytes = await source(path);
  if (bytes === undefined) return { state: 'unreadable' };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { state: 'there', volume: readMask(bytes), sha256 };
  } catch (error) {
    if (error instanceof UnusableMask) return { state: 'unreadable', sha256 };
    throw error;
  }
}

function compare(description: SegmentationDescription, answer: ReadMask, reference: ReadMask): Compared {
  const [first, second] = [answer.volume, reference.volume];
  if (first === undefined || second === undefined)
    return { answer: answer.state, reference: reference.state, comparison: [], isSpaced: false };
  if (!sameGrid(first, second)) return { answer: 'there', reference: 'grids-differ', comparison: [], isSpaced: false };
  const spacing = spacingOf(description, first, second);
  const { structures, toleranceMm } = description;
  return {
    answer: 'there',
    reference: 'there',
    comparison: structures.map(({ value }) => compareStructure(first, second, value, { spacing, toleranceMm })),
    isSpaced: spacing !== undefined,
  };
}

const UNIT_MM = { mm: 1, micron: 0.001, m: 1000 } as const;

/** By the files, or, where neither names a unit, in the unit that the description states. */
function spacingOf(
  { spacingUnit }: SegmentationDescription,
  first: LabelVolume,
  second: LabelVolume,
): Spacing | undefined {
  const named = first.spacing ?? second.spacing;
  if (named !== undefined || spacingUnit === undefined) return named;
  const [x, y, z] = first.steps.map((step) => step * UNIT_MM[spacingUnit]);
  return [x, y, z].every((step) => step > 0) ? [x, y, z] : undefined;
}

/** Largest difference of two grids that still counts as rounding, of the size of a voxel. */
const ROUNDING = 1e-3;

function sameGrid(first: LabelVolume, second: LabelVolume): boolean {
  if (first.size.join() !== second.size.join()) return false;
  const step = Math.min(...first.steps);
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= ROUNDING * Math.max(step, Number.EPSILON);
  if (!first.steps.every((value, axis) => near(value, second.steps[axis]))) return false;
  const { affine } = first;
  return (
    affine === undefined ||
    second.affine === undefined ||
    affine.every((value, i) => near(value, second.affine?.[i] ?? value))
  );
}

/** A wrong folder makes every mask unreadable: that is refused, single ones are counted. */
function refuseUnreadable(table: Columns, compared: readonly Compared[]): void {
  const tried = compared.filter(({ answer, reference }) => answer !== 'missing' || reference !== 'missing');
  if (tried.length > 0 && tried.every(({ answer }) => answer === 'unreadable'))
    throw new RefusedInput(
      `${table.file}: found no mask that can be read, allowed NIfTI files with paths from the folder of the table`,
    );
}
