/** The JSON Schema of the config file, by which editors complete and check it. Generated from the options. */
import { z } from 'zod';
import { configShape } from './config.ts';

/** A JSON Schema (draft 2020-12), with two keywords of VS Code: the file may have comments and trailing commas. */
export function configJsonSchema(): Record<string, unknown> {
  const properties: Record<string, unknown> = { $schema: { type: 'string', description: 'This schema, for editors' } };
  for (const [name, schema] of Object.entries(configShape)) {
    // Options convert texts of the command line: what may be written in a file is what comes out of that. Sources do
    // not, and in what comes out every option with a default would be required.
    const io = name === 'sources' ? 'input' : 'output';
    const { $schema: _, ...property } = z.toJSONSchema(schema as z.ZodType, { io });
    properties[name] = name === 'source' || name === 'allowedHosts' ? oneOrMany(property) : property;
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'paperfield.config.json',
    type: 'object',
    properties,
    additionalProperties: false,
    allowComments: true,
    allowTrailingCommas: true,
  };
}

/** A list that may also be written as its only item. */
function oneOrMany(list: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { description, default: byDefault, ...schema } = list;
  return { description, default: byDefault, anyOf: [schema, { type: 'string', minLength: 1 }] };
}
