/** The rules of the house, as DESIGN.md tells them: who may import whom, and what no source file does. */
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BARE, type Import, type Source, STATIC, sources } from './fixtures/source-tree.ts';

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const isPackage = (to: string) => !/^(?:pipeline|server|web|node:)/.test(to);
const select = (folder: string) => sources.filter(({ path }) => inside(path, folder) && /\.(?:ts|mjs)$/.test(path));

/** The folder of this list that a file is in; the first that fits. */
const rooms = [
  'pipeline/core',
  'pipeline/stages/embedders',
  'pipeline/stages/indexes',
  'pipeline/stages/retrieval',
  'pipeline/stages/words',
  'pipeline/stages',
  'pipeline/store',
  'pipeline/train',
  'pipeline/eval',
  'pipeline/commands',
  'pipeline',
  'server/contract.ts',
  'server/contract-complete.ts',
  'server/contract-explore.ts',
  'server/contract-export.ts',
  'server/contract-topics.ts',
  'server',
  'web',
];
const roomOf = (path: string) => rooms.find((room) => inside(path, room)) ?? 'outside';

/** Beside the contract: requests and answers of one kind each. */
const besideContract = [
  'server/contract-complete.ts',
  'server/contract-explore.ts',
  'server/contract-export.ts',
  'server/contract-topics.ts',
];
const contracts = ['server/contract.ts', ...besideContract];
const stages = ['pipeline/stages', 'pipeline/stages/embedders', 'pipeline/stages/indexes', 'pipeline/stages/words'];
/** Not for the stages below it, and not for training. */
const retrieval = 'pipeline/stages/retrieval';
interface Allowed {
  readonly always: readonly string[];
  /** By `import()` or as a type. */
  readonly lazily?: readonly string[];
  readonly asType?: readonly string[];
}
/** What a room may import, and how. */
const mayImport: Readonly<Record<string, Allowed>> = {
  'pipeline/core': { always: ['pipeline/core'] },
  'pipeline/stages/embedders': { always: ['pipeline/core', ...stages] },
  'pipeline/stages/indexes': { always: ['pipeline/core', ...stages] },
  [retrieval]: {
    always: ['pipeline/core', 'pipeline/stages/indexes', 'pipeline/stages/words', retrieval],
    asType: ['pipeline/stages/embedders'],
  },
  'pipeline/stages/words': { always: ['pipeline/core', 'pipeline/stages/words'] },
  'pipeline/stages': { always: ['pipeline/core', ...stages, retrieval] },
  'pipeline/store': { always: ['pipeline/core', 'pipeline/store'] },
  'pipeline/train': { always: ['pipeline/core', ...stages, 'pipeline/train'] },
  'pipeline/eval': { always: ['pipeline/core', ...stages, retrieval, 'pipeline/store', 'pipeline/eval'] },
  'pipeline/commands': {
    always: ['pipeline/core', ...stages, retrieval, 'pipeline/store', 'pipeline/eval', 'pipeline', 'pipeline/commands'],
    lazily: ['server', ...contracts, 'pipeline/train'],
  },
  pipeline: { always: ['pipeline/core', ...stages, retrieval, 'pipeline/store', 'pipeline'] },
  'server/contract.ts': { always: [] },
  ...Object.fromEntries(besideContract.map((path) => [path, { always: ['server/contract.ts'] }])),
  server: {
    always: [
      'pipeline/core',
      'pipeline/store',
      'pipeline/stages/embedders',
      'pipeline/stages/indexes',
      retrieval,
      'pipeline/stages/words',
      'server',
      ...contracts,
    ],
  },
  web: { always: ['web'] },
};
/** Single imports beyond the table, each with its reason. */
const besides = new Set([
  // The front door holds the list of commands.
  'pipeline/cli.ts → pipeline/commands/all.ts',
  // The help of `train` is made from its options, which are a table and load nothing.
  'pipeline/commands/train.ts → pipeline/train/options.ts',
]);

function allowed(from: Source, { to, how }: Import): boolean {
  if (besides.has(`${from.path} → ${to}`)) return true;
  const { always, lazily = [], asType = [] } = mayImport[roomOf(from.path)];
  if (from.path.startsWith('web/') && contracts.includes(to)) return how === 'type';
  const room = roomOf(to);
  return (
    always.includes(room) || (how !== 'static' && lazily.includes(room)) || (how === 'type' && asType.includes(room))
  );
}

test('every import statement of every source file is seen', () => {
  expect(sources.length).toBeGreaterThan(80);
  for (const { path, text } of select('pipeline').concat(select('server'), select('web'))) {
    const seen = [...text.matchAll(STATIC), ...text.matchAll(BARE)].length;
    const statements = [...text.matchAll(/^import\b(?!\()|^export (?:type )?[{*]/gm)].length;
    expect([path, seen]).toEqual([path, statements]);
  }
});

describe('who may import whom', () => {
  test.each(rooms)('%s keeps to the table', (room) => {
    const inRoom = sources.filter(({ path }) => roomOf(path) === room);
    expect(inRoom.length).toBeGreaterThan(0);
    const broken = inRoom.flatMap((from) =>
      from.imports
        .filter((one) => /^(?:pipeline|server|web)/.test(one.to) && !allowed(from, one))
        .map(({ to, how }) => `${from.path} imports ${to} (${how})`),
    );
    expect(broken).toEqual([]);
  });

  test('core is pure: no package and nothing of Node', () => {
    const foreign = select('pipeline/core').flatMap(({ path, imports }) =>
      imports.filter(({ to }) => !to.startsWith('pipeline/')).map(({ to }) => `${path}: ${to}`),
    );
    expect(foreign).toEqual([]);
  });

  test('the contract imports zod alone, and the page nothing of Node', () => {
    const zod = { to: 'zod', how: 'static' };
    expect(select('server/contract.ts').flatMap(({ imports }) => imports)).toEqual([zod]);
    const contract = { to: 'server/contract.ts', how: 'static' };
    for (const path of besideContract) {
      expect(select(path).flatMap(({ imports }) => imports)).toEqual([zod, contract]);
    }
    const ofNode = select('web').flatMap(({ imports }) => imports.filter(({ to }) => to.startsWith('node:')));
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
    load('pipeline/cli.ts');
    expect(loaded).toContain('pipeline/commands/build.ts');
    const heavy = [...loaded].filter(
      (path) =>
        /^(?:server\/|hono|@hono|onnxruntime-node|@xenova|hnswlib-node|umap-js|libsql|@uwdata)/.test(path) ||
        inside(path, 'pipeline/train'),
    );
    expect(heavy).toEqual(['pipeline/train/options.ts']);
  });

  test('no file imports itself at run time, by whatever way round', () => {
    const next = new Map(sources.map(({ path, imports }) => [path, imports.filter(({ how }) => how !== 'type')]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, way: readonly string[]) => {
      if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      if (done.has(path) || way.includes(path)) return;
      for (const { to } of next.get(path) ?? []) visit(to, [...way, path]);
      done.add(path);
    };
    for (const { path } of sources) visit(path, []);
    expect(cycles).toEqual([]);
  });
});

/** The doors of the heavy libraries: nothing else imports them, not even their types. */
const doors: Readonly<Record<string, readonly string[]>> = {
  '@xenova/transformers': ['pipeline/stages/embedders'],
  'hnswlib-node': ['pipeline/stages/indexes/hnsw.ts'],
  'umap-js': ['pipeline/stages/projectors/umap-js.ts'],
  '@uwdata/flechette': ['pipeline/store/arrow-file.ts'],
  libsql: ['pipeline/store/paper-database.ts', 'pipeline/store/paper-facts.ts'],
  hono: ['server'],
  '@hono/node-server': ['server'],
  d3: ['web'],
  katex: ['web/mathematics/katex.ts'],
  'onnxruntime-node': ['pipeline/train'],
  stemmer: ['pipeline/stages/words/analysis.ts'],
  tsx: [
    'pipeline/paperfield.mjs',
    'pipeline/train/slice-worker.mjs',
    'pipeline/stages/projectors/layout-worker.mjs',
    'pipeline/stages/topics/tree-worker.mjs',
  ],
};

describe('one door for each heavy library', () => {
  test.each(Object.entries(doors))('%s comes in by %j alone', (library, ways) => {
    const importers = sources.filter(({ imports }) => imports.some(({ to }) => to === library)).map(({ path }) => path);
    expect(importers.filter((path) => ways.some((way) => inside(path, way)))).not.toEqual([]);
    expect(importers.filter((path) => !ways.some((way) => inside(path, way)))).toEqual([]);
  });

  test('every other package is zod', () => {
    const others = sources
      .flatMap(({ imports }) => imports.map(({ to }) => to))
      .filter((to) => isPackage(to) && !(to in doors));
    expect([...new Set(others)]).toEqual(['zod']);
  });
});

describe('no source file', () => {
  test('is called utils, helpers, manager or the like, or only passes on what others export', () => {
    const vague = sources.filter(({ path }) =>
      /^(?:utils?|helpers?|manager|misc|common|shared)\./.test(basename(path)),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
    // `index` is a stage of its own; every other index file would be a barrel.
    const named = sources.filter(({ path }) => /^index\.m?[jt]s$/.test(basename(path)));
    expect(named.map(({ path }) => path)).toEqual(['pipeline/stages/index.ts']);
    const barrels = sources.filter(({ text }) => /^export (?:type )?(?:\*|\{[^}]*\}) from/m.test(text));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  test('is longer than 250 lines', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 251);
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length - 1}`)).toEqual([]);
  });

  const ours = sources.filter(({ path }) => /^(?:pipeline|server)\/.*\.ts$/.test(path));
  test('but the front door prints or ends the process', () => {
    const loud = ours.filter(({ text }) => /process\.(?:stdout|stderr|exit)|\bconsole\./.test(text));
    expect(loud.map(({ path }) => path)).toEqual(['pipeline/cli.ts']);
  });

  test('but effects.ts asks for the time, and none makes a random number of its own', () => {
    const timed = ours.filter(({ text }) => /new Date\(\)|Date\.now\(/.test(text));
    expect(timed.map(({ path }) => path)).toEqual(['pipeline/effects.ts']);
    expect(ours.filter(({ text }) => /Math\.random|randomUUID|randomBytes/.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });
});
