import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Command, parseArguments } from '../../../pipeline/cli/command-line.ts';
import { commands } from '../../../pipeline/cli/main.ts';
import { parseSchedule } from '../../../pipeline/night-schedule.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'deploy');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const commandOf = (name: string): Command => {
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`no command ${name}`);
  return command;
};

/** Every command line of paperfield in a file: its arguments. */
function commandLines(text: string): string[][] {
  const shell = [...text.matchAll(/npx paperfield ([^\n>|#&]+)/g)].map(([, args]) => args.trim().split(/\s+/));
  const lists = [...text.matchAll(/^CMD (\[.*\])$/gm)].map(([, list]) => JSON.parse(list) as string[]);
  return [...shell, ...lists];
}

const files = readdirSync(folder);

test('there are files for systemd, cron and a container', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'Containerfile',
      'crontab',
      'paperfield-nightly.service',
      'paperfield-nightly.timer',
      'paperfield.service',
    ]),
  );
});

test.each(files.filter((name) => !name.endsWith('.timer')))('%s has only commands and options that exist', (name) => {
  const lines = commandLines(read(name));
  expect(lines).not.toEqual([]);
  for (const [command, ...args] of lines) parseArguments(commandOf(command), args);
});

test('the container has a schedule and a host that are valid', () => {
  const [[, ...args]] = commandLines(read('Containerfile'));
  const { config } = parseArguments(commandOf('serve'), args);
  expect(config.host).toBe('0.0.0.0');
  expect(parseSchedule(config.nightly, config.nightlyTimeZone).timeZone).toBe('UTC');
  expect(read('Containerfile')).toContain(`127.0.0.1:${config.port}/healthz`);
  expect(read('Containerfile')).toContain(`EXPOSE ${config.port}`);
});

test('the timer and the crontab begin at the time that the server proposes', () => {
  expect(read('paperfield-nightly.timer')).toContain('OnCalendar=*-*-* 03:00:00');
  expect(read('crontab')).toMatch(/^0 3 \* \* \* {2}cd \S+ && npx paperfield nightly$/m);
});
