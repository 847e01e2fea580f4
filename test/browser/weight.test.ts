import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = join(import.meta.dirname, '..', '..', 'web', 'dist');

describe('the weight of the page', () => {
  const read = (path: string) => readFileSync(join(dist, path));
  const files = () => readdirSync(join(dist, 'assets'));

  it('is at most 150 kB of scripts at first load, gzipped', () => {
    const html = read('index.html').toString();
    const scripts = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, path]) => path!);
    // Scripts that the first one imports at once would count too.
    const whole = scripts.flatMap((path) => {
      const also = [
        ...read(path)
          .toString()
          .matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g),
      ].map(([, name]) => `assets/${name}`);
      return [path, ...also];
    });
    expect(whole.length).toBeGreaterThan(1);
    const bytes = [...new Set(whole)].reduce((sum, path) => sum + gzipSync(read(path)).length, 0);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(150_000);
    expect(whole.filter((path) => /katex|svg|png/.test(path))).toEqual([]);
  });

  it('leaves mathematics to a part of its own, with faces of one format', () => {
    expect(files().filter((name) => /^katex-.*\.(?:js|css)$/.test(name)).length).toBe(2);
    expect(files().filter((name) => /^KaTeX_.*\.woff2$/.test(name)).length).toBeGreaterThan(15);
    expect(files().filter((name) => /\.(?:woff|ttf)$/.test(name))).toEqual([]);
  });
});
