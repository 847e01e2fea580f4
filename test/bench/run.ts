/**
 * `npm run bench [NAME…]`: measures, prints, judges nothing. Every figure that is compared is taken in the same run, in
 * turn with what it is compared with, because machines are shared and noisy: quote the ratios.
 */
import { cpus } from 'node:os';
import { benchEmbedding } from './embedding.ts';
import { benchMap } from './map.ts';
import { benchSearch } from './search.ts';

const benches: Record<string, (print: (line: string) => void) => Promise<void>> = {
  embedding: benchEmbedding,
  map: benchMap,
  search: benchSearch,
};

const print = (line: string) => process.stdout.write(`${line}\n`);
const wanted = process.argv.slice(2);
print(`node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  print(`\n${name}`);
  await bench(print);
}
