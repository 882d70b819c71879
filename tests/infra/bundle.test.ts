import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleFunctions, type FunctionBundle, INFERENCE_FUNCTIONS } from '#infra/bundle.ts';
import { LAYER_LIMIT_BYTES, stageRuntimeLayer } from '#infra/layer.ts';
import { FONT_FILES, FONT_PACKAGE } from '#lib/report/pdf/fonts.ts';
import { temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();
let bundles: readonly FunctionBundle[];

beforeAll(async () => {
  bundles = await bundleFunctions(join(folder, 'functions'));
});

// Bundling and synthesis take seconds of processor time, more where test files share it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script in a Node of its own, where only the layer's packages can be found beside the file itself. */
async function runWithLayer(script: string, layer: string): Promise<string> {
  const environment = { NODE_PATH: join(layer, 'nodejs/node_modules') };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env: environment, cwd: folder });
  return stdout.trim();
}

describe('the bundles', () => {
  test('are one for each step that has a handler', () => {
    expect(bundles.map(({ name }) => name)).toEqual([
      'audit',
      'install',
      'intake',
      'merge',
      'predict',
      'publish',
      'quarantine',
      'route',
      'settle',
      'sweep',
      'tabulate',
    ]);
    for (const { name, folder } of bundles) {
      const fonts = name === 'audit' ? ['node_modules'] : [];
      expect(readdirSync(folder).sort()).toEqual(['index.js', 'index.js.map', ...fonts]);
    }
  });

  test('carry the fonts of report.pdf with the function that writes it', () => {
    const folder = bundles.find(({ name }) => name === 'audit')?.folder ?? '';
    for (const file of Object.values(FONT_FILES)) {
      const font = readFileSync(join(folder, 'node_modules', FONT_PACKAGE, file));
      expect(font.readUInt32BE(0)).toBe(0x00010000); // TrueType
    }
  });

  test('ask for the ONNX runtime only where its layer is', () => {
    const asking = bundles.filter((bundle) =>
      readFileSync(join(bundle.folder, 'index.js'), 'utf8').includes('require("onnxruntime-node")'),
    );
    expect(asking.map(({ name }) => name).sort()).toEqual([...INFERENCE_FUNCTIONS].sort());
  });

  test('are refused when another step asks for the ONNX runtime', async () => {
    const planted = join(folder, 'planted/functions');
    mkdirSync(join(planted, 'route'), { recursive: true });
    writeFileSync(
      join(planted, 'route/handler.ts'),
      "import * as ort from 'onnxruntime-node'; export const handler = ort;",
    );
    await expect(bundleFunctions(join(folder, 'out'), planted)).rejects.toThrow(
      'bundle of route imports onnxruntime-node, allowed only in predict and audit and install',
    );
  });

  test('are the same bytes wherever they are written, and name no folder of this machine', async () => {
    const elsewhere = await bundleFunctions(join(folder, 'elsewhere/deeper'));
    for (const [index, bundle] of bundles.entries()) {
      for (const file of ['index.js', 'index.js.map']) {
        const bytes = readFileSync(join(bundle.folder, file), 'utf8');
        expect(readFileSync(join(elsewhere[index].folder, file), 'utf8') === bytes).toBe(true);
        expect(bytes.includes(process.cwd())).toBe(false);
      }
    }
  });
});

describe('the runtime layer', () => {
  test.each(['x86_64', 'arm64'] as const)('holds the binaries of %s alone, in less than 50 MB', (architecture) => {
    const layer = join(folder, `layer-${architecture}`);
    expect(stageRuntimeLayer(layer, architecture)).toBeLessThanOrEqual(LAYER_LIMIT_BYTES);
    const files = readdirSync(layer, { recursive: true, encoding: 'utf8' });
    const binaries = files.filter((file) => /\.(node|so|dll|dylib)/.test(file));
    const nodeArchitecture = architecture === 'arm64' ? 'arm64' : 'x64';
    const binaryFolder = `nodejs/node_modules/onnxruntime-node/bin/napi-v6/linux/${nodeArchitecture}`;
    expect(binaries.sort()).toEqual([
      `${binaryFolder}/libonnxruntime.so.1`,
      `${binaryFolder}/onnxruntime_binding.node`,
    ]);
    expect(files.filter((file) => /providers_(cuda|tensorrt)|\.map$|\.d\.ts$/.test(file))).toEqual([]);
  });

  test.runIf(process.platform === 'linux' && process.arch === 'x64')('loads with nothing but these files', async () => {
    const layer = join(folder, 'layer-alone');
    stageRuntimeLayer(layer, 'x86_64');
    const script =
      "const ort = require('onnxruntime-node'); console.log(require.resolve('onnxruntime-node'), ort.listSupportedBackends().map(({ name }) => name).join())";
    const [path, backends] = (await runWithLayer(script, layer)).split(' ');
    expect(path.startsWith(layer)).toBe(true);
    expect(backends).toContain('cpu');
  });
});
