// One CommonJS file per function folder (Lambda layers ignore ESM), the same bytes wherever and whenever it is built.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { FONT_FILES, FONT_PACKAGE } from '#lib/report/pdf/fonts.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const ONNX_RUNTIME = 'onnxruntime-node';
/** The functions that carry the ONNX runtime layer; no other bundle may ask for it. */
export const INFERENCE_FUNCTIONS: readonly string[] = ['predict', 'audit', 'install'];

/** The function that writes report.pdf. */
const AUDIT_FUNCTION = 'audit';

/** A folder of `functions/` with a handler, and the folder that its bundle was written to. */
export interface FunctionBundle {
  readonly name: string;
  readonly folder: string;
}

/** Bundles every `functions/<name>/handler.ts` into `<outFolder>/<name>/index.js` with its source map. */
export async function bundleFunctions(
  outFolder: string,
  functionsFolder = join(REPOSITORY, 'functions'),
): Promise<readonly FunctionBundle[]> {
  const names = functionNames(functionsFolder);
  // The files are written here and not by esbuild: paths inside a source map must not depend on `outFolder`.
  const outputFolder = join(dirname(functionsFolder), 'dist', 'functions');
  const result = await build({
    absWorkingDir: dirname(functionsFolder),
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, join(functionsFolder, name, 'handler.ts')])),
    outdir: outputFolder,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: [ONNX_RUNTIME],
    // Bundles are CommonJS, which knows no import.meta: where a file stands is asked of Node instead.
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'bundleUrl' },
    logLevel: 'silent',
  });
  refuseStrayRuntimes(result.metafile);
  for (const name of names) {
    rmSync(join(outFolder, name), { recursive: true, force: true });
    mkdirSync(join(outFolder, name), { recursive: true });
  }
  for (const { path, contents } of result.outputFiles) {
    writeFileSync(join(outFolder, basename(dirname(path)), basename(path)), contents);
  }
  carryFonts(join(outFolder, AUDIT_FUNCTION));
  return names.map((name) => ({ name, folder: join(outFolder, name) }));
}

/** The fonts of report.pdf are read from their package, which the bundle keeps beside itself. */
function carryFonts(folder: string): void {
  if (!existsSync(folder)) return;
  const from = join(REPOSITORY, 'node_modules', FONT_PACKAGE);
  const to = join(folder, 'node_modules', FONT_PACKAGE);
  for (const file of ['package.json', 'LICENSE', ...Object.values(FONT_FILES)]) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
  }
}

function functionNames(functionsFolder: string): string[] {
  return readdirSync(functionsFolder)
    .filter((name) => existsSync(join(functionsFolder, name, 'handler.ts')))
    .sort();
}

/** Throws when a bundle asks for the ONNX runtime although its function has no layer for it. */
function refuseStrayRuntimes({ outputs }: Metafile): void {
  for (const [path, { imports }] of Object.entries(outputs)) {
    const name = basename(dirname(path));
    if (!INFERENCE_FUNCTIONS.includes(name) && imports.some((used) => used.path === ONNX_RUNTIME)) {
      throw new Error(
        `bundle of ${name} imports ${ONNX_RUNTIME}, allowed only in ${INFERENCE_FUNCTIONS.join(' and ')}`,
      );
    }
  }
}
