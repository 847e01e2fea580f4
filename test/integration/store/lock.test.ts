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
  test('names the holder and the time in the lock file', () => {
    const folder = newFolder();
    const release = acquireLock(lockOf(folder), now);
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8'))).toEqual({
      pid: process.pid,
      host: hostname(),
      since: now.toISOString(),
      started: process.platform === 'win32' ? null : expect.stringMatching(/\S \S/),
    });
    expect(readdirSync(folder)).toEqual(['lock']);
    release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('creates missing folders', () => {
    const path = join(newFolder(), 'data', 'deep', 'lock');
    acquireLock(path, now)();
    expect(existsSync(join(path, '..'))).toBe(true);
  });

  test('refuses a second time, naming the holder, until the lock is released', () => {
    const folder = newFolder();
    const release = acquireLock(lockOf(folder), now);
    const acquireAgain = () => acquireLock(lockOf(folder), now);
    expect(acquireAgain).toThrow(PaperfieldError);
    expect(acquireAgain).toThrow(expect.objectContaining({ kind: 'locked' }));
    expect(acquireAgain).toThrow(new RegExp(`process ${process.pid} on .* since 2026-01-02T03:04:05.000Z`));
    expect(readdirSync(folder)).toEqual(['lock']);
    release();
    acquireAgain()();
  });

  test('takes over the lock of a process that has ended', () => {
    const folder = newFolder();
    writeHolder(folder, deadPid());
    const release = acquireLock(lockOf(folder), now);
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8')).pid).toBe(process.pid);
    expect(() => acquireLock(lockOf(folder), now)).toThrow(/process \d+ on/);
    expect(readdirSync(folder)).toEqual(['lock']);
    release();
  });

  test.each(['', '{"pid": 1', '{"pid": "one"}', 'null', '\0\0\0\0'])(
    'takes over a damaged lock with the content %j',
    (text) => {
      const folder = newFolder();
      writeFileSync(lockOf(folder), text);
      acquireLock(lockOf(folder), now)();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('respects a holder on another machine, whose process cannot be checked', () => {
    const folder = newFolder();
    writeHolder(folder, deadPid(), 'another-machine');
    expect(() => acquireLock(lockOf(folder), now)).toThrow(/on another-machine/);
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8')).host).toBe('another-machine');
  });

  // A container that is killed and restarted has the same host name and often the same process ids.
  test('takes over a lock with its own process id that it never acquired: the holder has ended', () => {
    const folder = newFolder();
    writeHolder(folder, process.pid);
    acquireLock(lockOf(folder), now)();
    expect(readdirSync(folder)).toEqual([]);
  });

  const isToldByTheSystem = process.platform !== 'win32';
  test.runIf(isToldByTheSystem)('takes over the lock of an ended process whose id a living one has now', () => {
    const folder = newFolder();
    acquireLock(lockOf(folder), now);
    const holder = JSON.parse(readFileSync(lockOf(folder), 'utf8'));
    // The parent of this process lives, and did not start when the holder did.
    writeFileSync(lockOf(folder), JSON.stringify({ ...holder, pid: process.ppid, started: `${holder.started}0` }));
    acquireLock(lockOf(folder), now)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('respects a living holder of which only the process id is known', () => {
    const folder = newFolder();
    writeHolder(folder, process.ppid);
    expect(() => acquireLock(lockOf(folder), now)).toThrow(expect.objectContaining({ kind: 'locked' }));
  });

  test('released twice does not release the lock of the next holder', () => {
    const folder = newFolder();
    const release = acquireLock(lockOf(folder), now);
    release();
    const next = acquireLock(lockOf(folder), now);
    release();
    expect(existsSync(lockOf(folder))).toBe(true);
    next();
  });

  test('says what to do if the data folder cannot be written', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => acquireLock(join(folder, 'file', 'lock'), now)).toThrow(
      expect.objectContaining({ kind: 'bad_input', message: expect.stringMatching(/give another --data-dir$/) }),
    );
  });

  test('gives the lock to one of several processes that ask at the same time for that of an ended process', async () => {
    const module = pathToFileURL(join(import.meta.dirname, '..', '..', '..', 'pipeline', 'store', 'lock.ts')).href;
    // Each line is a time and a lock. All processes wait for that time, try once, and keep the lock if they get it.
    const script = `
      const { acquireLock } = await import(${JSON.stringify(module)});
      const { createInterface } = await import('node:readline');
      createInterface({ input: process.stdin }).on('line', (line) => {
        const [at, path] = JSON.parse(line);
        while (Date.now() < at);
        let outcome = 'acquired';
        try { acquireLock(path, new Date()); } catch (error) { outcome = error.kind ?? String(error); }
        process.stdout.write(outcome);
      });
      process.stdout.write('ready');`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    try {
      const outputs = () => Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0])));
      await outputs();
      const endedPid = deadPid();
      for (let round = 0; round < 25; round++) {
        const folder = newFolder();
        writeHolder(folder, endedPid);
        const outcomes = outputs();
        const line = JSON.stringify([Date.now() + 4, lockOf(folder)]);
        for (const child of children) child.stdin.write(`${line}\n`);
        expect((await outcomes).sort()).toEqual(['acquired', 'locked', 'locked']);
      }
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });
});
