import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configShape } from '../../../pipeline/config.ts';
import { configJsonSchema } from '../../../pipeline/config-schema.ts';
import { sourceKinds, sourceSchema } from '../../../pipeline/fetch/source-options.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');

test('the published JSON Schema is that of the options', () => {
  const published: unknown = JSON.parse(readFileSync(join(docs, 'paperfield.config.schema.json'), 'utf8'));
  // To renew it: npx paperfield config schema > docs/paperfield.config.schema.json
  expect(published).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test('the JSON Schema knows and describes every option, and requires none', () => {
  const { properties, required } = configJsonSchema() as {
    properties: Record<string, { description?: string }>;
    required?: unknown;
  };
  expect(Object.keys(properties).sort()).toEqual(['$schema', ...Object.keys(configShape)].sort());
  for (const [name, { description }] of Object.entries(properties))
    expect([name, description]).toEqual([name, expect.any(String)]);
  expect(required).toBeUndefined();
});

test('the JSON Schema describes every option of every kind of source, and requires what has no default', () => {
  const { sources } = configJsonSchema().properties as {
    sources: {
      items: { oneOf: { properties: Record<string, { const?: string; description?: string }>; required: string[] }[] };
    };
  };
  const kinds = sources.items.oneOf;
  expect(kinds.map(({ properties }) => properties.kind.const)).toEqual(sourceKinds);
  for (const { properties, required } of kinds) {
    for (const [name, { description }] of Object.entries(properties))
      expect([name, description]).toEqual([name, expect.any(String)]);
    expect(required).toContain('name');
    expect(required).not.toContain('timeLimit');
  }
});

test('the examples of docs/sources.md are valid, one at least for each kind', () => {
  const text = readFileSync(join(docs, 'sources.md'), 'utf8');
  const examples = [...text.matchAll(/```json\n(\{ "kind"[\s\S]*?)```/g)].map(([, json]) =>
    sourceSchema.parse(JSON.parse(json)),
  );
  expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(sourceKinds));
});
