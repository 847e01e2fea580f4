/** The published package, installed as a stranger would: packed, put into an empty folder, started. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'paperfield-package-'));
const installed = join(folder, 'node_modules', 'paperfield');

/** No download but the registry's: the discard port answers nothing. */
const env = { ...process.env, GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9', ONNXRUNTIME_NODE_INSTALL: undefined };

let server: ChildProcess | undefined;
let url: string;

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Starts the installed command; resolves with the address that it prints. */
function serve(): Promise<string> {
  const program = join(folder, 'node_modules', '.bin', 'paperfield');
  const child = spawn(program, ['serve', '--sample', '--port', '0'], { cwd: folder, env });
  server = child;
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (address) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`serve exited with ${code}: ${output}`)));
  });
}

beforeAll(async () => {
  // `prepack` builds the page.
  const packed = npm(['pack', '--silent', '--pack-destination', folder], repository).trim().split('\n').at(-1);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline', `./${packed}`], folder);
  url = await serve();
}, 300_000);

afterAll(async () => {
  if (server?.exitCode === null) {
    const exited = new Promise((resolve) => server?.once('exit', resolve));
    server.kill();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the package contains the page, and no tests', () => {
  expect(existsSync(join(installed, 'web', 'dist', 'index.html'))).toBe(true);
  expect(existsSync(join(installed, 'test'))).toBe(false);
  expect(existsSync(join(installed, 'web', 'main.ts'))).toBe(false);
});

test('onnxruntime-node is installed without its download', () => {
  const script = join(folder, 'node_modules', 'onnxruntime-node', 'script', 'install.js');
  expect(readFileSync(script, 'utf8')).toMatch(/^process\.env\.ONNXRUNTIME_NODE_INSTALL \?\?= 'skip';/);
});

test('the server answers / with the page and its script', async () => {
  const page = await fetch(`${url}/`);
  expect(page.status).toBe(200);
  const [, script] = /<script[^>]+src="\.\/(assets\/[^"]+)"/.exec(await page.text()) ?? [];
  expect((await fetch(`${url}/${script}`)).status).toBe(200);
});

test('the server answers a search of the sample papers', async () => {
  const answer = await fetch(`${url}/api/search?q=robots+that+learn+to+push+and+grasp+objects`);
  expect(answer.status).toBe(200);
  expect(JSON.stringify(await answer.json())).toContain('Learning Synergies between Pushing and Grasping');
});
