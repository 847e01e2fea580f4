import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, configShape, type OptionName, pickBuildOptions, readConfig } from '../../../pipeline/config.ts';
import { PaperfieldError } from '../../../pipeline/core/errors.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const names = Object.keys(configShape) as OptionName[];
const originalFolder = process.cwd();
// Each test runs in an empty folder, so that it finds only the config file that it writes.
beforeEach(() => process.chdir(newFolder()));
afterEach(() => process.chdir(originalFolder));

const refusalOf = (flags: Record<string, unknown>, file?: string): string => {
  try {
    readConfig(flags, file);
  } catch (error) {
    expect(error).toBeInstanceOf(PaperfieldError);
    expect((error as PaperfieldError).kind).toBe('bad_request');
    return (error as PaperfieldError).message;
  }
  return expect.unreachable(`${JSON.stringify(flags)} was accepted`);
};
function configFile(content: unknown, name = 'paperfield.config.json'): string {
  const path = join(process.cwd(), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the options', () => {
  test.each(names)('%s has a default and a description', (name) => {
    expect(configShape[name].safeParse(undefined)).toMatchObject({ success: true, data: expect.anything() });
    expect(configShape[name].description).toMatch(/^\p{Lu}.{15,}/u);
  });

  test('have their defaults if nothing is given', () => {
    const config = readConfig({}, undefined);
    expect(Object.keys(config).sort()).toEqual([...names].sort());
    expect(config).toMatchObject({ model: 'embedded', dataDir: 'data', source: [], port: 8017, seed: 42, keep: 7 });
  });

  test.each<[OptionName, [number, number]]>([
    ['neighbors', [2, 200]],
    ['resolution', [0.01, 100]],
    ['minTopicSize', [2, 10_000]],
    ['minDist', [0, 0.99]],
    ['negativeSampleRate', [1, 100]],
    ['epochs', [0, 5000]],
    ['m', [4, 96]],
    ['efConstruction', [16, 2000]],
    ['efSearch', [16, 2000]],
    ['seed', [0, 4_294_967_295]],
    ['port', [0, 65_535]],
    ['keep', [1, 1000]],
  ])('%s is accepted within its range, as a number or as text from the command line', (name, range) => {
    for (const value of range) {
      expect(readConfig({ [name]: value }, undefined)[name]).toBe(value);
      expect(readConfig({ [name]: String(value) }, undefined)[name]).toBe(value);
    }
    for (const value of [range[0] - 1, range[1] + 1, 'many', Number.NaN]) {
      expect(refusalOf({ [name]: value })).toContain(`${name} is ${JSON.stringify(value)}`);
    }
  });

  test('allowedHosts is a list, or names separated by commas or spaces', () => {
    for (const allowedHosts of ['a.example,b.example', 'a.example, b.example', ['a.example', 'b.example']]) {
      expect(readConfig({ allowedHosts }, undefined).allowedHosts).toEqual(['a.example', 'b.example']);
    }
    expect(readConfig({}, undefined).allowedHosts).toEqual([]);
  });

  test.each(['neighbors', 'm', 'seed', 'port'])('%s is an integer', (name) => {
    expect(refusalOf({ [name]: '17.5' })).toContain(`${name} is "17.5"`);
  });

  test.each<[string, Record<string, unknown>]>([
    ['null', { minDist: null }],
    ['an empty text', { minDist: '' }],
    ['false', { epochs: false }],
    ['a list', { resolution: [3] }],
    ['an empty list', { seed: [] }],
  ])('that are numbers reject %s', (_, flags) => {
    const [name] = Object.keys(flags);
    expect(refusalOf(flags)).toContain(`${name} is ${JSON.stringify(flags[name])}`);
  });

  test('source is one path or several, none of them empty', () => {
    expect(readConfig({ source: 'a' }, undefined).source).toEqual(['a']);
    expect(readConfig({ source: ['a', '-'] }, undefined).source).toEqual(['a', '-']);
    expect(refusalOf({ source: ['a', ''] })).toMatch(/^source.* is .*""/);
  });

  test('that are invalid are all reported at once, with their values', () => {
    const message = refusalOf({ neighbors: 1, minDist: '2', model: '', color: 'red' });
    expect(message).toContain('neighbors is 1: ');
    expect(message).toContain('minDist is "2": ');
    expect(message).toContain('model is "": ');
    expect(message).toContain('no option is called color');
    expect(message).not.toContain('\n');
  });

  test('that determine a snapshot are separated from the others', () => {
    const config = readConfig({ seed: 7 }, undefined);
    const elsewhere: Config = { ...config, dataDir: 'other', port: 1, host: '::1', keep: 2, source: ['x'] };
    expect(pickBuildOptions(elsewhere)).toEqual(pickBuildOptions(config));
    expect(pickBuildOptions(config)).toMatchObject({ seed: 7, model: 'embedded' });
    expect(pickBuildOptions(config)).not.toHaveProperty('dataDir');
  });
});

describe('a config file', () => {
  test('is read from the working directory or a given path; the command line overrides it', () => {
    configFile({ neighbors: 20, seed: 1, source: 'papers' });
    const other = configFile({ neighbors: 30 }, 'other.json');
    expect(readConfig({ seed: '2' }, undefined)).toMatchObject({ neighbors: 20, seed: 2, source: ['papers'] });
    expect(readConfig({}, other)).toMatchObject({ neighbors: 30, seed: 42, source: [] });
  });

  test('with an unknown option is refused, naming the option', () => {
    configFile({ neigbors: 20 });
    expect(refusalOf({})).toContain('no option is called neigbors');
  });

  test('with an invalid value is refused, unless the command line overrides it', () => {
    configFile({ neighbors: 'many' });
    expect(refusalOf({})).toContain('neighbors is "many"');
    expect(readConfig({ neighbors: 5 }, undefined).neighbors).toBe(5);
  });

  test.each(['{', '[1]', '"text"', 'null', ''])(
    'with the content %j is refused in one line with its path',
    (content) => {
      const path = configFile(content, 'mine.json');
      expect(refusalOf({}, path)).toContain(`${path}: is not a JSON object of options`);
      expect(refusalOf({}, path)).not.toContain('\n');
    },
  );

  test('that is given but missing is refused; the default one may be missing', () => {
    expect(refusalOf({}, 'absent.json')).toContain('absent.json');
    expect(readConfig({}, undefined).neighbors).toBe(15);
  });
});
