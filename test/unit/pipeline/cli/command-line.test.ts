import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Command,
  commandHelp,
  flagName,
  generalHelp,
  parseArguments,
  usageLine,
} from '../../../../pipeline/cli/command-line.ts';
import { commands } from '../../../../pipeline/cli/main.ts';
import { configShape, type OptionName } from '../../../../pipeline/config.ts';
import { errorKinds, PaperfieldError } from '../../../../pipeline/core/errors.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const originalFolder = process.cwd();
beforeEach(() => process.chdir(newFolder()));
afterEach(() => process.chdir(originalFolder));

const command = (name: string): Command => {
  const found = commands.find((one) => one.name === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
};
const parse = (line: string) => {
  const [name, ...args] = line.split(' ').map((part) => (part === "''" ? '' : part));
  return parseArguments(command(name), args);
};
function refusalOf(line: string): string {
  try {
    parse(line);
  } catch (error) {
    expect(error).toBeInstanceOf(PaperfieldError);
    expect((error as PaperfieldError).kind).toBe('bad_request');
    return (error as PaperfieldError).message;
  }
  return expect.unreachable(`'${line}' was accepted`);
}

describe('parseArguments', () => {
  test.each([
    ['build --source A B C', ['A', 'B', 'C']],
    ['build --source A --source B', ['A', 'B']],
    ['build --source A B --seed 7 C', ['A', 'B', 'C']],
    ['build --source=A', ['A']],
    ['build --source -', ['-']],
    ['build --source A - B', ['A', '-', 'B']],
    ['build', []],
  ])('reads the sources of: %s', (line, sources) => {
    expect(parse(line).config.source).toEqual(sources);
  });

  test('reads options by their names in kebab case', () => {
    const { config } = parse('build --data-dir here --min-topic-size 9 --ef-search=300');
    expect(config).toMatchObject({ dataDir: 'here', minTopicSize: 9, efSearch: 300, neighbors: 15 });
  });

  test('reads operands and the flags of a command', () => {
    const { operands, flags } = parse('search robots that push --mode keyword --json --limit 5');
    expect(operands).toEqual(['robots', 'that', 'push']);
    expect(flags).toEqual({ mode: 'keyword', json: true, limit: '5', offset: undefined });
    expect(parse('search -- --not-a-flag').operands).toEqual(['--not-a-flag']);
  });

  test('treats an argument with one dash as a word of the query, in its position', () => {
    const { operands, flags } = parse('search -review robots -survey --limit 5 -0.5 -topic:3 --json x');
    expect(operands).toEqual(['-review', 'robots', '-survey', '-0.5', '-topic:3', 'x']);
    expect(flags).toMatchObject({ limit: '5', json: true });
    expect(parse('search robots -- -limit --json').operands).toEqual(['robots', '-limit', '--json']);
    expect(parse('search -limits').operands).toEqual(['-limits']);
  });

  test.each([
    [
      'search robots -limit 5',
      "ambiguous argument '-limit': write --limit for the option, or -- -limit to exclude papers",
    ],
    ['search robots -mode=keyword', "ambiguous argument '-mode=keyword': write --mode=keyword"],
    ['search robots -data-dir x', "ambiguous argument '-data-dir': write --data-dir"],
  ])('refuses an option with one dash in a query: %s', (line, message) => {
    expect(refusalOf(line)).toContain(message);
    expect(refusalOf(line)).toContain(usageLine(command('search')));
  });

  test('reads the config file of --config; the command line overrides it', () => {
    writeFileSync(join(process.cwd(), 'mine.json'), '{"seed": 1, "neighbors": 20}');
    expect(parse('build --config mine.json --seed 2').config).toMatchObject({ seed: 2, neighbors: 20 });
    expect(refusalOf('build --config absent.json')).toContain('absent.json');
  });

  test.each([
    ['build --color red', /--color/],
    ['build --port 1', /--port/],
    ['search robots --source A', /--source/],
    ['build -x', /-x/],
    ['similar -x', /-x/],
    ['search robots --survey', /--survey/],
    ['search robots --limit -survey', /--limit/],
    ['build --seed', /--seed/],
    ['build --seed --source A', /--seed/],
    ['search robots --json=yes', /--json/],
    ['build stray', /unexpected argument 'stray'/],
  ])('refuses: %s, naming the argument and showing the usage', (line, message) => {
    expect(refusalOf(line)).toMatch(message);
    expect(refusalOf(line)).toContain(usageLine(command(line.split(' ')[0])));
    expect(refusalOf(line)).not.toContain('\n');
  });

  test.each([
    ['build --neighbors 1', /neighbors is "1"/],
    ["build --seed ''", /seed is ""/],
    ["build --source ''", /source.* is .*""/],
    ['serve --port 70000', /port is "70000"/],
  ])('refuses an invalid value: %s', (line, message) => {
    expect(refusalOf(line)).toMatch(message);
  });
});

describe('the help', () => {
  test.each(commands.map((one) => [one.name, one] as const))(
    'of %s lists all options with description and default',
    (_, one) => {
      const lines = commandHelp(one).split('\n');
      expect(lines[0]).toBe(`paperfield ${[one.name, one.operand].join(' ').trim()}: ${one.summary}`);
      for (const name of one.options) {
        const line = lines.find((some) => some.startsWith(`  --${flagName(name)} `));
        expect(line).toContain(configShape[name].description);
        const defaultValue: unknown = configShape[name].safeParse(undefined).data;
        if (typeof defaultValue !== 'object' && defaultValue !== '') expect(line).toContain(`[${defaultValue}]`);
      }
      for (const [name, { description }] of Object.entries(one.flags)) {
        expect(lines.find((some) => some.startsWith(`  --${name} `))).toContain(description);
      }
      expect(lines.some((some) => some.startsWith('  --config FILE'))).toBe(true);
    },
  );

  test('of the program lists all commands and exit codes, and the environment variable of the debug log', () => {
    const help = generalHelp(commands);
    for (const { name, summary } of commands)
      expect(help).toMatch(new RegExp(`^ {2}${name} .*${summary.slice(0, 20)}`, 'm'));
    for (const { exit } of Object.values(errorKinds)) expect(help).toMatch(new RegExp(`\\b${exit} `));
    expect(help).toContain('PAPERFIELD_LOG=debug');
  });

  // Lists of objects have no flag: they are written in the config file only.
  test('covers every option but the sources: each is taken by a command', () => {
    const covered = new Set(commands.flatMap(({ options }) => [...options]));
    expect((Object.keys(configShape) as OptionName[]).filter((name) => !covered.has(name))).toEqual(['sources']);
  });

  test('is unambiguous: no flag has the name of an option', () => {
    for (const { options, flags } of commands) {
      expect(Object.keys(flags).filter((name) => options.some((option) => flagName(option) === name))).toEqual([]);
    }
  });
});
