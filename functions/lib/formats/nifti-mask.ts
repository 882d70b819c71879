import { gunzipSync } from 'node:zlib';
import { isNIFTI, NIFTI1, type NIFTI2, readHeader } from 'nifti-reader-js';
import type { Spacing } from '#lib/validation/segmentation/mask.ts';

/** A segmentation with whole numbers for its structures, 0 outside; x fastest. */
export interface LabelVolume {
  readonly labels: Uint16Array;
  readonly size: readonly [x: number, y: number, z: number];
  /** Millimetres between neighbours; undefined where the file names no unit. */
  readonly spacing: Spacing | undefined;
  /** Steps of the grid as the file writes them, whatever their unit. */
  readonly steps: readonly [x: number, y: number, z: number];
  /** Where the grid lies, row by row; undefined where the file does not say. */
  readonly affine: readonly number[] | undefined;
}

/** Why bytes are no mask: never a bug, always something to say about the file. */
export class UnusableMask extends Error {
  override readonly name = 'UnusableMask';
}

const LARGEST_VOLUME_BYTES = 1 << 30;
const LARGEST_LABEL = 65535;
/** Millimetres of the units of NIfTI-1 (xyzt_units). */
const UNIT_MM: Readonly<Record<number, number>> = { 1: 1000, 2: 1, 3: 0.001 };

/** Reads a NIfTI-1 or -2 file (one file, gzip or not) of labels; throws `UnusableMask` with what was found. */
export function readMask(bytes: Uint8Array): LabelVolume {
  const plain = unzipped(bytes);
  const buffer = plain.buffer.slice(plain.byteOffset, plain.byteOffset + plain.byteLength) as ArrayBuffer;
  if (!isNIFTI(buffer)) throw new UnusableMask('found no NIfTI file, allowed .nii and .nii.gz');
  const header = headerOf(buffer);
  const [dimensions, x, y = 1, z = 1, ...more] = header.dims;
  if (dimensions < 2 || more.slice(0, dimensions - 3).some((length) => length > 1))
    throw new UnusableMask(`found ${dimensions} dimensions, allowed a picture or a volume`);
  const size = [x, y, dimensions < 3 ? 1 : z] as const;
  const voxels = size[0] * size[1] * size[2];
  if (!size.every((length) => length >= 1))
    throw new UnusableMask(`found a grid of ${size.join(' × ')}, allowed at least one voxel`);
  const read = VOXELS[header.datatypeCode];
  if (read === undefined)
    throw new UnusableMask(`found data type ${header.datatypeCode}, allowed whole numbers and floats`);
  const start = header.vox_offset;
  if (!(Number.isInteger(start) && start >= 0) || start + voxels * read.bytes > buffer.byteLength)
    throw new UnusableMask(`found ${buffer.byteLength} bytes, allowed ${start + voxels * read.bytes} or more`);
  // The package's own cut of the picture goes by the bits per voxel, which a file may state otherwise than its data type.
  const labels = labelsOf(header, new DataView(buffer, start), voxels, read);
  const steps = header.pixDims.slice(1, 4).map((step, axis) => (axis < dimensions ? Math.abs(step) : 1));
  return { labels, size, ...placeOf(header, steps) };
}

type Header = NIFTI1 | NIFTI2;

function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_VOLUME_BYTES });
  } catch (error) {
    throw new UnusableMask('found gzip that cannot be unpacked, allowed up to 1 GiB', { cause: error });
  }
}

function headerOf(buffer: ArrayBuffer): Header {
  try {
    return readHeader(buffer);
  } catch (error) {
    throw new UnusableMask('found a NIfTI header that cannot be read', { cause: error });
  }
}

interface VoxelReader {
  readonly bytes: number;
  readonly at: (view: DataView, offset: number, littleEndian: boolean) => number;
}

const VOXELS: Readonly<Record<number, VoxelReader>> = {
  [NIFTI1.TYPE_UINT8]: { bytes: 1, at: (view, offset) => view.getUint8(offset) },
  [NIFTI1.TYPE_INT8]: { bytes: 1, at: (view, offset) => view.getInt8(offset) },
  [NIFTI1.TYPE_INT16]: { bytes: 2, at: (view, offset, little) => view.getInt16(offset, little) },
  [NIFTI1.TYPE_UINT16]: { bytes: 2, at: (view, offset, little) => view.getUint16(offset, little) },
  [NIFTI1.TYPE_INT32]: { bytes: 4, at: (view, offset, little) => view.getInt32(offset, little) },
  [NIFTI1.TYPE_UINT32]: { bytes: 4, at: (view, offset, little) => view.getUint32(offset, little) },
  [NIFTI1.TYPE_FLOAT32]: { bytes: 4, at: (view, offset, little) => view.getFloat32(offset, little) },
  [NIFTI1.TYPE_FLOAT64]: { bytes: 8, at: (view, offset, little) => view.getFloat64(offset, little) },
};

/** Voxels times slope plus intercept, as the header says (0 and not finite: none); labels are whole numbers from 0. */
function labelsOf(
  { scl_slope, scl_inter, littleEndian }: Header,
  view: DataView,
  voxels: number,
  { bytes, at }: VoxelReader,
) {
  const isScaled = Number.isFinite(scl_slope) && scl_slope !== 0;
  const [slope, intercept] = isScaled ? [scl_slope, Number.isFinite(scl_inter) ? scl_inter : 0] : [1, 0];
  const labels = new Uint16Array(voxels);
  for (let i = 0; i < voxels; i++) {
    const value = at(view, i * bytes, littleEndian) * slope + intercept;
    if (!(Number.isInteger(value) && value >= 0 && value <= LARGEST_LABEL))
      throw new UnusableMask(`voxel ${i}: found no label, allowed whole numbers from 0 to ${LARGEST_LABEL}`);
    labels[i] = value;
  }
  return labels;
}

/** Spacing in mm by the unit of the header; where the grid lies, where a transform is coded. */
function placeOf({ xyzt_units, affine, sform_code, qform_code }: Header, steps: readonly number[]) {
  const mm = UNIT_MM[xyzt_units & NIFTI1.SPATIAL_UNITS_MASK];
  const usable = steps.every((step) => step > 0 && step < Infinity);
  const [x, y, z] = steps;
  const isPlaced = sform_code > 0 || qform_code > 0;
  return {
    steps: [x, y, z] as const,
    spacing: mm === undefined || !usable ? undefined : ([x * mm, y * mm, z * mm] as const),
    affine: isPlaced ? affine.flat() : undefined,
  };
}
