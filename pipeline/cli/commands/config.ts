/** The command `config`: writes a config file to begin with, checks one, and prints the schema of all options. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readConfig } from '../../config.ts';
import { CONFIG_FILE } from '../../config-file.ts';
import { cannotWriteError, PaperfieldError } from '../../core/errors.ts';
import type { Command, CommandCall } from '../command-line.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'write a commented config file (init), check one (check), or print the JSON Schema (schema)',
  operand: 'init|check|schema [FILE]',
  options: [],
  flags: {},
  async run(call) {
    const [action, file, ...rest] = call.operands;
    if (rest.length > 0) throw new PaperfieldError('bad_request', `unexpected argument '${rest[0]}'`);
    switch (action) {
      case 'init':
        return init(file ?? CONFIG_FILE, call);
      case 'check':
        return check(file, call);
      case 'schema': {
        const { configJsonSchema } = await import('../../config-schema.ts');
        return call.print(JSON.stringify(configJsonSchema(), undefined, 2));
      }
      default:
        throw new PaperfieldError('bad_request', `config needs one of init, check and schema, not '${action ?? ''}'`);
    }
  },
};

async function init(file: string, { print }: CommandCall): Promise<void> {
  const { exampleConfig } = await import('../../config-example.ts');
  const schema = join(import.meta.dirname, '..', '..', '..', 'docs', 'paperfield.config.schema.json');
  const seen = relative(dirname(resolve(file)), schema)
    .split(sep)
    .join('/');
  try {
    // Fails if there is such a file, also one that appeared a moment ago.
    writeFileSync(file, exampleConfig(seen.startsWith('.') ? seen : `./${seen}`), { flag: 'wx' });
  } catch (error) {
    if (existsSync(file)) {
      throw new PaperfieldError(
        'bad_request',
        `${file}: exists already; give another name: paperfield config init FILE`,
      );
    }
    throw cannotWriteError(file, error, 'FILE');
  }
  print(`${file}: written; edit it, then: paperfield config check${file === CONFIG_FILE ? '' : ` ${file}`}`);
}

async function check(file: string | undefined, { print, effects }: CommandCall): Promise<void> {
  if (file === undefined && !existsSync(CONFIG_FILE)) {
    throw new PaperfieldError('not_found', `${CONFIG_FILE}: no such file here; make one with: paperfield config init`);
  }
  const { sources, nightly, nightlyTimeZone } = readConfig({}, file);
  if (nightly !== '') {
    const { parseSchedule } = await import('../../night-schedule.ts');
    parseSchedule(nightly, nightlyTimeZone);
  }
  print(`${file ?? CONFIG_FILE}: all options are valid`);
  for (const source of sources) {
    print(`  ${source.name}  ${source.kind}${source.enabled ? '' : ', not enabled'}`);
    if (source.kind === 'openalex' && process.env[source.apiKeyVariable] === undefined) {
      effects.warn(`${source.name}: ${source.apiKeyVariable} is not set, so at most 10,000 works are fetched`);
    }
    if (source.kind === 'files') {
      for (const path of source.paths) if (!existsSync(path)) effects.warn(`${source.name}: ${path} does not exist`);
    }
  }
}
