/** The files of the built web page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Handler } from 'hono';

export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** The names of files under assets/ contain a hash of their content, so they never change. */
  readonly isImmutable: boolean;
}

const contentTypes: Record<string, string> = {
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

const NOT_BUILT =
  'The web page is not built: run `npm run build`, then restart the server. The API works: /api/status.';

/**
 * All files of a folder by URL path (`/`, `/assets/…`), in memory: they are small, and a path that is not in the table
 * cannot lead to any other file on the disk. Empty if the folder does not exist.
 */
export function readPageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const urlPath = `/${relative(folder, path).split(sep).join('/')}`;
    const file = {
      body: new Uint8Array(readFileSync(path)),
      type: contentTypes[extname(urlPath)] ?? 'application/octet-stream',
      isImmutable: urlPath.startsWith('/assets/'),
    };
    files.set(urlPath, file);
    if (urlPath === '/index.html') files.set('/', file);
  }
  return files;
}

/** Serves the files; 503 for `/` if there are none. */
export function servePage(files: ReadonlyMap<string, PageFile>): Handler {
  return (c) => {
    const file = files.get(c.req.path);
    if (!file) return c.req.path === '/' ? c.text(NOT_BUILT, 503) : c.notFound();
    c.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    return c.body(file.body, 200, { 'content-type': file.type });
  };
}
