/** A disk that is really full, or read-only: a small one in memory, mounted for one process. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const disk = join(folder.path, 'disk');
const program = join(import.meta.dirname, '..', '..', '..', 'pipeline', 'paperfield.mjs');
// At once: whether a disk can be mounted is tried before any test.
mkdirSync(disk);
let source = '';

beforeAll(async () => {
  source = writeJsonl(join(folder.path, 'papers.jsonl'), (await samplePapers()).slice(0, 120));
});
afterAll(() => folder.remove());

/** Runs a shell script with an empty disk of so many kB at `$DISK`. */
function onDisk(kilobytes: number, script: string) {
  const mounted = `mount -t tmpfs -o size=${kilobytes}k none "$DISK" && { ${script}; }`;
  const env = { ...process.env, DISK: disk, SOURCE: source, RUN: `${process.execPath} ${program}` };
  return spawnSync('unshare', ['-Urm', 'sh', '-c', mounted], { env, encoding: 'utf8', cwd: folder.path });
}

// Most containers let nobody mount a disk of their own.
const canMount = onDisk(100, 'true').status === 0;

test.runIf(canMount)('a read-only disk is named, with the option for another folder', { timeout: 60_000 }, () => {
  const nightly = '$RUN nightly --source "$SOURCE" --data-dir "$DISK/data"';
  const { status, stderr } = onDisk(100, `mount -o remount,ro "$DISK"; ${nightly}`);
  expect(status, stderr).toBe(3);
  expect(stderr).toMatch(/^paperfield: .*\/data: cannot be written \(EROFS.*\); give another --data-dir$/m);
});

describe.runIf(canMount)('on a full disk', () => {
  test.each([40, 200, 500, 800])(
    'of %i kB a build says so in one sentence, and leaves nothing half-written',
    { timeout: 60_000 },
    (kilobytes) => {
      const build = '$RUN build --model fast --epochs 5 --source "$SOURCE" --data-dir "$DISK/data"';
      const { status, stdout, stderr } = onDisk(kilobytes, `${build}; code=$?; find "$DISK"; exit $code`);
      expect(status, stderr).toBe(3);
      expect(stderr).toMatch(/^paperfield: .*the disk is full \(.*\); nothing half-written is left.*free some space/m);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).not.toMatch(/\.building-|\.writing|\/lock|\/current/);
    },
  );
});
