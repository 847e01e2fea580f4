import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentSnapshotFolder, currentSnapshotId } from '../../../pipeline/store/data-folder.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { sampleFolder, copySampleBuild, temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const build = (...more: string[]) => callMain(['build', '--source', sampleFolder, '--data-dir', dataDir, ...more]);

beforeAll(async () => {
  await copySampleBuild(dataDir);
  // As if the one that serves had found every known item.
  const path = join(currentSnapshotFolder(dataDir), 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"knownItemMrrHybrid": [\d.]+/, '"knownItemMrrHybrid": 1'));
});
afterAll(() => folder.remove());

test('a build that searches worse than the one that serves is not promoted, says why, and is let through on demand', async () => {
  const serving = currentSnapshotId(dataDir);
  const refused = await build('--seed', '7');
  expect(refused.code).toBe(8);
  expect(refused.err).toMatch(/not promoted.*known items is 0\.\d+ and was 1.*--promote-worse/);
  expect(currentSnapshotId(dataDir)).toBe(serving);

  const allowed = await build('--seed', '7', '--promote-worse', 'true');
  expect(allowed.code, allowed.err).toBe(0);
  expect(currentSnapshotId(dataDir)).not.toBe(serving);
}, 120_000);
