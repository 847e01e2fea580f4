/**
 * Global setup of the browser tests: builds the page and starts one Chromium and one server over the sample papers, which
 * all test files of the run share. Tests open browser contexts of their own and only read from that server.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { sharedFolder } from '../fixtures/shared-folder.ts';
import { ensureBuiltPage } from './built-page.ts';
import { findChromium, launchChromiumServer } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The address of the Chromium to connect to; null where there is none and the browser tests are skipped. */
    chromiumEndpoint: string | null;
    /** The address of a server over the sample papers. */
    sampleServerUrl: string;
  }
}

const repository = join(import.meta.dirname, '..', '..');
const program = join(repository, 'pipeline', 'paperfield.mjs');

/** A module that ends its process when standard input closes: when the test run ends, in whatever way. */
const EXIT_WITH_PARENT = 'data:text/javascript,process.stdin.once("end",()=>process.exit()).resume().unref()';

/** Runs a paperfield command; resolves when it ends or, where a pattern is given, with what matches in its output. */
function paperfield(args: readonly string[], pattern?: RegExp): Promise<{ child: ChildProcess; match: string }> {
  const command = ['--import', EXIT_WITH_PARENT, program, ...args];
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const [match] = pattern?.exec(output) ?? [];
      if (match !== undefined) resolve({ child, match });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      if (code === 0 && !pattern) resolve({ child, match: '' });
      else reject(new Error(`paperfield ${args.join(' ')} ended with ${code}: ${output}`));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

async function startSampleServer(runFolder: string): Promise<{ child: ChildProcess; match: string }> {
  const sample = join(repository, 'data', 'sample');
  const built = await sharedFolder(runFolder, 'sample', (folder) =>
    paperfield(['build', '--source', sample, '--data-dir', folder]),
  );
  const dataDir = join(runFolder, 'sample-server');
  cpSync(built, dataDir, { recursive: true, verbatimSymlinks: true });
  return paperfield(['serve', '--data-dir', dataDir, '--port', '0'], /http:\/\/127\.0\.0\.1:\d+/);
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const chromium = await findChromium();
  if (chromium === undefined) {
    project.provide('chromiumEndpoint', null);
    project.provide('sampleServerUrl', '');
    return undefined;
  }
  // The server reads the page when it starts.
  await ensureBuiltPage();
  const [browser, server] = await Promise.all([
    launchChromiumServer(chromium),
    startSampleServer(project.getProvidedContext().runFolder),
  ]);
  project.provide('chromiumEndpoint', browser.wsEndpoint());
  project.provide('sampleServerUrl', server.match);
  return async () => {
    await Promise.all([browser.close(), stop(server.child)]);
  };
}
