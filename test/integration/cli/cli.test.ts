import { cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../pipeline/cli/main.ts';
import { configShape } from '../../../pipeline/config.ts';
import { errorKinds } from '../../../pipeline/core/errors.ts';
import { snapshotFolder } from '../../../pipeline/store/data-folder.ts';
import { type CommandResult, callMain } from '../../fixtures/call-main.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { listFiles } from '../../fixtures/folder-state.ts';
import { type ProcessResult, runPaperfield, startPaperfield } from '../../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../../fixtures/sample-server.ts';

const checkout = process.cwd();
const folder = temporaryFolder();
const cwd = folder.path;
const dataDir = join(cwd, 'data');
const papersFile = join(cwd, 'papers.jsonl');
let snapshot = '';

beforeAll(async () => {
  writeJsonl(papersFile, (await samplePapers()).slice(0, 30));
  snapshot = (await buildInto(dataDir, [papersFile], { epochs: 5 })).manifest.id;
  writeFileSync(join(cwd, 'notes.txt'), 'Buy milk.\nCall the plumber.\n');
  const locked = join(cwd, 'locked');
  mkdirSync(locked);
  // Alive, and not this process: the one that runs the tests.
  const holder = { pid: process.ppid, host: hostname(), since: '2026-01-02T03:04:05.000Z' };
  writeFileSync(join(locked, 'lock'), `${JSON.stringify(holder)}\n`);
  const damaged = join(cwd, 'damaged');
  cpSync(dataDir, damaged, { recursive: true });
  truncateSync(join(snapshotFolder(damaged, snapshot), 'manifest.json'), 100);
  writeFileSync(join(cwd, 'broken.json'), '{"neighbors": 5');
  writeFileSync(join(cwd, 'strange.json'), '{"neighbors": 5}');
  process.chdir(cwd);
});
afterAll(() => {
  process.chdir(checkout);
  folder.remove();
});

/** An error that a person can act on: one sentence on standard error, no stack, no answer. */
function expectComplaint({ code, out, err }: CommandResult | ProcessResult, ...expected: number[]): void {
  expect(err).not.toMatch(/fault of ours|\n\s+at /);
  expect(err).toMatch(/^paperfield: /m);
  expect(out).toBe('');
  expect(expected, err).toContain(code);
}

const dashed = (name: string) => `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
const names = ['build', 'serve', 'search', 'similar', 'nightly', 'status', 'embed'];

describe('help', () => {
  test.each([['--help'], ['-h'], ['help']])('%s tells every command and every exit code', async (flag) => {
    const { code, out, err } = await callMain([flag]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of names) expect(out).toContain(`  ${name}`);
    for (const { exit } of Object.values(errorKinds)) expect(out).toMatch(new RegExp(`\\b${exit} [a-z]`));
  });

  test('no command at all shows the help and is a mistake', async () => {
    const { code, out } = await callMain([]);
    expect(code).toBe(2);
    expect(out).toContain('paperfield COMMAND --help');
  });

  test.each(names)('of %s tells each option, its meaning and default', async (name) => {
    const command = commands.find((one) => one.name === name);
    const { code, out, err } = await callMain([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(command?.summary);
    expect(command?.options).toContain('dataDir');
    for (const option of command?.options ?? []) {
      const line = out.split('\n').find((one) => one.startsWith(`  ${dashed(option)} `));
      expect(line, `${option} in ${out}`).toContain(configShape[option].description);
    }
    for (const [flag, { description: sentence }] of Object.entries(command?.flags ?? {})) {
      expect(out.split('\n').find((one) => one.startsWith(`  --${flag} `))).toContain(sentence);
    }
    expect(out).toContain('--config FILE');
    expect(out).toContain('Exit codes: 0 done');
  });
});

describe('a mistake on the command line ends with 2:', () => {
  test.each([
    ['an unknown command', ['fly'], 'fly'],
    ['an unknown option', ['build', '--color', 'red'], '--color'],
    ['an option of another command', ['search', 'x', '--port', '80'], '--port'],
    ['an option without its value', ['build', '--source'], '--source'],
    ['a number that is none', ['build', '--neighbors', 'many', '--source', papersFile], 'neighbors'],
    ['a number out of range', ['build', '--neighbors', '1', '--source', papersFile], 'neighbors'],
    ['a word where none belongs', ['status', 'please'], 'please'],
    ['no query', ['search', '--data-dir', dataDir], 'q'],
    ['a limit beyond the most', ['search', 'x', '--limit', '201', '--data-dir', dataDir], 'limit'],
    ['an unknown mode', ['search', 'x', '--mode', 'psychic', '--data-dir', dataDir], 'mode'],
    ['two ids', ['similar', 'a', 'b', '--data-dir', dataDir], 'id'],
    ['embed without --out', ['embed', papersFile], '--out'],
    ['a config file that is no JSON', ['status', '--config', 'broken.json'], 'broken.json'],
    ['a config file with an option that there is not', ['status', '--config', 'strange.json'], 'neighbors'],
    ['a config file that is not there', ['status', '--config', 'absent.json'], 'absent.json'],
  ])('%s', async (_, args, said) => {
    const ended = await callMain(args);
    expectComplaint(ended, 2);
    expect(ended.err).toContain(said);
  });
});

describe('what cannot be done tells why, by its exit code too:', () => {
  const missing = join(cwd, 'nowhere');
  test.each([
    ['3, no source', 3, ['build'], '--source'],
    ['3, a source that is not there', 3, ['build', '--source', missing], missing],
    ['3, a source in no known format', 3, ['build', '--source', 'notes.txt'], 'notes.txt'],
    ['3, nothing to embed', 3, ['embed', missing, '--out', 'x.npy'], missing],
    ['4, no snapshot to search', 4, ['search', 'x', '--data-dir', missing], 'paperfield build'],
    ['4, no snapshot to tell of', 4, ['status', '--data-dir', missing], 'paperfield build'],
    ['4, no snapshot to serve', 4, ['serve', '--data-dir', missing, '--port', '0'], 'paperfield build'],
    ['4, no paper of that id', 4, ['similar', 'no-such-paper', '--data-dir', dataDir], 'no-such-paper'],
    [
      '5, another build at work',
      5,
      ['build', '--source', papersFile, '--data-dir', 'locked'],
      `process ${process.ppid} on ${hostname()}`,
    ],
    [
      '5, another build at work, told to nightly',
      5,
      ['nightly', '--source', papersFile, '--data-dir', 'locked'],
      '2026-01-02T03:04:05',
    ],
    [
      '6, no model of that name',
      6,
      ['build', '--source', papersFile, '--data-dir', 'new', '--model', 'no-such-model'],
      'no-such-model',
    ],
    [
      '6, no model of that name to embed with',
      6,
      ['embed', papersFile, '--out', 'x.npy', '--model', './no-such-model'],
      './no-such-model',
    ],
    ['7, a damaged snapshot to tell of', 7, ['status', '--data-dir', 'damaged'], 'build again'],
    ['7, a damaged snapshot to search', 7, ['search', 'x', '--data-dir', 'damaged'], 'build again'],
  ])('%s', async (_, code, args, said) => {
    const ended = await callMain(args);
    expectComplaint(ended, code);
    expect(ended.err).toContain(said);
  });

  test('a lock that is not ours is left as it was', async () => {
    await callMain(['build', '--source', papersFile, '--data-dir', 'locked']);
    expect(listFiles(join(cwd, 'locked')).filter((name) => name.startsWith('lock'))).toEqual(['lock']);
  });
});

describe('what the disk does not allow is told without a stack:', () => {
  test('a data folder that is a file', async () => {
    const ended = await callMain(['build', '--source', papersFile, '--data-dir', 'notes.txt']);
    expectComplaint(ended, 2, 3);
    expect(ended.err).toContain('notes.txt');
  });

  test('a result in a folder that is not there', async () => {
    const ended = await callMain(['embed', papersFile, '--out', join('nowhere', 'x.npy')]);
    expectComplaint(ended, 2, 3);
    expect(ended.err).toContain('nowhere');
  });

  test('a result under the name of a folder', async () => {
    mkdirSync(join(cwd, 'taken.npy'));
    const ended = await callMain(['embed', papersFile, '--out', 'taken.npy']);
    expectComplaint(ended, 2, 3);
    expect(ended.err).toContain('taken.npy');
  });

  test('a result that could not be written leaves nothing lying about', async () => {
    mkdirSync(join(cwd, 'also-taken.npy'));
    await callMain(['embed', papersFile, '--out', 'also-taken.npy']);
    expect(listFiles(cwd).filter((name) => /also-taken.*writing/.test(name))).toEqual([]);
  });

  test.each(['papers.sqlite', 'vectors.bin'])('a snapshot that has lost its %s', async (name) => {
    const own = join(cwd, `without-${name}`);
    cpSync(dataDir, own, { recursive: true });
    rmSync(join(snapshotFolder(own, snapshot), name));
    expectComplaint(await callMain(['search', 'robots', '--data-dir', own]), 7);
  });
});

describe.concurrent('a process of its own', () => {
  test('tells its help on standard output', async () => {
    const { code, out, err } = await runPaperfield(['build', '--help'], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('--source PATH');
  });

  test.each([
    [2, ['fly']],
    [3, ['build', '--source', 'nowhere']],
    [4, ['status', '--data-dir', 'nowhere']],
    [5, ['build', '--source', 'papers.jsonl', '--data-dir', 'locked']],
    [6, ['build', '--source', 'papers.jsonl', '--data-dir', 'new', '--model', 'no-such-model']],
    [7, ['status', '--data-dir', 'damaged']],
  ])('ends with %i for %j', async (code, args) => {
    expectComplaint(await runPaperfield(args, { cwd }), code);
  });

  test('whose reader has gone away (`| head`) does not complain of it', async () => {
    const { child, result: ended } = startPaperfield(['status', '--data-dir', dataDir], { cwd });
    child.stdout?.destroy();
    expect((await ended).err).toBe('');
  });

  test('does not wait for standard input that it has no need of', async () => {
    const { code, out } = await runPaperfield(['status', '--data-dir', dataDir], { cwd, input: 'open' });
    expect(code).toBe(0);
    expect(out).toContain(snapshot);
  });

  test('that waits for standard input is ended by Ctrl-C', async () => {
    const args = ['build', '--source', '-', '--data-dir', 'waiting'];
    const { child, result: ended } = startPaperfield(args, { cwd, input: 'open' });
    await expect.poll(() => listFiles(join(cwd, 'waiting')), { timeout: 10_000 }).toContain('lock');
    // The model is loaded between the lock and the reading; only then does it wait.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const outcome = await Promise.race([ended, new Promise<'held'>((resolve) => setTimeout(resolve, 4000, 'held'))]);
    child.kill('SIGKILL');
    expect(outcome).toMatchObject({ code: 130 });
  });
});
