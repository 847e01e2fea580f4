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
  // A living process that is not this one: the parent, which runs the tests.
  const holder = { pid: process.ppid, host: hostname(), since: '2026-01-02T03:04:05.000Z' };
  writeFileSync(join(locked, 'lock'), `${JSON.stringify(holder)}\n`);
  const damaged = join(cwd, 'damaged');
  cpSync(dataDir, damaged, { recursive: true });
  truncateSync(join(snapshotFolder(damaged, snapshot), 'manifest.json'), 100);
  writeFileSync(join(cwd, 'broken.json'), '{"neighbors": 5');
  writeFileSync(join(cwd, 'unknown-option.json'), '{"neigbors": 5}');
  process.chdir(cwd);
});
afterAll(() => {
  process.chdir(checkout);
  folder.remove();
});

/** An error message for the user: one sentence on standard error, no stack trace, nothing on standard output. */
function expectUserError({ code, out, err }: CommandResult | ProcessResult, ...expected: number[]): void {
  expect(err).not.toMatch(/internal error|\n\s+at /);
  expect(err).toMatch(/^paperfield: /m);
  expect(out).toBe('');
  expect(expected, err).toContain(code);
}

const dashed = (name: string) => `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
const names = ['build', 'serve', 'search', 'similar', 'nightly', 'status', 'embed'];

describe('help', () => {
  test.each([['--help'], ['-h'], ['help']])('%s lists all commands and exit codes', async (flag) => {
    const { code, out, err } = await callMain([flag]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of names) expect(out).toContain(`  ${name}`);
    for (const { exit } of Object.values(errorKinds)) expect(out).toMatch(new RegExp(`\\b${exit} [a-z]`));
  });

  test('without a command the help is shown, with the exit code of an error', async () => {
    const { code, out } = await callMain([]);
    expect(code).toBe(2);
    expect(out).toContain('paperfield COMMAND --help');
  });

  test.each(names)('of %s lists all options with their descriptions', async (name) => {
    const command = commands.find((one) => one.name === name);
    const { code, out, err } = await callMain([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(command?.summary);
    expect(command?.options).toContain('dataDir');
    for (const option of command?.options ?? []) {
      const line = out.split('\n').find((one) => one.startsWith(`  ${dashed(option)} `));
      expect(line, `${option} in ${out}`).toContain(configShape[option].description);
    }
    for (const [flag, { description }] of Object.entries(command?.flags ?? {})) {
      expect(out.split('\n').find((one) => one.startsWith(`  --${flag} `))).toContain(description);
    }
    expect(out).toContain('--config FILE');
    expect(out).toContain('Exit codes: 0 success');
    expect(out).toContain('PAPERFIELD_LOG=debug');
  });
});

describe('an invalid command line exits with 2:', () => {
  test.each([
    ['an unknown command', ['fly'], 'fly'],
    ['an unknown option', ['build', '--color', 'red'], '--color'],
    ['an option of another command', ['search', 'x', '--port', '80'], '--port'],
    ['an option without its value', ['build', '--source'], '--source'],
    ['text for a number', ['build', '--neighbors', 'many', '--source', papersFile], 'neighbors'],
    ['a number out of range', ['build', '--neighbors', '1', '--source', papersFile], 'neighbors'],
    ['an unexpected argument', ['status', 'please'], 'please'],
    ['no query', ['search', '--data-dir', dataDir], 'q'],
    ['a limit that is too large', ['search', 'x', '--limit', '201', '--data-dir', dataDir], 'limit'],
    ['an unknown mode', ['search', 'x', '--mode', 'psychic', '--data-dir', dataDir], 'mode'],
    ['two ids', ['similar', 'a', 'b', '--data-dir', dataDir], 'id'],
    ['embed without --out', ['embed', papersFile], '--out'],
    ['a config file that is not JSON', ['status', '--config', 'broken.json'], 'broken.json'],
    ['a config file with an unknown option', ['status', '--config', 'unknown-option.json'], 'neigbors'],
    ['a missing config file', ['status', '--config', 'absent.json'], 'absent.json'],
  ])('%s', async (_, args, text) => {
    const result = await callMain(args);
    expectUserError(result, 2);
    expect(result.err).toContain(text);
  });
});

describe('every kind of error has its exit code and message:', () => {
  const missing = join(cwd, 'nowhere');
  test.each([
    ['3, no source', 3, ['build'], '--source'],
    ['3, a missing source', 3, ['build', '--source', missing], missing],
    ['3, a source in no known format', 3, ['build', '--source', 'notes.txt'], 'notes.txt'],
    ['3, a missing input of embed', 3, ['embed', missing, '--out', 'x.npy'], missing],
    ['4, no snapshot to search', 4, ['search', 'x', '--data-dir', missing], 'paperfield build'],
    ['4, no snapshot for status', 4, ['status', '--data-dir', missing], 'paperfield build'],
    ['4, no snapshot to serve', 4, ['serve', '--data-dir', missing, '--port', '0'], 'paperfield build'],
    ['4, an unknown paper id', 4, ['similar', 'no-such-paper', '--data-dir', dataDir], 'no-such-paper'],
    [
      '5, another build is running',
      5,
      ['build', '--source', papersFile, '--data-dir', 'locked'],
      `process ${process.ppid} on ${hostname()}`,
    ],
    [
      '5, another build is running, for nightly',
      5,
      ['nightly', '--source', papersFile, '--data-dir', 'locked'],
      '2026-01-02T03:04:05',
    ],
    [
      '6, an unknown model',
      6,
      ['build', '--source', papersFile, '--data-dir', 'new', '--model', 'no-such-model'],
      'no-such-model',
    ],
    [
      '6, an unknown model for embed',
      6,
      ['embed', papersFile, '--out', 'x.npy', '--model', './no-such-model'],
      './no-such-model',
    ],
    ['7, a damaged snapshot for status', 7, ['status', '--data-dir', 'damaged'], 'build again'],
    ['7, a damaged snapshot for search', 7, ['search', 'x', '--data-dir', 'damaged'], 'build again'],
  ])('%s', async (_, code, args, text) => {
    const result = await callMain(args);
    expectUserError(result, code);
    expect(result.err).toContain(text);
  });

  test('the lock of another process is left unchanged', async () => {
    await callMain(['build', '--source', papersFile, '--data-dir', 'locked']);
    expect(listFiles(join(cwd, 'locked')).filter((name) => name.startsWith('lock'))).toEqual(['lock']);
  });
});

describe('what the file system refuses is reported without a stack trace:', () => {
  test('a data folder that is a file', async () => {
    const result = await callMain(['build', '--source', papersFile, '--data-dir', 'notes.txt']);
    expectUserError(result, 2, 3);
    expect(result.err).toContain('notes.txt');
  });

  test('an output file in a missing folder', async () => {
    const result = await callMain(['embed', papersFile, '--out', join('nowhere', 'x.npy')]);
    expectUserError(result, 2, 3);
    expect(result.err).toContain('nowhere');
  });

  test('an output file with the name of a folder', async () => {
    mkdirSync(join(cwd, 'taken.npy'));
    const result = await callMain(['embed', papersFile, '--out', 'taken.npy']);
    expectUserError(result, 2, 3);
    expect(result.err).toContain('taken.npy');
  });

  test('an output file that cannot be written leaves no temporary file', async () => {
    mkdirSync(join(cwd, 'also-taken.npy'));
    await callMain(['embed', papersFile, '--out', 'also-taken.npy']);
    expect(listFiles(cwd).filter((name) => /also-taken.*writing/.test(name))).toEqual([]);
  });

  test.each(['papers.sqlite', 'vectors.bin'])('a snapshot without %s', async (name) => {
    const incomplete = join(cwd, `without-${name}`);
    cpSync(dataDir, incomplete, { recursive: true });
    rmSync(join(snapshotFolder(incomplete, snapshot), name));
    expectUserError(await callMain(['search', 'robots', '--data-dir', incomplete]), 7);
  });
});

describe.concurrent('a process of its own', () => {
  test('prints help to standard output', async () => {
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
  ])('exits with %i for %j', async (code, args) => {
    expectUserError(await runPaperfield(args, { cwd }), code);
  });

  test('does not complain if its reader closes the pipe, as `| head` does', async () => {
    const { child, result } = startPaperfield(['status', '--data-dir', dataDir], { cwd });
    child.stdout?.destroy();
    expect((await result).err).toBe('');
  });

  test('does not wait for standard input that it does not read', async () => {
    const { code, out } = await runPaperfield(['status', '--data-dir', dataDir], { cwd, input: 'open' });
    expect(code).toBe(0);
    expect(out).toContain(snapshot);
  });

  test('that waits for standard input is stopped by Ctrl-C', async () => {
    const args = ['build', '--source', '-', '--data-dir', 'waiting'];
    const { child, result } = startPaperfield(args, { cwd, input: 'open' });
    await expect.poll(() => listFiles(join(cwd, 'waiting')), { timeout: 10_000 }).toContain('lock');
    // After it has taken the lock it loads the model, and only then waits for input.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const outcome = await Promise.race([
      result,
      new Promise<'still running'>((resolve) => setTimeout(resolve, 4000, 'still running')),
    ]);
    child.kill('SIGKILL');
    expect(outcome).toMatchObject({ code: 130 });
  });
});
