import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const TIMEOUTS = { testTimeout: 30_000, hookTimeout: 120_000 };

/**
 * One kind of tests. Test files share their worker process: most time of a small file went into importing the libraries
 * again. Projects run one after the other, in this order: a worker is kept only while the next file is of its project.
 */
function project(
  groupOrder: number,
  name: string,
  include: readonly string[],
  options: { globalSetup?: readonly string[]; testTimeout?: number } = {},
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [...include],
      globalSetup: ['test/fixtures/run-folder.ts', ...(options.globalSetup ?? [])],
      pool: 'forks',
      isolate: false,
      sequence: { groupOrder },
      ...TIMEOUTS,
    },
  };
}

export default defineConfig({
  test: {
    // Real models, indexes and browsers are loaded by many files: two at a time is what a small machine can take.
    maxWorkers: 2,
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results/tests.json' }]] : ['default'],
    projects: [
      // No server, browser, build or model.
      project(1, 'unit', ['test/unit/**/*.test.ts', 'test/*.test.ts', 'test/bench/**/*.test.ts']),
      project(2, 'integration', ['test/integration/**/*.test.ts', 'test/torture/**/*.test.ts']),
      project(3, 'browser', ['test/browser/**/*.test.ts'], { globalSetup: ['test/browser/global-setup.ts'] }),
      // Slow and in need of the package registry: not part of `npm test`, but of CI.
      project(4, 'package', ['test/package/**/*.test.ts']),
    ],
  },
});
