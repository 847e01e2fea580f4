import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const dist = join(import.meta.dirname, '..', '..', 'web', 'dist');

describe('the size of the page', () => {
  const read = (path: string) => readFileSync(join(dist, path));
  const files = () => readdirSync(join(dist, 'assets'));

  test('is at most 150 kB of scripts at first load, gzipped', () => {
    const html = read('index.html').toString();
    const scripts = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, path]) => path!);
    // Scripts that the first one imports statically count too.
    const loaded = scripts.flatMap((path) => {
      const imported = [
        ...read(path)
          .toString()
          .matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g),
      ].map(([, name]) => `assets/${name}`);
      return [path, ...imported];
    });
    expect(loaded.length).toBeGreaterThan(1);
    const bytes = [...new Set(loaded)].reduce((sum, path) => sum + gzipSync(read(path)).length, 0);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(150_000);
    expect(loaded.filter((path) => /katex|svg|png/.test(path))).toEqual([]);
  });

  test('does not include KaTeX, whose fonts have one format', () => {
    expect(files().filter((name) => /^katex-.*\.(?:js|css)$/.test(name)).length).toBe(2);
    expect(files().filter((name) => /^KaTeX_.*\.woff2$/.test(name)).length).toBeGreaterThan(15);
    expect(files().filter((name) => /\.(?:woff|ttf)$/.test(name))).toEqual([]);
  });
});
