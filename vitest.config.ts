import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SkipReporter } from './test/fixtures/skip-reporter.ts';

/**
 * One kind of tests. Test files share their worker process: most of the time of a small file went into importing the same
 * libraries again. Projects run one after the other, by `groupOrder`: a worker is kept only while the next file is of its
 * project.
 */
function project(
  groupOrder: number,
  name: string,
  include: readonly string[],
  globalSetup: readonly string[] = [],
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [...include],
      globalSetup: ['test/fixtures/run-folder.ts', ...globalSetup],
      pool: 'forks',
      isolate: false,
      sequence: { groupOrder },
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  };
}

export default defineConfig({
  test: {
    // Models, indexes and browsers take memory and all of a core: two at a time is what a small machine can take.
    maxWorkers: 2,
    reporters: [
      'default',
      new SkipReporter(),
      ...(process.env.CI ? [['json', { outputFile: 'test-results/tests.json' }] as ['json', object]] : []),
    ],
    projects: [
      // No server, browser, build or model.
      project(1, 'unit', ['test/unit/**/*.test.ts', 'test/*.test.ts', 'test/bench/**/*.test.ts']),
      project(2, 'integration', ['test/integration/**/*.test.ts', 'test/torture/**/*.test.ts']),
      project(3, 'browser', ['test/browser/**/*.test.ts'], ['test/browser/global-setup.ts']),
      // Needs the package registry: part of CI, not of `npm test`.
      project(4, 'package', ['test/package/**/*.test.ts']),
    ],
    // `npm run coverage`: unit and integration tests. The page is tested mostly in Chromium, which is not counted.
    coverage: {
      provider: 'v8',
      include: ['pipeline/**/*.{ts,mjs}', 'server/**/*.ts', 'web/**/*.ts'],
      exclude: ['web/dist/**'],
      reporter: [['text', { maxCols: 120, skipFull: true }], 'text-summary'],
      reportsDirectory: 'test-results/coverage',
      reportOnFailure: true,
      // The floor. Percentages of lines and branches, by layer.
      thresholds: {
        'pipeline/**': { lines: 95, branches: 90 },
        'server/**': { lines: 96, branches: 90 },
        'web/**': { lines: 27, branches: 29 },
      },
    },
  },
});
