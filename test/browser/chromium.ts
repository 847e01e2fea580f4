/** Finds Chromium, or installs it where that needs no question. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserServer, chromium } from 'playwright-core';
import { withFileLock } from '../fixtures/file-lock.ts';

const PROGRAM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const OTHER_PATHS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/snap/bin/chromium',
];
const REMEDY =
  'The browser tests need Chromium or Chrome: install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installedChromium(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'].filter(Boolean);
  const paths = folders.flatMap((folder) => PROGRAM_NAMES.map((name) => join(folder, name)));
  return [...paths, ...OTHER_PATHS].find(isExecutable);
}

/** Only as root on Debian and its derivatives, where one command installs a browser. */
function installWithApt(): void {
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return;
  process.stdout.write('No Chromium found: installing it with apt-get for the browser tests.\n');
  const options = {
    stdio: 'ignore',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  try {
    execFileSync('apt-get', ['update'], options);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  } catch (error) {
    process.stdout.write(`apt-get failed: ${error instanceof Error ? error.message : error}\n`);
  }
}

/**
 * Returns the path of a browser, or undefined where there is none. The browser tests are then skipped, and the reason is
 * printed.
 *
 * @throws Error where CHROMIUM_PATH is not an executable file, or where there is no browser and CI is set
 */
export async function findChromium(): Promise<string | undefined> {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (isExecutable(given)) return given;
    throw new Error(`CHROMIUM_PATH is ${given}, which is not an executable file`);
  }
  if (!installedChromium()) {
    await withFileLock('apt', () => {
      if (!installedChromium()) installWithApt();
    });
  }
  const path = installedChromium();
  if (path) return path;
  if (process.env.CI) throw new Error(REMEDY);
  process.stdout.write(`Browser tests skipped. ${REMEDY}\n`);
  return undefined;
}

/** A browser of this process. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** A browser that test workers connect to (`connectChromium`). */
export function launchChromiumServer(executablePath: string): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath, args: ARGUMENTS, host: '127.0.0.1' });
}

/** Connects to a browser server; closing the connection closes what was opened through it, not the browser. */
export function connectChromium(endpoint: string): Promise<Browser> {
  return chromium.connect(endpoint);
}
