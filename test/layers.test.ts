/** The rules of the source tree, as DESIGN.md states them: who may import whom, and what no source file does. */
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BARE_IMPORT, FROM_IMPORT, type Import, type Source, sources, testFiles } from './fixtures/source-tree.ts';

const isInside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const isOurs = (to: string) => /^(?:pipeline|server|web)\//.test(to);
const isPackage = (to: string) => !isOurs(to) && !to.startsWith('node:');
/** TypeScript and JavaScript, without style sheets and declarations of types. */
const isCode = ({ path }: Source) => /\.(?:ts|mjs)$/.test(path) && !path.endsWith('.d.ts');
const code = sources.filter(isCode);
const codeIn = (folder: string) => code.filter(({ path }) => isInside(path, folder));

interface Rule {
  /** Layers that a layer imports in whatever way. */
  readonly any?: readonly string[];
  /** Layers that it imports by `import()` or as types only: nothing of them is loaded when it is. */
  readonly lazy?: readonly string[];
  /** Layers that it imports as types only. */
  readonly type?: readonly string[];
}
/** What each layer may import beside itself. A file belongs to the first layer of this list that contains it. */
const RULES: Readonly<Record<string, Rule>> = {
  'pipeline/core': {},
  'pipeline/runtime': { any: ['pipeline/core'] },
  'pipeline/ingest': { any: ['pipeline/core', 'pipeline/runtime'] },
  'pipeline/fetch': { any: ['pipeline/core', 'pipeline/runtime'], type: ['pipeline/ingest'] },
  'pipeline/embedding': { any: ['pipeline/core', 'pipeline/runtime'] },
  'pipeline/search': {
    any: ['pipeline/core', 'pipeline/runtime'],
    type: ['pipeline/embedding', 'pipeline/store'],
  },
  'pipeline/topics': { any: ['pipeline/core', 'pipeline/runtime'] },
  'pipeline/map': { any: ['pipeline/core', 'pipeline/runtime'] },
  'pipeline/store': {
    any: ['pipeline/core', 'pipeline/runtime'],
    type: ['pipeline/search', 'pipeline/topics'],
  },
  'pipeline/training': { any: ['pipeline/core', 'pipeline/runtime', 'pipeline/ingest', 'pipeline/embedding'] },
  'pipeline/evaluation': {
    any: ['pipeline/core', 'pipeline/runtime', 'pipeline/ingest', 'pipeline/embedding', 'pipeline/search'],
  },
  // The only layer that knows both pipeline and server.
  'pipeline/cli': {
    any: [
      'pipeline/core',
      'pipeline/runtime',
      'pipeline/ingest',
      'pipeline/fetch',
      'pipeline/embedding',
      'pipeline/search',
      'pipeline/topics',
      'pipeline/map',
      'pipeline/store',
      'pipeline/evaluation',
      'pipeline',
    ],
    lazy: ['server', 'server/schemas', 'pipeline/training'],
  },
  pipeline: {
    any: [
      'pipeline/core',
      'pipeline/runtime',
      'pipeline/ingest',
      'pipeline/fetch',
      'pipeline/embedding',
      'pipeline/search',
      'pipeline/topics',
      'pipeline/map',
      'pipeline/store',
      'pipeline/evaluation',
    ],
  },
  'server/schemas': { any: ['pipeline/core'] },
  server: {
    any: [
      'pipeline/core',
      'pipeline/runtime',
      'pipeline/embedding',
      'pipeline/search',
      'pipeline/map',
      'pipeline/store',
      'server/schemas',
    ],
    type: ['pipeline/topics'],
  },
  web: { any: ['pipeline/core'], type: ['server/schemas'] },
};
/** Single imports beyond the table: the path of the importing file or its folder, the imported file, and the reason. */
const EXCEPTIONS: readonly (readonly [from: string, to: string, reason: string])[] = [
  ['pipeline/paperfield.mjs', 'pipeline/cli/main.ts', 'The program starts the command line.'],
  ['pipeline/search', 'pipeline/embedding/embedder.ts', 'What is embedded of a query or a paper; no library.'],
  ['pipeline/fetch', 'pipeline/store/atomic-write.ts', 'Files that appear as a whole; no library.'],
  ['pipeline/store', 'pipeline/search/lexical/inverted-index.ts', 'The index that is saved; no library.'],
  ['pipeline/cli', 'pipeline/training/options.ts', 'Help lists the options of training; it loads no library.'],
];

const layers = Object.keys(RULES);
const layerOf = (path: string) => layers.find((layer) => isInside(path, layer)) ?? 'outside';

function isAllowed({ path }: Source, { to, how }: Import): boolean {
  const layer = layerOf(path);
  const target = layerOf(to);
  const { any = [], lazy = [], type = [] } = RULES[layer];
  return (
    target === layer ||
    any.includes(target) ||
    (how !== 'static' && lazy.includes(target)) ||
    (how === 'type' && type.includes(target)) ||
    EXCEPTIONS.some(([from, exception]) => isInside(path, from) && to === exception)
  );
}

test('every import statement of every source file is found', () => {
  expect(code.length).toBeGreaterThan(150);
  for (const { path, text } of code) {
    const found = [...text.matchAll(FROM_IMPORT), ...text.matchAll(BARE_IMPORT)].length;
    const statements = [...text.matchAll(/^import\b(?!\()|^export (?:type )?[{*]/gm)].length;
    expect([path, found]).toEqual([path, statements]);
  }
});

describe('who may import whom', () => {
  test.each(layers)('%s imports only what its rule allows', (layer) => {
    const inLayer = code.filter(({ path }) => layerOf(path) === layer);
    expect(inLayer.length).toBeGreaterThan(0);
    const forbidden = inLayer.flatMap((from) =>
      from.imports
        .filter((one) => isOurs(one.to) && !isAllowed(from, one))
        .map(({ to, how }) => `${from.path} → ${to} (${how})`),
    );
    expect(forbidden).toEqual([]);
  });

  test.each(EXCEPTIONS)('the exception %s → %s is still needed', (folder, exception) => {
    const importers = codeIn(folder).filter(({ imports }) => imports.some(({ to }) => to === exception));
    expect(importers).not.toEqual([]);
  });

  test('core imports no package and nothing of Node', () => {
    const foreign = codeIn('pipeline/core').flatMap(({ path, imports }) =>
      imports.filter(({ to }) => !isOurs(to)).map(({ to }) => `${path}: ${to}`),
    );
    expect(foreign).toEqual([]);
  });

  test('the schemas import no package but zod', () => {
    const packages = codeIn('server/schemas').flatMap(({ imports }) => imports.map(({ to }) => to));
    expect([...new Set(packages.filter((to) => !isOurs(to)))]).toEqual(['zod']);
  });

  test('the page imports nothing of Node', () => {
    const ofNode = codeIn('web').flatMap(({ imports }) => imports.filter(({ to }) => to.startsWith('node:')));
    expect(ofNode).toEqual([]);
  });

  test('starting the command line loads no heavy library, and neither the server nor training', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const loaded = new Set<string>();
    const load = (path: string) => {
      if (loaded.has(path)) return;
      loaded.add(path);
      for (const { to, how } of byPath.get(path)?.imports ?? []) if (how === 'static') load(to);
    };
    load('pipeline/cli/main.ts');
    expect(loaded).toContain('pipeline/cli/commands/build.ts');
    // jsonc-parser takes a millisecond, and every command reads the config file.
    const light = new Set(['zod', 'jsonc-parser', 'pipeline/training/options.ts']);
    const heavy = [...loaded].filter(
      (path) =>
        (isPackage(path) || isInside(path, 'server') || isInside(path, 'pipeline/training')) && !light.has(path),
    );
    expect(heavy).toEqual([]);
  });

  test('no file imports itself through others, not even by types', () => {
    const importsOf = new Map(code.map(({ path, imports }) => [path, imports]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, way: readonly string[]) => {
      if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      if (done.has(path) || way.includes(path)) return;
      for (const { to } of importsOf.get(path) ?? []) visit(to, [...way, path]);
      done.add(path);
    };
    for (const { path } of code) visit(path, []);
    expect(cycles).toEqual([]);
  });
});

/** The files or folders that may import each package, its types included. */
const IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  '@xenova/transformers': ['pipeline/embedding'],
  'onnxruntime-node': ['pipeline/training/float-graph.ts'],
  'hnswlib-node': ['pipeline/search/vector/hnsw.ts'],
  'umap-js': ['pipeline/map/umap-js.ts'],
  '@uwdata/flechette': ['pipeline/cli/output/arrow.ts'],
  // Whoever opens a database that is not ours goes through a copy that is only read.
  libsql: ['pipeline/store/paper-database.ts', 'pipeline/runtime/read-only-database.ts'],
  stemmer: ['pipeline/search/lexical/analyzer.ts'],
  eld: ['pipeline/search/calibration/answerability.ts'],
  undici: ['pipeline/fetch/http'],
  'p-retry': ['pipeline/fetch/http/http-client.ts'],
  'ipaddr.js': ['pipeline/fetch/http/address-guard.ts'],
  sax: ['pipeline/fetch/sources/xml-outline.ts', 'pipeline/ingest/formats'],
  '@retorquere/bibtex-parser': ['pipeline/ingest/formats/bibliographic'],
  'csv-parse': ['pipeline/ingest/formats/tabular/row-parser.ts'],
  'stream-json': ['pipeline/ingest/formats/json'],
  hyparquet: ['pipeline/ingest/formats/tabular'],
  'hyparquet-compressors': ['pipeline/ingest/formats/tabular/parquet-file.ts'],
  tinyglobby: ['pipeline/ingest/source-files.ts'],
  yauzl: ['pipeline/ingest/archives/zip-file.ts'],
  fzstd: ['pipeline/ingest/archives/zstd-stream.ts'],
  'jsonc-parser': ['pipeline/config-file.ts'],
  croner: ['pipeline/night-schedule.ts'],
  tsx: ['pipeline/paperfield.mjs', 'pipeline/runtime/worker.mjs'],
  hono: ['server'],
  '@hono/node-server': ['server/app.ts'],
  nodemailer: ['pipeline/runtime/notify.ts'],
  d3: ['web'],
  katex: ['web/text/katex.ts'],
  zod: ['pipeline', 'server'],
};

describe('packages', () => {
  test.each(Object.entries(IMPORTERS))('%s is imported by %j alone', (name, allowed) => {
    const importers = code.filter(({ imports }) => imports.some(({ to }) => to === name)).map(({ path }) => path);
    expect(importers).not.toEqual([]);
    expect(importers.filter((path) => !allowed.some((folder) => isInside(path, folder)))).toEqual([]);
  });

  test('every imported package is listed', () => {
    const packages = code.flatMap(({ imports }) => imports.map(({ to }) => to)).filter(isPackage);
    expect([...new Set(packages)].filter((name) => !(name in IMPORTERS))).toEqual([]);
  });
});

describe('the source tree', () => {
  const folderSizes = new Map<string, number>();
  for (const { path } of sources) folderSizes.set(dirname(path), (folderSizes.get(dirname(path)) ?? 0) + 1);

  test('has at most 20 files side by side', () => {
    expect([...folderSizes].filter(([, size]) => size > 20)).toEqual([]);
  });

  test('has at most 8 files at the root of the page', () => {
    expect(folderSizes.get('web')).toBeLessThanOrEqual(8);
  });

  test('has at most 450 files of code', () => {
    expect(code.length).toBeLessThanOrEqual(450);
  });

  test('has at most 30 % of files that only one other file imports', () => {
    const importers = new Map<string, Set<string>>();
    for (const { path, imports } of code) {
      for (const { to } of imports) importers.set(to, (importers.get(to) ?? new Set()).add(path));
    }
    // What one format of papers or of compression needs no other one does: each is a room of its own.
    const isFormat = (path: string) => /^pipeline\/ingest\/(?:formats|archives)\//.test(path);
    const counted = code.filter(({ path }) => !isFormat(path));
    const single = counted.filter(({ path }) => importers.get(path)?.size === 1);
    expect(single.length / counted.length, single.map(({ path }) => path).join('\n')).toBeLessThanOrEqual(0.3);
  });

  test('has no file named utils, helpers, manager or the like', () => {
    const vague = /^(?:utils?|helpers?|managers?|misc|common|shared|tools?|stuff|base|lib|index)\.m?[jt]s$/;
    expect(code.filter(({ path }) => vague.test(basename(path))).map(({ path }) => path)).toEqual([]);
  });

  test('has no file that passes on what others export', () => {
    const barrels = code.filter(({ text }) => /^export (?:type )?(?:\*|\{[^}]*\}) from/m.test(text));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  test('is named in lower case with hyphens', () => {
    const odd = [...sources, ...testFiles].filter(({ path }) => !/^[a-z0-9.-]+$/.test(basename(path)));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});

describe('no source file of pipeline and server', () => {
  const ours = code.filter(({ path }) => /^(?:pipeline|server)\/.*\.ts$/.test(path));
  const pathsWith = (pattern: RegExp) => ours.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  test('prints or ends the process, except the command line', () => {
    expect(pathsWith(/process\.(?:stdout|stderr|exit)\b(?!Code)|\bconsole\./)).toEqual(['pipeline/cli/main.ts']);
  });

  test('reads the clock, except the effects of the command line', () => {
    expect(pathsWith(/new Date\(\)|Date\.now\(/)).toEqual(['pipeline/cli/terminal.ts']);
  });

  test('makes unseeded random numbers', () => {
    expect(pathsWith(/Math\.random|randomUUID|randomBytes/)).toEqual([]);
  });
});

test('tests are declared with `test`, not with `it`', () => {
  expect(testFiles.filter(({ text }) => /^\s*it[.(]/m.test(text)).map(({ path }) => path)).toEqual([]);
});
