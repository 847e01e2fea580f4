/** The source files and what they import, as `layers.test.ts` judges them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Import {
  /** A path within the repository, the name of a package, or `node:…`. */
  readonly to: string;
  /** `type`: nothing is left of it at run time. `lazy`: by `import()`, when it is needed. */
  readonly how: 'static' | 'lazy' | 'type';
}
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export const STATIC =
  /^(?:import|export)( type)?(?: [\w$]+,?)?(?: ?(?:\{[^}]*\}|\*(?: as [\w$]+)?))? from '([^']+)';/gm;
export const BARE = /^import '([^']+)';/gm;
const CALLED = /(typeof )?\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(path: string, text: string): Import[] {
  const to = (name: string) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : packageOf(name));
  return [
    ...[...text.matchAll(STATIC)].map(([, type, name]): Import => ({ to: to(name), how: type ? 'type' : 'static' })),
    ...[...text.matchAll(BARE)].map(([, name]): Import => ({ to: to(name), how: 'static' })),
    ...[...text.matchAll(CALLED)].map(([, type, name]): Import => ({ to: to(name), how: type ? 'type' : 'lazy' })),
  ];
}

/** `hono/compress` is of `hono`, `@hono/node-server` of itself. */
function packageOf(name: string): string {
  if (name.startsWith('node:')) return name;
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every source file of pipeline, server and web. */
export const sources: readonly Source[] = ['pipeline', 'server', 'web'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs|js|css)$/.test(entry.name))
    .map((entry) => posix.join(entry.parentPath.slice(root.length + 1).replaceAll('\\', '/'), entry.name))
    .filter((path) => !path.startsWith('web/dist/'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: /\.(?:ts|mjs)$/.test(path) ? importsOf(path, text) : [] };
    }),
);
