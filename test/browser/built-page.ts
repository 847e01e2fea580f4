/** The page as a visitor gets it: built when its sources are newer than what was built last. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { alone } from '../fixtures/alone.ts';

const root = join(import.meta.dirname, '..', '..');
const web = join(root, 'web');

function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist')
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    });
  return Math.max(0, ...times);
}

function isFresh(): boolean {
  const built = join(web, 'dist', 'index.html');
  const sources = Math.max(newest(web), statSync(join(root, 'vite.config.ts')).mtimeMs);
  return existsSync(built) && statSync(built).mtimeMs > sources;
}

export async function ensureBuiltPage(): Promise<void> {
  if (isFresh()) return;
  await alone('page', async () => {
    if (!isFresh()) await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
  });
}
