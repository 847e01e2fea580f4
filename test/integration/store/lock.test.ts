import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../pipeline/core/errors.ts';
import { acquireLock } from '../../../pipeline/store/lock.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const now = new Date('2026-01-02T03:04:05Z');
const lockOf = (folder: string) => join(folder, 'lock');

/** The id of a process that has ended. */
function deadPid(): number {
  const { pid, status } = spawnSync(process.execPath, ['-e', '']);
  expect(status).toBe(0);
  return pid;
}

function writeHolder(folder: string, pid: number, host = hostname()): void {
  writeFileSync(lockOf(folder), JSON.stringify({ pid, host, since: '2026-01-01T00:00:00.000Z' }));
}

describe('acquireLock', () => {
  test('says who holds the lock and since when', () => {
    const folder = newFolder();
    const release = acquireLock(lockOf(folder), now);
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8'))).toEqual({
      pid: process.pid,
      host: hostname(),
      since: now.toISOString(),
    });
    expect(readdirSync(folder)).toEqual(['lock']);
    release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('makes the folder on the way', () => {
    const path = join(newFolder(), 'data', 'deep', 'lock');
    acquireLock(path, now)();
    expect(existsSync(join(path, '..'))).toBe(true);
  });

  test('refuses a second taker, with the process that holds it, and lets the next in after release', () => {
    const folder = newFolder();
    const release = acquireLock(lockOf(folder), now);
    const second = () => acquireLock(lockOf(folder), now);
    expect(second).toThrow(PaperfieldError);
    expect(second).toThrow(expect.objectContaining({ kind: 'locked' }));
    expect(second).toThrow(new RegExp(`process ${process.pid} on .* since 2026-01-02T03:04:05.000Z`));
    expect(readdirSync(folder)).toEqual(['lock']);
    release();
    second()();
  });

  test('takes over the lock of a process that is gone', () => {
    const folder = newFolder();
    writeHolder(folder, deadPid());
    const release = acquireLock(lockOf(folder), now);
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8')).pid).toBe(process.pid);
    expect(() => acquireLock(lockOf(folder), now)).toThrow(/process \d+ on/);
    expect(readdirSync(folder)).toEqual(['lock']);
    release();
  });

  test.each(['', '{"pid": 1', '{"pid": "one"}', 'null', '\0\0\0\0'])('takes over a lock that holds %j', (text) => {
    const folder = newFolder();
    writeFileSync(lockOf(folder), text);
    acquireLock(lockOf(folder), now)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('respects a holder on another machine, whose process cannot be asked', () => {
    const folder = newFolder();
    writeHolder(folder, deadPid(), 'another-machine');
    expect(() => acquireLock(lockOf(folder), now)).toThrow(/on another-machine/);
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8')).host).toBe('another-machine');
  });

  // A container that is killed and started again has the same host name and, often, the same process ids.
  test('takes over a lock with its own process id that it never took: the holder is gone', () => {
    const folder = newFolder();
    writeHolder(folder, process.pid);
    acquireLock(lockOf(folder), now)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('released twice does not take the lock from the next holder', () => {
    const folder = newFolder();
    const release = acquireLock(lockOf(folder), now);
    release();
    const next = acquireLock(lockOf(folder), now);
    release();
    expect(existsSync(lockOf(folder))).toBe(true);
    next();
  });

  test('gives a way out where a data folder cannot be written', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => acquireLock(join(folder, 'file', 'lock'), now)).toThrow(PaperfieldError);
  });

  test('gives the lock to one of several processes that come at once, though the last holder is gone', async () => {
    const module = pathToFileURL(join(import.meta.dirname, '..', '..', '..', 'pipeline', 'store', 'lock.ts')).href;
    // Each line is a moment and a lock; all wait for that moment, try once, and keep what they get.
    const script = `
      const { acquireLock } = await import(${JSON.stringify(module)});
      const { createInterface } = await import('node:readline');
      createInterface({ input: process.stdin }).on('line', (line) => {
        const [at, path] = JSON.parse(line);
        while (Date.now() < at);
        let word = 'taken';
        try { acquireLock(path, new Date()); } catch (error) { word = error.kind ?? String(error); }
        process.stdout.write(word);
      });
      process.stdout.write('ready');`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    try {
      const said = () => Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0])));
      await said();
      const gone = deadPid();
      for (let round = 0; round < 25; round++) {
        const folder = newFolder();
        writeHolder(folder, gone);
        const answers = said();
        const line = JSON.stringify([Date.now() + 4, lockOf(folder)]);
        for (const child of children) child.stdin.write(`${line}\n`);
        expect((await answers).sort()).toEqual(['locked', 'locked', 'taken']);
      }
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });
});
