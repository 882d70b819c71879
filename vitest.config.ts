import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One more than cores: many tests wait for messages of a cloud.
    maxWorkers: 3,
    // Files share a process: to load the project anew for each takes a fifth of the time.
    isolate: false,
    // Tests start the command a hundred times: compiled once, it starts in half the time.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'tricuspid-compile-cache') },
    reporters: ['default', './tests/closing-line.ts'],
  },
});
