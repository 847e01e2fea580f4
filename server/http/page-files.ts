import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** One file of the built page. */
export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Files under assets/ carry a hash of their content in their name and never change. */
  readonly isImmutable: boolean;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/**
 * The built page by path (`/`, `/assets/…`), held in memory: it is small, and a path that is not in the table cannot
 * lead anywhere on the disk. Empty where the page has not been built.
 */
export function readPageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    const file = {
      body: new Uint8Array(readFileSync(path)),
      type: types[extname(name)] ?? 'application/octet-stream',
      isImmutable: name.startsWith('/assets/'),
    };
    files.set(name, file);
    if (name === '/index.html') files.set('/', file);
  }
  return files;
}
