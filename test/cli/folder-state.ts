import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file under a folder, hidden ones too, by its path within. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The SHA-256 of every file under a folder, by its path within. */
export function hashesUnder(folder: string): Record<string, string> {
  return Object.fromEntries(
    filesUnder(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

/** As `hashesUnder`, with the time of the last change: equal only where nothing was written, not even the same again. */
export function stateOf(folder: string): Record<string, string> {
  const hashes = hashesUnder(folder);
  return Object.fromEntries(
    Object.entries(hashes).map(([name, hash]) => [name, `${hash} ${statSync(join(folder, name)).mtimeMs}`]),
  );
}
