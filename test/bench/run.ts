/**
 * `npm run bench [NAME…] [FOLDER…]`: measures, prints, judges nothing. Every figure that is compared is taken in the same run, in
 * turn with what it is compared with, because machines are shared and noisy: quote the ratios. Data folders are for the
 * benches that can take the snapshot of one instead of building their own.
 */
import { statSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { benchApi } from './api.ts';
import { benchEmbedding } from './embedding.ts';
import { benchMap } from './map.ts';
import { benchSearch } from './search.ts';

const benches: Record<string, (print: (line: string) => void, folders: readonly string[]) => Promise<void>> = {
  api: benchApi,
  embedding: benchEmbedding,
  map: benchMap,
  search: benchSearch,
};

const print = (line: string) => process.stdout.write(`${line}\n`);
const given = process.argv.slice(2);
const isFolder = (name: string) => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
const wanted = given.filter((name) => name in benches);
const folders = given.filter((name) => !(name in benches) && isFolder(name)).map((name) => resolve(name));
const unknown = given.filter((name) => !(name in benches) && !isFolder(name));
if (unknown.length > 0)
  throw new Error(`no bench and no folder: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
print(`node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  print(`\n${name}`);
  await bench(print, folders);
}
