/** Finds a Chromium to test with, or gets one where that takes no asking. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { alone } from '../fixtures/alone.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/snap/bin/chromium',
];
const remedy =
  'The browser tests need Chromium or Chrome: install one (Debian: apt-get install chromium) or name it in CHROMIUM_PATH.';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installed(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'].filter(Boolean);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...elsewhere].find(isRunnable);
}

/** On Debian and its kin, as root, a browser is one command away. */
function installWithApt(): void {
  if (process.getuid?.() !== 0 || !isRunnable('/usr/bin/apt-get')) return;
  process.stdout.write('No Chromium here: installing it with apt-get for the browser tests.\n');
  const options = {
    stdio: 'ignore',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  try {
    execFileSync('apt-get', ['update'], options);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  } catch (error) {
    process.stdout.write(`apt-get could not: ${error instanceof Error ? error.message : error}\n`);
  }
}

/**
 * The path of a browser; undefined where there is none and the tests are to be skipped, for a reason that is printed.
 *
 * @throws Error where a browser was named that cannot be run, or where CI is set and there is none
 */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (isRunnable(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, which cannot be run`);
  }
  if (!installed()) {
    await alone('apt', () => {
      if (!installed()) installWithApt();
    });
  }
  const found = installed();
  if (found) return found;
  if (process.env.CI) throw new Error(remedy);
  process.stdout.write(`Browser tests skipped. ${remedy}\n`);
  return undefined;
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}
