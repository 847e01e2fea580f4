/** What package.json and package-lock.json promise to whoever installs paperfield. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(read('package.json'));
const { packages } = z
  .object({ packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })) })
  .parse(read('package-lock.json'));

/** The name of an installed package: the part after the last `node_modules/`. */
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const withScript = Object.entries(packages)
  .filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript)
  .map(([path]) => nameOf(path));

// npm 10 runs every install script that the lock file lists; this one downloads CUDA libraries and fails offline.
test('the lock file lists onnxruntime-node without an install script', () => {
  expect(packages).toHaveProperty(['node_modules/onnxruntime-node']);
  expect(withScript).not.toContain('onnxruntime-node');
});

// npm 11 warns of every install script that is neither allowed nor refused.
test('every install script is allowed or refused by name', () => {
  expect(withScript.filter((name) => !(name in manifest.allowScripts))).toEqual([]);
  expect(manifest.allowScripts).toMatchObject({ 'hnswlib-node': true, 'onnxruntime-node': false });
});

// npm 11 warns of unknown settings at every command.
test('no .npmrc is needed', () => {
  expect(existsSync(join(root, '.npmrc'))).toBe(false);
});

test('an installed package does not bring what only the built page needs', () => {
  expect(manifest.dependencies).not.toHaveProperty('d3');
  expect(manifest.dependencies).not.toHaveProperty('katex');
});
