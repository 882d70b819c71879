// The ONNX runtime as a Lambda layer: the JavaScript that is loaded and the CPU binaries of one Linux architecture.
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export type Architecture = 'x86_64' | 'arm64';

/** Lambda allows 250 MB for code and layers together and loads less faster: growth of the runtime must be noticed. */
export const LAYER_LIMIT_BYTES = 50_000_000;

const NODE_ARCHITECTURE: Readonly<Record<Architecture, string>> = { x86_64: 'x64', arm64: 'arm64' };

/** Stages the layer below `folder` (`nodejs/node_modules/…`, where Lambda looks); returns its size in bytes, unzipped. */
export function stageRuntimeLayer(folder: string, architecture: Architecture): number {
  rmSync(folder, { recursive: true, force: true });
  for (const [packageName, files] of Object.entries(layerFiles(architecture))) {
    const source = packageFolder(packageName);
    for (const file of files(source))
      cpSync(join(source, file), join(folder, 'nodejs/node_modules', packageName, file));
  }
  const sizeBytes = folderBytes(folder);
  if (sizeBytes > LAYER_LIMIT_BYTES) {
    throw new Error(`runtime layer has ${sizeBytes} bytes, allowed up to ${LAYER_LIMIT_BYTES} bytes`);
  }
  return sizeBytes;
}

type FileList = (packageFolder: string) => string[];

function layerFiles(architecture: Architecture): Readonly<Record<string, FileList>> {
  const binaries = `bin/napi-v6/linux/${NODE_ARCHITECTURE[architecture]}`;
  return {
    'onnxruntime-node': (source) => ['package.json', ...scripts(source, 'dist'), ...inFolder(source, binaries)],
    // dist/cjs/package.json says that the scripts beside it are CommonJS.
    'onnxruntime-common': (source) => ['package.json', 'dist/cjs/package.json', ...scripts(source, 'dist/cjs')],
  };
}

function inFolder(source: string, folder: string): string[] {
  return readdirSync(join(source, folder))
    .sort()
    .map((file) => join(folder, file));
}

function scripts(source: string, folder: string): string[] {
  return inFolder(source, folder).filter((file) => file.endsWith('.js'));
}

/** Both packages load CommonJS from below `dist/`; their `package.json` is not exported, so climb from the entry point. */
function packageFolder(packageName: string): string {
  const entry = createRequire(import.meta.url).resolve(packageName);
  const marker = join('node_modules', packageName);
  return resolve(entry.slice(0, entry.lastIndexOf(marker) + marker.length));
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(folder, file)))
    .reduce((total, file) => total + (file.isFile() ? file.size : 0), 0);
}
