// DejaVu Sans: PDF/UA asks for embedded fonts, and reports write ≥, −, τ and χ.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Files that a bundle of the audit function carries along (infra/bundle.ts). */
export const FONT_PACKAGE = 'dejavu-fonts-ttf';
export const FONT_FILES = { plain: 'ttf/DejaVuSansCondensed.ttf', bold: 'ttf/DejaVuSansCondensed-Bold.ttf' } as const;

export type FontName = keyof typeof FONT_FILES;

/** Both fonts, as bytes. */
export async function readFonts(): Promise<Readonly<Record<FontName, Uint8Array>>> {
  const require = createRequire(import.meta.url);
  const read = (file: string) => readFile(require.resolve(`${FONT_PACKAGE}/${file}`));
  const [plain, bold] = await Promise.all([read(FONT_FILES.plain), read(FONT_FILES.bold)]);
  return { plain, bold };
}
