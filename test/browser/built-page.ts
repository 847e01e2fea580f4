/** Builds the page where its sources are newer than the last build. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { withFileLock } from '../fixtures/file-lock.ts';

const root = join(import.meta.dirname, '..', '..');
const web = join(root, 'web');

/** The latest modification time of the files in a folder, in milliseconds; built files do not count. */
function latestChange(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist')
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? latestChange(path) : statSync(path).mtimeMs;
    });
  return Math.max(0, ...times);
}

function isUpToDate(): boolean {
  const built = join(web, 'dist', 'index.html');
  const sources = Math.max(latestChange(web), statSync(join(root, 'vite.config.ts')).mtimeMs);
  return existsSync(built) && statSync(built).mtimeMs > sources;
}

export async function ensureBuiltPage(): Promise<void> {
  if (isUpToDate()) return;
  await withFileLock('page', async () => {
    if (!isUpToDate()) await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
  });
}
