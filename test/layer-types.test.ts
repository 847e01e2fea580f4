/** What the code of each layer may use of its surroundings, as its tsconfig.json says: Node, the DOM, or neither. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'paperfield-types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The names that the compiler does not find in a source text, compiled as a file of a layer. */
function unknownNames(layer: string, text: string): string[] {
  writeFileSync(join(folder, 'source.ts'), text);
  const config = {
    extends: join(root, layer, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(root, 'node_modules', '@types')] },
    include: ['source.ts'],
    exclude: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], { encoding: 'utf8' });
  return [...stdout.matchAll(/Cannot find name '(\w+)'/g)].map(([, name]) => name);
}

test.each([
  ['pipeline/core', ['document', 'process']],
  ['pipeline', ['document']],
  ['server', ['document']],
  ['web', ['process']],
  ['.', []],
])('code in %s does not know %j', (layer, names) => {
  const text = 'export const title = document.title;\nexport const folder = process.cwd();\n';
  expect(unknownNames(layer, text)).toEqual(names);
});
