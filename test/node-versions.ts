/**
 * `npm run test:nodes [-- VERSION… [ARGUMENT…]]`: installs and tests a copy of the working tree with other versions of
 * Node, 22 and 24 unless named. Further arguments go to vitest: `npm run test:nodes -- 22 --project unit`. The versions
 * come from the npm registry, with the headers that compiling hnswlib needs.
 */

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The npm that each version of Node comes with. */
const NPM_OF_NODE: Readonly<Record<string, string>> = { '20': '10', '22': '10', '24': '11' };

const root = join(import.meta.dirname, '..');
const given = process.argv.slice(2);
const isVersion = (argument: string) => argument in NPM_OF_NODE;
const versions = given.some(isVersion) ? given.filter(isVersion) : ['22', '24'];
const vitestArguments = given.filter((argument) => !isVersion(argument));

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Runs a program, passes its output on, and fails where it fails or npm warns. */
async function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      process.stdout.write(chunk);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  // Settings of the user's own npmrc are not the project's.
  const [warning] = /npm warn (?!Unknown user config).*/i.exec(output) ?? [];
  if (warning) throw new Error(`${program} ${args.join(' ')} warns: ${warning}`);
}

/** Files that git tracks or would track. */
function copyWorkingTree(target: string): void {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString().split('\0')) {
    if (file === '' || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
}

async function testWith(version: string, folder: string): Promise<void> {
  const tools = join(folder, 'tools');
  const tree = join(folder, 'paperfield');
  mkdirSync(tools);
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  const nodePackage = `node-${process.platform}-${process.arch}`;
  await run('npm', ['install', `${nodePackage}@${version}`, `npm@${NPM_OF_NODE[version]}`], tools, process.env);
  copyWorkingTree(tree);
  // Data for a few tests, where the checkout has it beside it.
  if (existsSync(join(root, '..', 'shared'))) symlinkSync(join(root, '..', 'shared'), join(folder, 'shared'));

  const nodeFolder = join(tools, 'node_modules', nodePackage);
  const node = join(nodeFolder, 'bin', 'node');
  const npm = join(tools, 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const env = {
    ...process.env,
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    // For node-gyp, which compiles hnswlib. npm 11 warns of settings that are not its own, so there it gets another name.
    npm_config_nodedir: NPM_OF_NODE[version] === '10' ? nodeFolder : undefined,
    npm_package_config_node_gyp_nodedir: nodeFolder,
    npm_config_user_agent: undefined,
  };
  print(`== Node ${execFileSync(node, ['--version']).toString().trim()}: npm ci`);
  await run(node, [npm, 'ci'], tree, env);
  if (vitestArguments.length === 0) {
    print(`== Node ${version}: npm test`);
    await run(node, [npm, 'test'], tree, env);
    return;
  }
  print(`== Node ${version}: vitest run ${vitestArguments.join(' ')}`);
  await run(node, [npm, 'exec', '--', 'vitest', 'run', ...vitestArguments], tree, env);
}

for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), `paperfield-node-${version}-`));
  try {
    await testWith(version, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
print(`Node ${versions.join(' and ')}: all passed`);
