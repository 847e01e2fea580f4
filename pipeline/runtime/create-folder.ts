import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder and the missing folders above it, like `mkdir -p`.
 *
 * It does not call `mkdirSync(path, { recursive: true })`, which never returns below a pseudo file system such as
 * `/proc` (seen in Node 20), because creating the folder fails with ENOENT although its parent exists.
 *
 * @throws the system's error if a folder cannot be created, or if a file has its name
 */
export function createFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !isFolder(folder); folder = dirname(folder)) missing.push(folder);
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have created the folder in the meantime.
      if (!isFolder(folder)) throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
