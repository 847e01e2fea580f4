import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/fixtures/run-folder.ts'],
    // Real models, indexes and browsers are loaded by many files: two at a time is what a small machine holds.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results/tests.json' }]] : ['default'],
  },
});
